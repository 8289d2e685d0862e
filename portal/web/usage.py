"""What the pages of use of both worlds share: the month they show, the day somebody opened, the days as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from portal.domain import metering, periods, reports, settings, tenants
from portal.domain.errors import NotFound
from portal.domain.metering import EventsPage, Usage
from portal.domain.reports import ServiceMonth
from portal.domain.tenants import Client
from portal.languages import gettext as _
from portal.web.day_chart import chart_of
from portal.web.spreadsheets import csv_file


@dataclass(frozen=True)
class Month:
    """The month a page shows; `earlier` and `later` where the client's life goes on."""

    label: str
    present: str
    earlier: str | None
    later: str | None

    @property
    def is_past(self) -> bool:
        return self.label != self.present


@dataclass(frozen=True)
class Opened:
    """The day whose events are shown."""

    day: date
    page: EventsPage


def month_shown(client: Client, label: str | None, *, now: datetime) -> Month:
    """The month asked for, or the present one. Raises NotFound outside of the client's life."""
    present, first = tenants.period_at(client.agency, now).label, reports.first_month(client, now=now)
    shown = label or present
    if not first <= shown <= present:
        raise NotFound
    return Month(
        shown,
        present,
        earlier=periods.preceding(shown) if shown > first else None,
        later=periods.following(shown) if shown < present else None,
    )


def service_shown(client: Client, key: str, month: Month, *, now: datetime) -> ServiceMonth:
    """One metered service in that month. Raises NotFound for others."""
    service = settings.find_service(key)
    found = reports.service_month(client, service, month.label, now=now) if service and service.is_metered else None
    if found is None:
        raise NotFound
    return found


def story_of(row: ServiceMonth, *, now: datetime) -> dict[str, Any]:
    """The month of one service day by day, and what stands behind its numbers; nothing of it is the agency's alone."""
    usage = row.usage
    course = metering.course_of(usage, now=now)
    return {
        "course": course,
        "chart": chart_of(course, usage.limit, gauge=usage.service.is_gauge),
        "carried": metering.carried_into(usage),
        "late": metering.late_of(usage),
        "price_version": reports.price_behind(row),
        "months": reports.months_of_service(usage.client, usage.service, now=now),
    }


def opened(usage: Usage, query: Mapping[str, str], *, now: datetime) -> Opened | None:
    """The day that `?day=2026-06-09` asks for; None without one. Raises NotFound for a day that is not the month's."""
    asked = query.get("day", "")
    if not asked:
        return None
    try:
        day = date.fromisoformat(asked)
        after = UUID(query["after"]) if query.get("after") else None
    except ValueError:
        raise NotFound from None
    if f"{day:%Y-%m}" != usage.period.label or day > periods.local_day(now, usage.period.zone):
        raise NotFound
    return Opened(day, metering.events_of_day(usage, day, after=after))


def days_as_csv(usage: Usage, *, now: datetime) -> Response:
    """Each day that was: what it used, and the month up to it."""
    service, label, client = usage.service, usage.period.label, usage.client
    heads = (_("Client"), _("Service"), _("Day"), _("Used"), _("In the month"))
    days = (
        (client.name, service.name, day.day.isoformat(), str(day.used), str(day.total))
        for day in metering.course_of(usage, now=now)
        if not day.ahead
    )
    return csv_file(f"{service.key.replace('_', '-')}-{label}.csv", heads, days)
