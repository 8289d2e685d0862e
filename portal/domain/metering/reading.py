"""What stands behind the numbers of a page: days, the events of one day, what came late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from peewee import fn

from portal.domain import periods
from portal.domain.metering.models import UsageEvent
from portal.domain.metering.queries import Usage, days_of, used_in


@dataclass(frozen=True)
class Day:
    """One day of a service: what it used, and the period up to its end (sum of a counter, peak of a gauge).

    `ahead`: the day is still to come, and its numbers are what is expected at the present pace.
    """

    day: date
    used: int
    total: int
    ahead: bool = False


@dataclass(frozen=True)
class EventsPage:
    """Some events of a day in the order of their moments; `after` is the id to go on from, None at the end."""

    events: list[UsageEvent]
    after: UUID | None


@dataclass(frozen=True)
class Late:
    """What was received only after its period had ended."""

    events: int
    units: int


def course_of(usage: Usage, *, now: datetime) -> list[Day]:
    """The period day by day, up to its last day; days to come at the present pace.

    The days of a counter add up to `usage.used`; the largest of a gauge, with what was carried in, is it.
    """
    today = periods.local_day(now, usage.period.zone)
    gauge, found, total = usage.service.is_gauge, [], 0
    days = days_of(usage.client, usage.service, usage.period.label)
    for day, used in days:
        if usage.period.ends_at > now and day > today:
            break
        total = max(total, used) if gauge else total + used
        found.append(Day(day, used, total))
    ahead = [day for day, _ in days[len(found) :]]
    if usage.enabled and (gauge or usage.expected > usage.used):
        return found + _ahead(usage, ahead, total)
    return found + [Day(day, usage.current if gauge else 0, total, ahead=True) for day in ahead]


def carried_into(usage: Usage) -> int:
    """What a gauge stood at when the period began; 0 for a counter, which starts anew."""
    if not usage.service.is_gauge:
        return 0
    return used_in(usage.client, usage.service, periods.preceding(usage.period.label))[1]


def events_of_day(usage: Usage, day: date, *, after: UUID | None = None, most: int = 50) -> EventsPage:
    """The events that a day of the period is made of, each once, by moment; `after` where an earlier page ended.

    Where a change of zone moved the month's edge, its first and last day hold what lies beyond them.
    """
    query = _of(usage)
    if day > periods.first_day(usage.period.label):
        query = query.where(UsageEvent.at >= periods.end_of_day(day - timedelta(days=1), usage.period.zone))
    if day < periods.last_day(usage.period.label):
        query = query.where(UsageEvent.at < periods.end_of_day(day, usage.period.zone))
    edge = UsageEvent.get_or_none((UsageEvent.id == after) & (UsageEvent.client == usage.client)) if after else None
    if edge:
        query = query.where((UsageEvent.at > edge.at) | ((UsageEvent.at == edge.at) & (UsageEvent.id > edge.id)))
    rows = list(query.order_by(UsageEvent.at, UsageEvent.id).limit(most + 1))
    return EventsPage(rows[:most], rows[most - 1].id if len(rows) > most else None)


def late_of(usage: Usage) -> Late:
    """Events of the period that came after its end: after the grace they are settled by the next statement."""
    sums = UsageEvent.select(fn.COUNT(UsageEvent.id), fn.SUM(UsageEvent.quantity)).where(
        (UsageEvent.client == usage.client)
        & (UsageEvent.service == usage.service.key)
        & (UsageEvent.period == usage.period.label)
        & (UsageEvent.received_at >= usage.period.ends_at)
    )
    [(count, units)] = sums.tuples().execute()
    return Late(int(count), int(units or 0))


def _of(usage: Usage):  # type: ignore[no-untyped-def]  # a peewee query
    return UsageEvent.select().where(
        (UsageEvent.client == usage.client)
        & (UsageEvent.service == usage.service.key)
        & (UsageEvent.period == usage.period.label)
    )


def _ahead(usage: Usage, days: list[date], total: int) -> list[Day]:
    """The days to come: what is still expected, spread evenly; a gauge stays where it is."""
    if usage.service.is_gauge:
        return [Day(day, usage.current, max(total, usage.current), ahead=True) for day in days]
    rest, found, before = usage.expected - usage.used, [], 0
    for n, day in enumerate(days, 1):
        reached = rest * n // len(days)
        found.append(Day(day, reached - before, total + reached, ahead=True))
        before = reached
    return found
