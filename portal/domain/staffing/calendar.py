"""What the days bring: a place that ends, and a word before it does."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.db import transaction
from portal.domain import accounts, audit, periods
from portal.domain.accounts import StaffMembership, last_day_of
from portal.domain.rights import alone_with
from portal.domain.staffing.changes import go
from portal.domain.staffing.letters import tell

REMINDED_BEFORE = (7, 1)
"""So many days before a last day is over, people are told; of each once."""


def end_overdue(*, now: datetime) -> int:
    """Take out everybody whose last day is over; how many they were. Nothing opened for them since."""
    ended = 0
    for row in accounts.staff_past_its_day(now):
        with transaction():
            alone_with(row.agency)
            row = accounts.staff_member(row.agency, row.id)  # noqa: PLW2901 (as it is now)
            if row.ends_at is None or row.ends_at > now:
                continue
            go(row, "staff.ended", by=audit.SYSTEM, now=now)
            _tell_all("ended", row, str(row.ends_at.timestamp()), now)
            ended += 1
    return ended


def remind(*, now: datetime) -> None:
    """A letter 7 days and 1 day before somebody's place ends: to him, and to the owners of the agency."""
    for row in accounts.staff_to_end(now, now + timedelta(days=REMINDED_BEFORE[0] + 1)):
        last = last_day_of(row)
        if last is None:
            continue
        left = (last - periods.local_day(now, row.agency.timezone)).days
        due = [days for days in REMINDED_BEFORE if left <= days]
        if due:
            with transaction():
                _tell_all("ends_soon", row, f"{last.isoformat()}:{due[-1]}", now, day=last.isoformat())


def _tell_all(kind: str, row: StaffMembership, key: str, now: datetime, **values: str) -> None:
    people = {person.id: person for person in [row.person, *accounts.owners_of(row.agency)]}
    for person in people.values():
        tell(kind, person, row, key=f"{row.id}:{key}", now=now, **values)
