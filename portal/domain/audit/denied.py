"""Attempts that were turned away, in the trail of the house whose person or machine made them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from portal.domain.audit.actions import Actor, record
from portal.domain.audit.models import AuditEntry

Why = Literal["right", "absent"]

MOST_AN_HOUR = 30


def note_denied(what: str, why: Why, *, by: Actor, agency_id: UUID | None, now: datetime) -> None:
    """Write down that somebody wanted to do `what` without the right to, or to something that is not there for him.

    Whether there is such a thing elsewhere stays untold, to the trail as to him. So that nobody fills the trail, the
    same is told once a minute, and of one doer so many an hour.
    """
    if not _is_told(what, by, agency_id, now):
        record("access.denied", by=by, now=now, agency_id=agency_id, subject=what, why=why)


def _is_told(what: str, by: Actor, agency_id: UUID | None, now: datetime) -> bool:
    house = AuditEntry.agency_id.is_null() if agency_id is None else AuditEntry.agency_id == agency_id
    his = (AuditEntry.actor_id == by.id) & (AuditEntry.action == "access.denied")
    lately = AuditEntry.at > now - timedelta(hours=1)
    told = list(AuditEntry.select().where(house & his & lately).limit(MOST_AN_HOUR))
    a_minute_ago = now - timedelta(minutes=1)
    return len(told) >= MOST_AN_HOUR or any(row.subject == what and row.at > a_minute_ago for row in told)
