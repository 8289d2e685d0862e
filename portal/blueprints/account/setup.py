"""An invitation is looked at and accepted here. Looking changes nothing: mail scanners look, too.

On an agency's host it opens back offices, on the platform's the dashboard (`setup_staff.py`).
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account import setup_staff
from portal.blueprints.account.setup_guests import joined, somebody_else, told_other
from portal.domain import federation, invitations
from portal.domain.accounts import Member
from portal.domain.errors import Invalid, Refused
from portal.web import reader
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import agency_here, is_platform
from portal.web.landing import first_page

bp = Blueprint("setup", __name__)


@bp.get("/setup/<token:token>")
@public("the token of the mail opens it; looking uses nothing up", on="both")
def show(token: str) -> AnyResponse:
    if is_platform():
        return setup_staff.page(token, FormState())
    return _page(token, FormState())


@bp.post("/setup/<token:token>")
@public("the token of the mail opens it, once", on="both")
def accept(token: str) -> AnyResponse:
    form = FormState.typed(request.form, "name")
    if is_platform():
        return setup_staff.accept(token, form, request.form.get("password", ""))
    invitation, _person = invitations.preview(agency_here(), token, now=clock.now())
    if somebody_else(invitation.email):
        return _page(token, form)
    if federation.is_only_way_for_contributors(agency_here()):
        return _page(token, form.take(Refused("sso_only_way")), status=422)
    try:
        person, contributor = invitations.accept(
            agency_here(), token, name=form.text("name"), password=request.form.get("password", ""), now=clock.now()
        )
    except Invalid as error:
        return _page(token, form.take(error), status=422)
    contributor.app = invitation.app
    return joined(person, first_page(Member(person, agency_here(), invitation.app, contributor)))


def _page(token: str, form: FormState, *, status: int = 200) -> AnyResponse:
    invitation, person = invitations.preview(agency_here(), token, now=clock.now())
    reader.speak_to_guest(invitation.language)
    if other := somebody_else(invitation.email):
        return told_other(other, invitation.email)
    form.values.setdefault("name", invitation.name)
    copied = invitation.copied_at is not None  # whoever copied it learns nothing of the account
    return Response(
        render_template(
            "account/setup/show.html",
            invitation=invitation,
            known=not copied and bool(person and person.password_hash),
            copied=copied,
            form=form,
            action=url_for(".accept", token=token),
        ),
        status,
    )
