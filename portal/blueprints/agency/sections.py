"""The back office of one client: which of its sections are offered, hidden or locked, and who may come in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency.wording import rhythm_of
from portal.domain import accounts, invitations, requests, rights, tenants
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Offer, Permission, SectionState, Standing
from portal.domain.tenants import Client
from portal.formatting import amount, currency_symbol
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.filters import dom_id
from portal.web.forms import FormState
from portal.web.htmx import fragment_or_redirect, is_fragment_request
from portal.web.vendor import vendor

bp = Blueprint("sections", __name__, url_prefix="/clients/<uuid:client_id>/sections")

MOST_PEOPLE = 50


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff, client_id: UUID) -> str:
    client, now = accounts.client_of(staff, client_id), clock.now()
    invited = invitations.invited_to(client, most=MOST_PEOPLE)
    return render_template(
        "agency/sections/index.html",
        **_common(staff, client),
        apps=tenants.apps_of_client(client),
        standings=rights.states_of(client),
        people=rights.people_inside(client, most=MOST_PEOPLE, now=now),
        invited=[(row, invitations.days_left(row, now)) for row in invited],
        showing=[s.key for s in rights.offered_sections(client) if s.vendor_branded],
    )


@bp.post("/<box:section>/state")
@agency_staff(may=Permission.CLIENTS)
def switch(staff: Staff, client_id: UUID, section: str) -> AnyResponse:
    client = accounts.client_of(staff, client_id)
    form = FormState.typed(request.form, "state")
    form.choice("state", (SectionState.OFFERED, SectionState.HIDDEN))
    form.check()
    rights.set_state(client, section, SectionState(form.text("state")), by=staff.actor, now=clock.now())
    to = url_for(".index", client_id=client.id, _anchor=dom_id("section", section))
    if not is_fragment_request():
        flash(_("Saved"))
    held = rights.state_of(client, section)
    return fragment_or_redirect(
        "agency/sections/_row.html", to=to, trigger={"toast": _("Saved")}, standing=held, **_common(staff, client)
    )


@bp.get("/<box:section>/offer/")
@agency_staff(may=Permission.CLIENTS)
def offer(staff: Staff, client_id: UUID, section: str) -> str:
    client = accounts.client_of(staff, client_id)
    held = rights.state_of(client, section)
    return _offer_page(staff, client, held, FormState(_typed_as(held.offer, client)))


@bp.post("/<box:section>/offer/")
@agency_staff(may=Permission.CLIENTS)
def lock(staff: Staff, client_id: UUID, section: str) -> AnyResponse:
    client, form = accounts.client_of(staff, client_id), FormState.typed(request.form, "text", "price", "every_months")
    held, priced = rights.state_of(client, section), rights.staff_may(staff.role, Permission.PRICES)
    try:
        wish = _read(client, form, priced=priced)
        rights.lock(client, section, wish, priced=priced, by=staff.actor, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_offer_page(staff, client, held, form.take(error)), errors.status_of(error))
    flash(_("Locked: whoever holds it sees the offer from now on."))
    return redirect(url_for(".index", client_id=client.id, _anchor=dom_id("section", section)), 303)


def _common(staff: Staff, client: Client) -> dict[str, Any]:
    return {
        "client": client,
        "may_change": rights.staff_may(staff.role, Permission.CLIENTS),
        "vendor": vendor(),
        "holders": rights.holders_of(client),
        "waiting": {total.section: total.open for total in requests.totals_of(staff, client_id=client.id)},
    }


def _read(client: Client, form: FormState, *, priced: bool) -> Offer:
    """The offer as typed; the text alone for who may not change prices. Raises Invalid at the field."""
    if not priced:
        return Offer(form.text("text"))
    price = form.money("price", client.currency)
    months = form.choice("every_months", [str(months or 0) for months in rights.OFFER_RHYTHMS])
    form.check()
    return Offer(form.text("text"), price, int(months or 0) or None)


def _typed_as(offer: Offer | None, client: Client) -> dict[str, str]:
    """The fields of an offer as they are typed."""
    if offer is None:
        return {"text": "", "price": "", "every_months": "0"}
    price = "" if offer.price is None else amount(offer.price, client.currency)
    return {"text": offer.text, "price": price, "every_months": str(offer.every_months or 0)}


def _offer_page(staff: Staff, client: Client, held: Standing, form: FormState) -> str:
    return render_template(
        "agency/sections/offer.html",
        client=client,
        standing=held,
        form=form,
        stored=_typed_as(held.offer, client),
        symbol=currency_symbol(client.currency),
        rhythms=[(str(months or 0), rhythm_of(months)) for months in rights.OFFER_RHYTHMS],
        may_price=rights.staff_may(staff.role, Permission.PRICES),
        most=rights.LONGEST_OFFER,
    )
