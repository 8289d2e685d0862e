from __future__ import annotations

from datetime import date

from portal.domain.periods import add_months


def due_days(first_on: date, every_months: int | None, ended_on: date | None, since: date, until: date) -> list[date]:
    """The days from `since` to `until` (both included) on which a sold service falls due.

    Always the same day of the month as the first, the last day where there is none: it is counted
    from the first day, so that 31 January does not become 28 for ever after a February.
    """
    found: list[date] = []
    n = 0
    while True:
        day = add_months(first_on, n * every_months) if every_months else first_on
        if day > until or (ended_on and day > ended_on):
            return found
        if day >= since:
            found.append(day)
        if not every_months:
            return found
        n += 1


def next_due(first_on: date, every_months: int | None, ended_on: date | None, after: date) -> date | None:
    """The first due day later than `after`, or None when there is none any more."""
    horizon = add_months(max(after, first_on), (every_months or 0) + 1)
    later = [day for day in due_days(first_on, every_months, ended_on, after, horizon) if day > after]
    return later[0] if later else None
