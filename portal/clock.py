"""What time it is, for everyone who stands at the edge of the house.

The domain receives `now=`; blueprints, jobs and the command line ask here. The demo can move
the clock (`portal clock 2026-07-05`); the offset is a row of the database, so that web, worker
and command line agree, and production refuses to start with one.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from peewee import CharField

from portal.db import BaseModel, MomentField, transaction

_FRESH_SECONDS = 2.0
_cached: tuple[float, timedelta] = (-_FRESH_SECONDS, timedelta())


class ClockOffset(BaseModel):
    """At most one row: the shown time at the real moment it was set."""

    name = CharField(primary_key=True, default="demo")
    shown = MomentField()
    real = MomentField()


def now() -> datetime:
    """The present moment, moved by the stored offset."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """How far the clock was moved; read again every two seconds."""
    global _cached
    read_at, value = _cached
    if time.monotonic() - read_at > _FRESH_SECONDS:
        row = ClockOffset.get_or_none(ClockOffset.name == "demo")
        value = row.shown - row.real if row else timedelta()
        _cached = (time.monotonic(), value)
    return value


def move_to(moment: datetime) -> None:
    """Let the clock show `moment` now and run on from there."""
    with transaction():
        ClockOffset.delete().execute()
        ClockOffset.create(shown=moment, real=datetime.now(UTC))
    forget()


def forget() -> None:
    """Read the stored offset again at the next question."""
    global _cached
    _cached = (-_FRESH_SECONDS, timedelta())
