"""Many letters on a day become one: the first go at once, the rest in the evening. Nothing is lost or said twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.db import locked, transaction
from portal.domain import mail, outbox, periods
from portal.domain.accounts import Person, Rhythm, notices_of, staff_of_person, staff_to_tell
from portal.domain.metering.models import Alert
from portal.domain.metering.notice_models import LimitForecast, LimitNotice
from portal.domain.metering.origins import Origins
from portal.domain.metering.queries import usage_of
from portal.domain.metering.standing import standing_of
from portal.domain.settings import find_service
from portal.domain.tenants import Agency, Client

MOST_AT_ONCE = 5
"""So many letters about limits a person of the staff gets on one day; what comes after waits for the day's letter."""
EVENING = time(18)


def goes_now(person: Person, source: str, agency: Agency, *, now: datetime) -> bool:
    """Note that this person hears of `source`; True when its letter is to be written now.

    False when he was told before, or when it waits for the day's letter, which is asked for along with it.
    Must run inside the transaction that writes the letter: the person's row is locked for the count.
    """
    locked(Person.select(Person.id).where(Person.id == person.id)).get()
    day = periods.local_day(now, agency.timezone)
    today = (LimitNotice.person == person) & (LimitNotice.day == day)
    sent = LimitNotice.select().where(today & (LimitNotice.at_once == True)).count()  # noqa: E712 (SQL)
    at_once = notices_of(person).rhythm == Rhythm.AT_ONCE and sent < MOST_AT_ONCE
    row = LimitNotice(person=person, source=source, day=day, at_once=at_once, written_at=now)
    LimitNotice.insert(**row.__data__).on_conflict_ignore().execute()
    if LimitNotice.get_or_none(LimitNotice.id == row.id) is None:
        return False
    if not at_once:
        due = _due(day, agency.timezone, now)
        key = f"digest:{person.id}:{due.isoformat()}"
        outbox.put("limits.digest", key=key, now=now, due_at=due, person=str(person.id))
    return at_once


def send_digest(person_id: UUID, *, origins: Origins, now: datetime) -> None:
    """One letter with everything that waits for this person, each with its numbers of this moment.

    What is no longer his (another client's manager by now, no longer on the staff) is left out.
    """
    with transaction():
        person = locked(Person.select().where(Person.id == person_id)).get()
        waiting = list(
            LimitNotice.select()
            .where(
                (LimitNotice.person == person)
                & (LimitNotice.at_once == False)  # noqa: E712 (SQL)
                & LimitNotice.digested_at.is_null()
            )
            .order_by(LimitNotice.written_at, LimitNotice.id)
        )
        LimitNotice.update(digested_at=now).where(LimitNotice.id.in_([row.id for row in waiting])).execute()
        staff = staff_of_person(person)
        items = list(_items([row.source for row in waiting], person, origins, now))
        if not items or staff is None:
            return
        mail.post_to(
            "limit_digest",
            person,
            key=str(waiting[0].id),
            now=now,
            day=waiting[0].day.isoformat(),
            items=items,
            link=origins.alerts_at(),
            notices_link=origins.notices_at(None),
        )


def _due(day: date, zone: str, now: datetime) -> datetime:
    """The evening of the day; after it, the day's end."""
    evening = datetime.combine(day, EVENING, ZoneInfo(zone)).astimezone(now.tzinfo)
    return evening if now < evening else periods.end_of_day(day, zone)


def _items(sources: list[str], person: Person, origins: Origins, now: datetime) -> Iterator[dict[str, object]]:
    """Each matter once: an alert that gave way to a higher one is that one's matter, one that ended is over."""
    told: set[str] = set()
    for source in sources:
        kind, _, row_id = source.partition(":")
        model = LimitForecast if kind == "foreseen" else Alert
        row = model.select(model, Client, Agency).join(Client).join(Agency).where(model.id == UUID(row_id)).get()
        if kind == "raised" and isinstance(row, Alert) and f"raised:{row.superseded_by}" in sources:
            continue
        entitled = any(other.id == person.id for other in staff_to_tell(row.client))
        if row_id not in told and entitled and not row.client.agency.suspended_at:
            told.add(row_id)
            yield from _item(kind, row, origins, now)


def _item(kind: str, row: Alert | LimitForecast, origins: Origins, now: datetime) -> Iterator[dict[str, object]]:
    service = find_service(row.service)
    if service is None:
        return
    if isinstance(row, Alert):
        kind = "resolved" if row.resolved_at else "reached" if row.threshold >= 100 else "approaching"
    usage = usage_of(row.client, now=now, label=row.period, services=[service])[0]
    yield {
        **asdict(standing_of(usage, now=now)),
        "kind": kind,
        "link": origins.limit_of(row.client, service.key),
    }
