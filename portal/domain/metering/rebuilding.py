"""Day facts and period counters made anew from the events, which are the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.db import locked, microseconds, transaction
from portal.domain.metering.models import DayFact, PeriodCounter, UsageEvent
from portal.domain.metering.months import month_of
from portal.domain.settings import find_service
from portal.domain.tenants import Agency, Client, clients_of, period_labelled


class Counter(NamedTuple):
    used: int = 0
    carried: int = 0
    peak: int = 0
    current: int = 0
    current_at: datetime | None = None


class Day(NamedTuple):
    used: int = 0
    left: int = 0
    left_at: datetime | None = None


Facts = dict[tuple[str, str | date], Counter | Day]
"""By service and period's label, by service and day."""


@dataclass(frozen=True)
class Difference:
    """A fact that is not what the events say: `kept` in the table, `counted` from the events; None where missing."""

    client: Client
    service: str
    place: str | date
    kept: Counter | Day | None
    counted: Counter | Day | None


def differences(agency: Agency) -> Iterator[Difference]:
    """Every fact of the agency that differs from its events. Each client is read in one moment."""
    for client in _each(agency):
        with transaction():
            kept, counted = _kept(client), _counted(client)
        for service, place in sorted(kept.keys() | counted.keys(), key=str):
            ours, theirs = kept.get((service, place)), counted.get((service, place))
            if ours != theirs:
                yield Difference(client, service, place, ours, theirs)


def rebuild(agency: Agency) -> int:
    """Write the facts of the agency anew; how many clients had some that were not right."""
    mended = 0
    for client in _each(agency):
        with transaction():
            locked(Agency.select(Agency.id).where(Agency.id == agency.id)).get()
            counted = _counted(client)
            if _kept(client) != counted:
                _write(client, counted)
                mended += 1
    return mended


def _each(agency: Agency) -> Iterator[Client]:
    for client in clients_of(agency):
        client.agency = agency
        yield client


def _counted(client: Client) -> Facts:
    """What the events say. Of several values of a gauge at the same moment the last one in counts."""
    facts: Facts = {}
    for service, period, at, quantity in _events(client):
        known = find_service(service)
        day = date.fromisoformat(month_of(period_labelled(client.agency, period)).day_at(microseconds(at)))
        if known and known.is_gauge:
            month, before = facts.get((service, period)), facts.get((service, day), Day())
            carried = month.carried if isinstance(month, Counter) else _left(facts, service)
            peak = max(quantity, month.peak if isinstance(month, Counter) else 0)
            facts[service, period] = Counter(max(carried, peak), carried, peak, quantity, at)
            facts[service, day] = Day(max(before.used, quantity), quantity, at)
        else:
            used = facts.get((service, period), Counter()).used + quantity
            facts[service, period] = Counter(used, current=used)
            facts[service, day] = Day(facts.get((service, day), Day()).used + quantity)
    return facts


def _left(facts: Facts, service: str) -> int:
    """Where the periods so far left the gauge."""
    months = [fact for (key, _), fact in facts.items() if key == service and isinstance(fact, Counter)]
    return months[-1].current if months else 0


def _events(client: Client) -> Iterator[tuple[Any, ...]]:
    """(service, period, at, quantity) in the order in which they count."""
    event = UsageEvent
    rows = event.select(event.service, event.period, event.at, event.quantity).where(event.client == client)
    return rows.order_by(event.service, event.period, event.at, event.id).tuples().iterator()


def _kept(client: Client) -> Facts:
    """What the tables say."""
    found: Facts = {
        (row.service, row.period): Counter(row.used, row.carried, row.peak, row.current, row.current_at)
        for row in PeriodCounter.select().where(PeriodCounter.client == client)
    }
    for row in DayFact.select().where(DayFact.client == client):
        found[row.service, row.day] = Day(row.used, row.left, row.left_at)
    return found


def _write(client: Client, facts: Facts) -> None:
    PeriodCounter.delete().where(PeriodCounter.client == client).execute()
    DayFact.delete().where(DayFact.client == client).execute()
    for (service, place), fact in facts.items():
        if isinstance(fact, Counter):
            PeriodCounter.create(client=client, service=service, period=place, **fact._asdict())
        else:
            DayFact.create(client=client, service=service, day=place, **fact._asdict())
