"""What a client used, month by month and service by service; cost and margin for those who may see them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, reports, rights
from portal.domain.accounts import Staff
from portal.domain.reports import ServiceMonth
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.web import usage as pages
from portal.web import usage_words
from portal.web.access import agency_staff
from portal.web.htmx import fragment, is_fragment_request

bp = Blueprint("usage", __name__, url_prefix="/clients/<uuid:client_id>/usage")


@bp.get("/")
@bp.get("/<period:label>/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff, client_id: UUID, label: str | None = None) -> str:
    client, now = accounts.client_of(staff, client_id), clock.now()
    month = pages.month_shown(client, label, now=now)
    may_cost = rights.staff_may(staff.role, Permission.COSTS)
    return render_template(
        "agency/usage/index.html",
        **_common(staff, client, month),
        rows=reports.month_of(client, month.label, now=now),
        sides=reports.sides_of(client, now=now) if may_cost else [],
        to_month=lambda shown: url_for(".index", client_id=client.id, label=None if shown == month.present else shown),
    )


@bp.get("/<service:key>/")
@bp.get("/<service:key>/<period:label>/")
@agency_staff(may=Permission.SEE)
def show(staff: Staff, client_id: UUID, key: str, label: str | None = None) -> Response:
    client, now = accounts.client_of(staff, client_id), clock.now()
    month = pages.month_shown(client, label, now=now)
    row = pages.service_shown(client, key, month, now=now)
    day = pages.opened(row.usage, request.args, now=now)
    common = {**_common(staff, client, month), "row": row, "usage": row.usage, "opened": day, **_links(row, month)}
    if is_fragment_request():
        return fragment("agency/usage/_events.html", **common)
    more = {**pages.story_of(row, now=now), **_behind(row, now)}
    return make_response(render_template("agency/usage/show.html", **common, **more))


@bp.get("/<service:key>/<period:label>/days.csv")
@agency_staff(may=Permission.SEE)
def days(staff: Staff, client_id: UUID, key: str, label: str) -> AnyResponse:
    client, now = accounts.client_of(staff, client_id), clock.now()
    month = pages.month_shown(client, label, now=now)
    return pages.days_as_csv(pages.service_shown(client, key, month, now=now).usage, now=now)


def _common(staff: Staff, client: Client, month: pages.Month) -> dict[str, Any]:
    return {
        "client": client,
        "month": month,
        "may_change": rights.staff_may(staff.role, Permission.CLIENTS),
        "may_cost": rights.staff_may(staff.role, Permission.COSTS),
        "words": usage_words,
    }


def _behind(row: ServiceMonth, now: datetime) -> dict[str, Any]:
    return {"settled": reports.settled(row), "limit_version": reports.limit_behind(row, now=now)}


def _links(row: ServiceMonth, month: pages.Month) -> dict[str, Any]:
    usage = row.usage
    here = partial(url_for, ".show", client_id=usage.client.id, key=usage.service.key)
    label = month.label if month.is_past else None
    return {
        "to_month": lambda shown: here(label=None if shown == month.present else shown),
        "to_day": lambda day: here(label=label, day=day.isoformat(), _anchor="events"),
        "to_more": lambda day, after: here(label=label, day=day.isoformat(), after=after, _anchor="events"),
        "to_csv": url_for(".days", client_id=usage.client.id, key=usage.service.key, label=month.label),
    }
