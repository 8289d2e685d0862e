"""What stands before a locked section: the agency's offer, and the request that answers it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import requests, rights
from portal.domain.accounts import Member
from portal.domain.errors import Conflict, DomainError, Invalid, NotFound
from portal.domain.rights import BOXES, Offer, Section
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import contributor
from portal.web.brand import name_of
from portal.web.forms import FormState
from portal.web.hosts import address_on_platform
from portal.web.htmx import fragment, is_fragment_request
from portal.web.menus import endpoint_of
from portal.web.refusals import OfferInstead

bp = Blueprint("offers", __name__, url_prefix="/offers")


@bp.app_errorhandler(OfferInstead)
def instead(error: OfferInstead) -> Response:
    """Instead of any page of the section, and of any part of one."""
    response = _page(error.member, error.section, error.offer, FormState())
    if is_fragment_request():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main", "innerHTML"
    return response


@bp.get("/<box:section>/")
@contributor(may="home")
def show(member: Member, section: str) -> AnyResponse:
    """The section's own address shows what there is: the offer, the section or the refusal."""
    if not BOXES[section].is_access:
        raise NotFound
    return redirect(url_for(endpoint_of(section), app=member.app.slug), 302)


@bp.post("/<box:section>/")
@contributor(may="home")
def ask(member: Member, section: str) -> AnyResponse:
    form, queue = FormState.typed(request.form, "text"), address_on_platform(url_for("agency.requests.index"))
    try:
        requests.ask(member, section, text=form.text("text"), link=queue, now=clock.now())
    except (Invalid, Conflict) as error:
        return _refused(member, section, form, error)
    flash(_("%(agency)s has your request.", agency=name_of(member.agency)))
    return redirect(url_for(".show", section=section), 303)


def _refused(member: Member, section: str, form: FormState, error: DomainError) -> Response:
    offer = rights.locked_offer(member, section)
    if offer is None:
        raise error
    return _page(member, rights.section(section), offer, form.take(error), errors.status_of(error))


def _page(member: Member, section: Section, offer: Offer, form: FormState, status: int = 200) -> Response:
    asked, alone = requests.asked_by(member, section.key), is_fragment_request()
    return fragment(
        "office/offers/_offer.html" if alone else "office/offers/show.html",
        status=status,
        alone=alone,
        member=member,
        section=section,
        offer=offer,
        form=form,
        asked=asked,
        is_waiting=any(row.open_key for row in asked),
        most=requests.LONGEST_TEXT,
    )
