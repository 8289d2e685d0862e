"""Places for those who wait for somebody else's server: few over all processes, so that threads are left for others."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.db import microseconds, transaction
from portal.domain.accounts.models import Attempts
from portal.domain.accounts.throttle import TooManyAttempts, locked_row
from portal.domain.tenants import Agency

AT_ONCE = 4
LEASE = timedelta(seconds=40)
"""Longer than anybody waits; so a process that died holds no place for long."""
_EVERYBODY = "places"
_SOON = 5


def take_place(agency: Agency, *, now: datetime) -> int:
    """One of the places, and the only one of its agency; to be given back by its number.

    Raises TooManyAttempts where there is none: a place comes free within seconds.
    """
    mine = microseconds(now + LEASE)
    with transaction():
        rows = [locked_row(key) for key in _keys(agency)]
        for row, most in zip(rows, (AT_ONCE, 1), strict=True):
            row.failures = [until for until in row.failures if until > microseconds(now)]
            if len(row.failures) >= most:
                raise TooManyAttempts("places_taken", seconds=_SOON)
        for row in rows:
            Attempts.update(failures=[*row.failures, mine]).where(Attempts.key == row.key).execute()
    return mine


def leave_place(agency: Agency, mine: int) -> None:
    """Let the next one in; says nothing where the place was lost meanwhile."""
    with transaction():
        for row in [locked_row(key) for key in _keys(agency)]:
            if mine in row.failures:
                row.failures.remove(mine)
                Attempts.update(failures=row.failures).where(Attempts.key == row.key).execute()


def _keys(agency: Agency) -> tuple[str, str]:
    return _EVERYBODY, f"{_EVERYBODY}|{agency.id.hex}"
