"""The domain of its own at which an agency's clients meet it: asked for, proven, put in use, given up."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import domains_shown
from portal.blueprints.agency.waiting import come_again, place_for
from portal.domain import hosts
from portal.domain.accounts import Staff, TooManyAttempts
from portal.domain.errors import AT_THE_FORM, Refused
from portal.domain.hosts import Ours, OwnHost, State
from portal.domain.rights import Permission
from portal.gateways.dns import Dns
from portal.gateways.egress import Egress
from portal.gateways.probing import Prober
from portal.gateways.targets import AddressRefused
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState
from portal.web.hosts import settings
from portal.web.messages import said_of

bp = Blueprint("domains", __name__, url_prefix="/domain")


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    return domains_shown.page(staff, FormState())


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def ask(staff: Staff) -> AnyResponse:
    form = FormState.typed(request.form, "host")
    try:
        _leads_to_the_world(form)
        ours = Ours(settings().platform_host, settings().agency_host_suffix)
        hosts.ask(form.text("host"), ours=ours, by=staff, now=clock.now())
    except AT_THE_FORM as error:
        return Response(domains_shown.page(staff, form.take(error)), errors.status_of(error))
    flash(_("Make the two records below where your domain is managed, then check them."))
    return redirect(url_for(".index"), 303)


@bp.post("/check")
@agency_staff(may=Permission.PRICES)
def check(staff: Staff) -> AnyResponse:
    row = hosts.of_agency(staff.agency)
    try:
        with place_for(staff.agency):
            _look(row, staff)
    except TooManyAttempts as error:
        return come_again(error, lambda: domains_shown.page(staff, FormState()))
    except Refused as error:
        flash(said_of(error), "warn")
    return redirect(url_for(".index"), 303)


def _look(row: OwnHost, staff: Staff) -> None:
    hosts.take_look(row, now=clock.now())
    row = hosts.check(row, dns=Dns(settings()), probe=Prober(settings()), by=staff.actor, now=clock.now())
    good = row.trouble == ""
    flash(_("Everything is right.") if good else _("Something is missing still; see below."), "ok" if good else "warn")


@bp.post("/move")
@agency_staff(may=Permission.PRICES)
def move(staff: Staff) -> AnyResponse:
    """To the domain, or where it is in use already, away from it."""
    form = FormState.typed(request.form, "days")
    try:
        days = form.whole("days", most=max(hosts.DAYS))
        form.check()
        hosts.plan(-1 if days is None else days, by=staff, now=clock.now())
    except AT_THE_FORM as error:
        return Response(domains_shown.page(staff, form.take(error)), errors.status_of(error))
    planned = _("The change is planned, and everybody hears of it now.")
    flash(planned if days else _("The address has changed, and everybody hears of it now."))
    return redirect(url_for(".index"), 303)


@bp.post("/stay")
@agency_staff(may=Permission.PRICES)
def stay(staff: Staff) -> AnyResponse:
    hosts.stay(by=staff, now=clock.now())
    flash(_("The change is called off, and everybody who was told of it hears so."))
    return redirect(url_for(".index"), 303)


@bp.post("/remove")
@agency_staff(may=Permission.PRICES)
def remove(staff: Staff) -> AnyResponse:
    """One that is in use is left by `move`, which asks when."""
    row = hosts.own_host_of(staff.agency)
    if row and row.state != State.ACTIVE:
        hosts.remove(by=staff, now=clock.now())
        flash(_("The domain is given up. You can delete its records."))
    return redirect(url_for(".index"), 303)


def _leads_to_the_world(form: FormState) -> None:
    """Raises Invalid for a name that nothing would ever be sent to, such as one of a private network."""
    host = form.text("host").lower().removeprefix("https://").removeprefix("http://").rstrip("/.")
    try:
        if host.isascii() and "/" not in host:
            Egress(settings()).check(settings().address_of(host))
    except AddressRefused as refused:
        if refused.code == "address_private":
            form.note("host", refused.code)
    form.check()
