from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from portal import clock
from portal.blueprints.agency import client_list, wording
from portal.domain import accounts, audit, periods, reports, requests, rights, tenants
from portal.domain.accounts import Role, Staff
from portal.domain.billing import LineKind
from portal.domain.reports import MonthAhead
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.formatting import amount, month_short
from portal.languages import gettext as _
from portal.web import trail
from portal.web.access import agency_staff

bp = Blueprint("overview", __name__)

_CALLS, _NEWS = 6, 6
_MORNING, _AFTERNOON = 12, 18


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> str:
    now = clock.now()
    clients = accounts.clients_of_staff(staff)
    label = tenants.period_at(staff.agency, now).label
    return render_template(
        "agency/overview/index.html",
        staff=staff,
        greeting=_greeting(staff, now),
        today=periods.local_day(now, staff.agency.timezone),
        label=label,
        days_in_month=periods.days_in(label),
        may_add=rights.staff_may(staff.role, Permission.ADD_CLIENTS),
        may_change=rights.staff_may(staff.role, Permission.CLIENTS),
        may_cost=rights.staff_may(staff.role, Permission.COSTS),
        clients=clients,
        **(_news(staff, clients, now) if clients else {}),
    )


def _news(staff: Staff, clients: list[Client], now: datetime) -> dict[str, Any]:
    with reports.at_hand_of(staff.agency, clients):
        matters = reports.matters_of(clients, now=now)
        months = reports.months_ahead(clients, now=now)
    return {
        "matters": matters,
        "calls": [(matter, wording.call_of(matter, now=now)) for matter in matters[:_CALLS]],
        "banner": client_list.banner(matters, now=now),
        "months": months,
        "charts": [(month.currency, _bars(staff, clients, month, now)) for month in months],
        "renewal": requests.next_renewal(clients, periods.local_day(now, staff.agency.timezone)),
        "activity": _activity(staff, clients),
        "trail": trail,
        "format_of": lambda currency: partial(amount, currency=currency),
    }


def _bars(staff: Staff, clients: list[Client], ahead: MonthAhead, now: datetime) -> list[dict[str, Any]]:
    """Issued months and the present one as it should close: licences, excess, services sold."""
    issued = reports.months_of(staff.agency, clients, ahead.currency, now=now)
    bars = [
        {"label": month_short(m.label), "values": [m.licences, m.excesses, m.sold], "estimate": False} for m in issued
    ]
    coming = [
        ahead.of(LineKind.LICENCE),
        ahead.of(LineKind.EXCESS, LineKind.ADJUSTMENT),
        ahead.of(LineKind.SOLD_SERVICE),
    ]
    label = month_short(tenants.period_at(staff.agency, now).label)
    return [*bars, {"label": _("%(month)s (est.)", month=label), "values": coming, "estimate": True}]


def _activity(staff: Staff, clients: list[Client]) -> list[Any]:
    """The latest that somebody did, for the clients that this person may see; signing in is no news.

    What belongs to no client may be about anybody: it is not for managers.
    """
    visible = {client.id for client in clients} | (set() if staff.role == Role.MANAGER else {None})
    entries = audit.recent_of_agency(staff.agency.id, 200)
    return trail.grouped([e for e in entries if e.client_id in visible and not e.action.startswith("session.")])[:_NEWS]


def _greeting(staff: Staff, now: datetime) -> str:
    hour = now.astimezone(ZoneInfo(staff.agency.timezone)).hour
    name = staff.person.first_name
    if hour < _MORNING:
        return _("Good morning, %(name)s", name=name)
    return _("Good afternoon, %(name)s", name=name) if hour < _AFTERNOON else _("Good evening, %(name)s", name=name)
