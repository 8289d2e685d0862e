"""A sign of life of the worker, so that the health page can tell that nobody works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from peewee import CharField

from portal.db import BaseModel, MomentField

_STALE = timedelta(minutes=2)


class Heartbeat(BaseModel):
    name = CharField(16, primary_key=True)
    at = MomentField()


def beat(name: str = "worker") -> None:
    """Say that the worker is alive; real time, whatever the demo clock shows."""
    Heartbeat.insert(name=name, at=datetime.now(UTC)).on_conflict(
        conflict_target=[Heartbeat.name], preserve=[Heartbeat.at]
    ).execute()


def is_alive(name: str = "worker") -> bool:
    row = Heartbeat.get_or_none(Heartbeat.name == name)
    return row is not None and datetime.now(UTC) - row.at < _STALE
