from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from portal import audit_words, clock
from portal.blueprints.agency import watch, wording
from portal.blueprints.agency.watch import Watched
from portal.domain import accounts, audit, periods, reports, requests, rights, tenants
from portal.domain.accounts import Role, Staff
from portal.domain.billing import LineKind
from portal.domain.reports import Matter, MonthAhead, Outlook
from portal.domain.requests import SoldService
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.formatting import amount, month_short
from portal.languages import gettext as _
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page

bp = Blueprint("overview", __name__)

_CALLS, _NEWS = 6, 6
_NO_NEWS = ("session.", "access.")
_MORNING, _AFTERNOON = 12, 18


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> Response:
    now = clock.now()
    label = tenants.period_at(staff.agency, now).label
    known = watch.watched(staff, now=now)
    return fragment_or_page(
        "agency/overview/_outlook.html",
        "agency/overview/index.html",
        staff=staff,
        greeting=_greeting(staff, now),
        today=periods.local_day(now, staff.agency.timezone),
        label=label,
        days_in_month=periods.days_in(label),
        may_add=rights.staff_may(staff.role, Permission.ADD_CLIENTS),
        may_change=rights.staff_may(staff.role, Permission.CLIENTS),
        may_cost=rights.staff_may(staff.role, Permission.COSTS),
        clients=known.ids is None or bool(known.ids),
        **(_news(staff, known, now) if known.ids is None or known.ids else {}),
    )


def _news(staff: Staff, known: Watched, now: datetime) -> dict[str, Any]:
    clients = known.clients if known.ids is None else accounts.loaded(staff, known.ids)
    with reports.at_hand_of(staff.agency, clients):
        matters = known.matters(now=now)
        outlook = _outlook(staff, known, clients, now)
    return {
        "matters": matters,
        "calls": [(matter, wording.call_of(matter, now=now)) for matter in matters[:_CALLS]],
        "more": known.over is not None or len(matters) > _CALLS,
        "waiting": None if known.over is not None else len(matters),
        "at_stake": _at_stake(known, matters),
        "outlook": outlook,
        "charts": [(month.currency, _bars(staff, outlook, month, now)) for month in outlook.months] if outlook else [],
        "stored": known.ids is None,
        "renewal": _renewal(staff, outlook, now) if outlook else None,
        "activity": _activity(staff),
        "audit_words": audit_words,
        "format_of": lambda currency: partial(amount, currency=currency),
    }


def _at_stake(known: Watched, matters: list[Matter]) -> str:
    """What the list itself does not say: what all of it costs, or how many clients there are beyond it."""
    if known.near is not None and known.over is not None:
        return wording.banner_of_many(known.over, known.near)[0]
    says_all = not matters or (len(matters) == 1 and matters[0].kind != "ahead")
    return "" if says_all else wording.at_stake(matters)


def _outlook(staff: Staff, known: Watched, clients: list[Client], now: datetime) -> Outlook | None:
    """Of this moment, or of very many clients the one that was computed last."""
    if known.ids is not None:
        return reports.outlook_of(staff.agency, clients, now=now)
    membership = staff.membership_id if staff.role == Role.MANAGER else None
    return reports.stored_outlook(staff.agency, membership, now=now)


def _renewal(staff: Staff, outlook: Outlook, now: datetime) -> tuple[SoldService, date] | None:
    """What falls due next, and when: looked up anew, for it may have become another client's matter since."""
    today = periods.local_day(now, staff.agency.timezone)
    for sold_id, day in ((UUID(sold_id), date.fromisoformat(day)) for sold_id, day in outlook.renewals):
        sold = requests.sold_by_id(sold_id) if day > today else None
        if sold and accounts.visible_among(staff, [sold.client_id]):
            return sold, day
    return None


def _bars(staff: Staff, outlook: Outlook, ahead: MonthAhead, now: datetime) -> list[dict[str, Any]]:
    """Issued months and the present one as it should close: licences, excess, services sold."""
    bars = [
        {"label": month_short(m.label), "values": [m.licences, m.excesses, m.sold], "estimate": False}
        for m in outlook.issued.get(ahead.currency, [])
    ]
    coming = [
        ahead.of(LineKind.LICENCE),
        ahead.of(LineKind.EXCESS, LineKind.ADJUSTMENT),
        ahead.of(LineKind.SOLD_SERVICE),
    ]
    label = month_short(tenants.period_at(staff.agency, now).label)
    return [*bars, {"label": _("%(month)s (est.)", month=label), "values": coming, "estimate": True}]


def _activity(staff: Staff) -> list[Any]:
    """The latest that somebody did, for the clients that this person may see; to sign in or to be refused is no news.

    What belongs to no client may be about anybody: it is not for managers.
    """
    entries = [e for e in audit.recent_of_agency(staff.agency.id, 200) if not e.action.startswith(_NO_NEWS)]
    visible = accounts.visible_among(staff, {e.client_id for e in entries if e.client_id})
    whole = staff.role != Role.MANAGER
    return audit_words.grouped([e for e in entries if e.client_id in visible or (whole and not e.client_id)])[:_NEWS]


def _greeting(staff: Staff, now: datetime) -> str:
    hour = now.astimezone(ZoneInfo(staff.agency.timezone)).hour
    name = staff.person.first_name
    if hour < _MORNING:
        return _("Good morning, %(name)s", name=name)
    return _("Good afternoon, %(name)s", name=name) if hour < _AFTERNOON else _("Good evening, %(name)s", name=name)
