from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import client_list, package_list, wording
from portal.domain import accounts, billing, metering, periods, reports, requests, rights, settings, tenants
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.formatting import currency_symbol
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState
from portal.web.htmx import fragment_or_page

bp = Blueprint("clients", __name__, url_prefix="/clients")

_FIELDS = ("name", "email", "address", "currency", "language", "slug", "package")
CURRENCIES = ("BRL", "EUR", "USD", "GBP", "ARS", "CLP", "COP", "MXN", "UYU", "CHF", "JPY")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> Response:
    asked = client_list.Asked.read(request.args)
    return fragment_or_page(
        "agency/clients/_list.html", "agency/clients/index.html", **client_list.shown(staff, asked, now=clock.now())
    )


@bp.get("/new")
@agency_staff(may=Permission.ADD_CLIENTS)
def new(staff: Staff) -> str:
    usual = settings.default_package(staff.agency)
    form = FormState(
        {
            "currency": staff.agency.currency,
            "language": staff.agency.language,
            "package": str(usual.id) if usual else "",
        }
    )
    return render_template("agency/clients/new.html", **_new(staff, form))


@bp.post("/")
@agency_staff(may=Permission.ADD_CLIENTS)
def create(staff: Staff) -> AnyResponse:
    form = FormState.typed(request.form, *_FIELDS)
    now = clock.now()
    try:
        with rights.holding_place(staff.agency, staff.actor, Permission.ADD_CLIENTS):
            client = _open(staff, form, now)
    except AT_THE_FORM as error:
        page = render_template("agency/clients/new.html", **_new(staff, form.take(error)))
        return Response(page, errors.status_of(error))
    flash(_("%(client)s is here. Now set what it may use and what it pays.", client=client.name))
    return redirect(url_for("agency.client_settings.show", client_id=client.id), 303)


@bp.get("/<uuid:client_id>/")
@agency_staff(may=Permission.SEE)
def show(staff: Staff, client_id: UUID) -> str:
    client = accounts.client_of(staff, client_id)
    with reports.at_hand_of(staff.agency, [client]):
        shown = _shown(staff, client)
    return render_template("agency/clients/show.html", **shown)


@bp.post("/<uuid:client_id>/access")
@agency_staff(may=Permission.CLIENTS)
def access(staff: Staff, client_id: UUID) -> AnyResponse:
    client = accounts.client_of(staff, client_id)
    form = FormState.typed(request.form, "allowed")
    form.choice("allowed", ("yes", "no"))
    form.check()
    with rights.holding(client, staff.actor):
        tenants.set_client_access(client, allowed=form.flag("allowed"), by=staff.actor, now=clock.now())
    said = _("The access of %(client)s is open.") if form.flag("allowed") else _("The access of %(client)s is closed.")
    flash(said % {"client": client.name})
    return redirect(url_for(".show", client_id=client.id, _anchor="access"), 303)


def _open(staff: Staff, form: FormState, now: datetime) -> Client:
    """Add the client as the form says. Raises Invalid at the field."""
    email = accounts.clean_email(form.text("email")) if form.text("email") else ""
    form.choice("currency", CURRENCIES)
    form.choice("language", LANGUAGES)
    form.choice("package", {"", *dict(package_list.options(staff))})
    form.check()
    return settings.open_from(
        package_list.chosen(staff, form.values),
        staff.agency,
        form.text("name"),
        slug=form.text("slug"),
        email=email,
        address=form.text("address"),
        currency=form.text("currency"),
        language=form.text("language"),
        began_on=periods.local_day(now, staff.agency.timezone),
        by=staff.actor,
        now=now,
    )


def _new(staff: Staff, form: FormState) -> dict[str, Any]:
    return {
        "form": form,
        "packages": package_list.options(staff),
        "currencies": [(code, ", ".join(dict.fromkeys((code, currency_symbol(code))))) for code in CURRENCIES],
    }


def _shown(staff: Staff, client: Client) -> dict[str, Any]:
    now = clock.now()
    label = tenants.period_at(staff.agency, now).label
    return {
        "client": client,
        "label": label,
        "today": periods.local_day(now, staff.agency.timezone),
        "usages": metering.usage_of(client, now=now),
        "forecast": reports.forecast_of(client, now=now),
        "payment_option": settings.payment_option_of(client, label),
        "apps": tenants.apps_of_client(client),
        "statements": billing.statements_of_client(client),
        "sold": [
            (
                row,
                requests.next_due(
                    row.first_on, row.every_months, row.ended_on, periods.local_day(now, staff.agency.timezone)
                ),
            )
            for row in requests.sold_to(client)
        ],
        "people": accounts.people_of_client(client),
        "may_change": rights.staff_may(staff.role, Permission.CLIENTS),
        "may_cost": rights.staff_may(staff.role, Permission.COSTS),
        "wording": wording,
    }
