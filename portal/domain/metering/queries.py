from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from portal.db import key_of, rows_of
from portal.domain import at_hand, periods
from portal.domain.metering.calculations import Excess, excess_of, projected, reached
from portal.domain.metering.models import Alert, DayFact, PeriodCounter
from portal.domain.settings import (
    AtLimit,
    LimitVersion,
    Service,
    cap_of,
    default_alert_at,
    limit_at,
    limits_in_force,
    metered_services,
    price_of,
    was_on,
)
from portal.domain.tenants import Agency, Client, Period, period_at, period_labelled

_COUNTERS = """
SELECT client_id, service, period, used, current FROM period_counter WHERE client_id IN ?ids ORDER BY period DESC
"""
_COUNTER = """
SELECT period, used, current FROM period_counter WHERE client_id = ?::uuid AND service = ? AND period <= ?
 ORDER BY period DESC LIMIT 1
"""


class Counted(NamedTuple):
    """A period counter, as far as pages ask of it."""

    period: str
    used: int
    current: int


@dataclass(frozen=True)
class Usage:
    """One service of one client in one period: the numbers that page, mail, API and statement agree on.

    `price` is what one block costs the client, in minor units.
    """

    client: Client
    service: Service
    period: Period
    enabled: bool
    limit: int | None
    limit_version: int
    at_limit: AtLimit
    ceiling: int | None
    alert_at: tuple[int, ...]
    used: int
    current: int
    price: int
    projected: int

    @property
    def cap(self) -> int | None:
        """The use that is never passed; None where every excess is billed."""
        return cap_of(self.at_limit, self.limit, self.ceiling)

    @property
    def excess(self) -> Excess:
        return excess_of(self.used, self.limit, self.service.block, self.price)

    @property
    def expected(self) -> int:
        """The use at the period's end at the present pace, as far as the cap and the switch let it come."""
        if not self.enabled:
            return self.used
        return self.projected if self.cap is None else max(self.used, min(self.projected, self.cap))

    @property
    def projected_excess(self) -> Excess:
        """What is expected beyond the limit at the period's end."""
        return excess_of(self.expected, self.limit, self.service.block, self.price)

    @property
    def left(self) -> int | None:
        """Units free of charge that remain; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def reached(self) -> int | None:
        """The highest threshold (percent) that the use has reached."""
        found = reached(self.used, self.limit, self.alert_at)
        return found[-1] if found else None

    @property
    def is_over(self) -> bool:
        return self.excess.units > 0


def usage_of(
    client: Client, *, now: datetime, label: str | None = None, services: Iterable[Service] | None = None
) -> list[Usage]:
    """The client's metered services (or these alone) in the present period, or in that of `label`.

    A past period is judged by the limits in force at its end.
    """
    if services is None and label is None:
        return at_hand.once("usage", (client.id, now), lambda: _usage_of(client, now, None, metered_services()))
    return _usage_of(client, now, label, metered_services() if services is None else services)


def _usage_of(client: Client, now: datetime, label: str | None, services: Iterable[Service]) -> list[Usage]:
    period = period_at(client.agency, now)
    if label and label != period.label:
        period = period_labelled(client.agency, label)
    past = period.ends_at <= now
    limits = limits_in_force(client)
    found = []
    for service in services:
        limit = limit_at(client, service.key, period.ends_at) if past else limits[service.key]
        if limit:
            found.append(_usage(client, service, period, limit, now))
    return found


def used_in(client: Client, service: Service, label: str) -> tuple[int, int]:
    """(used, current) of one period; a gauge without a row of its own stands where it was left."""
    row = _counter(client, service.key, label)
    if row is None:
        return 0, 0
    if row.period == label:
        return row.used, row.current
    return (row.current, row.current) if service.is_gauge else (0, 0)


def used_for_statement(client: Client, service: Service, period: Period) -> int | None:
    """What counts in the period's statement; None where there is nothing to bill.

    A gauge that was left above zero counts on by itself only while the service is on.
    """
    latest = _counter(client, service.key, period.label)
    if latest and latest.period == period.label:
        return latest.used
    if not was_on(client, service.key, period.starts_at, period.ends_at):
        return None
    return used_in(client, service, period.label)[0]


def days_of(client: Client, service: Service, label: str) -> list[tuple[date, int]]:
    """Use by day over the month; a gauge shows the peak of each day and stays where it was left."""
    first, last = periods.first_day(label), periods.last_day(label)
    facts = {
        row.day: row
        for row in DayFact.select().where(
            (DayFact.client == client) & (DayFact.service == service.key) & DayFact.day.between(first, last)
        )
    }
    level = used_in(client, service, periods.preceding(label))[1] if service.is_gauge else 0
    days = []
    for n in range(1, last.day + 1):
        day = first.replace(day=n)
        fact = facts.get(day)
        days.append((day, max(level, fact.used) if fact else level))
        if fact and service.is_gauge:
            level = fact.left
    return days


def open_alerts(clients: Iterable[Client], *, now: datetime) -> list[Alert]:
    """Alerts of the present period that stand: not resolved, and not passed by a higher one. Newest first."""
    by_id = {client.id: client for client in clients}
    if not by_id:
        return []
    label = {period_at(client.agency, now).label for client in by_id.values()}
    rows = Alert.select().where(
        Alert.client.in_(list(by_id))
        & Alert.period.in_(label)
        & Alert.resolved_at.is_null()
        & Alert.superseded_by.is_null()
    )
    found = list(rows.order_by(Alert.raised_at.desc(), Alert.id.desc()))
    for alert in found:
        alert.client = by_id[alert.client_id]
    return found


def used_by_clients(agency: Agency, *, now: datetime) -> list[tuple[Client, str]]:
    """Every client with every service that it used in the present period."""
    label = period_at(agency, now).label
    rows = (
        PeriodCounter.select(PeriodCounter.service, Client)
        .join(Client)
        .where((Client.agency == agency) & (PeriodCounter.period == label) & (PeriodCounter.used > 0))
    )
    for row in rows:
        row.client.agency = agency
    return [(row.client, row.service) for row in rows]


def keep_counters(clients: Iterable[Client]) -> None:
    """Read all counters of these clients at once, to be at hand (see `at_hand`)."""
    ids = {key_of(client.id): client.id for client in clients}
    found: dict[str, dict[str, list[Counted]]] = {key: {} for key in ids}
    for part in at_hand.in_parts(ids):
        for client_id, service, *numbers in rows_of(_COUNTERS, part):
            found[key_of(client_id)].setdefault(service, []).append(Counted(*numbers))
    for key, counters in found.items():
        at_hand.put("counters", ids[key], counters)


def _counter(client: Client, service: str, label: str) -> Counted | None:
    """The latest counter of the service up to the period."""
    kept = at_hand.get("counters", client.id)
    if kept is not None:
        return next((row for row in kept.get(service, ()) if row.period <= label), None)
    rows = rows_of(_COUNTER, client.id.hex, service, label)
    return Counted(*rows[0]) if rows else None


def _usage(client: Client, service: Service, period: Period, limit: LimitVersion, now: datetime) -> Usage:
    used, current = used_in(client, service, period.label)
    return Usage(
        client=client,
        service=service,
        period=period,
        enabled=limit.enabled,
        limit=limit.limit,
        limit_version=limit.limit_version,
        at_limit=AtLimit(limit.at_limit),
        ceiling=limit.ceiling,
        alert_at=tuple(limit.alert_at) if limit.alert_at else default_alert_at(client.agency),
        used=used,
        current=current,
        price=price_of(client, service.key, period.label),
        projected=projected(used, period.starts_at, period.ends_at, now, gauge=service.is_gauge),
    )
