"""Which domains are looked at next, each by one worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain import tenants
from portal.domain.hosts.catalogue import State
from portal.domain.hosts.models import OwnHost

DAY = timedelta(days=1)
_SOON, _NOW_AND_THEN = timedelta(minutes=10), timedelta(hours=1)


def is_due(now: datetime) -> bool:
    return bool(OwnHost.select().where(OwnHost.due_at <= now).exists())


def take_due(now: datetime, *, most: int = 50) -> list[OwnHost]:
    """The domains whose time has come, agencies loaded; nobody else gets them for now."""
    taken = []
    for row in list(OwnHost.select().where(OwnHost.due_at <= now).order_by(OwnHost.due_at).limit(most)):
        mine = (OwnHost.id == row.id) & (OwnHost.due_at == row.due_at)
        if OwnHost.update(due_at=now + _rhythm(row, now)).where(mine).execute():
            row.agency = tenants.agency_by_id(row.agency_id)
            taken.append(row)
    return taken


def _rhythm(row: OwnHost, now: datetime) -> timedelta:
    """Often while somebody waits for it, else daily."""
    if row.state in (State.ACTIVE, State.LOST) or row.good_at:
        return DAY
    waited = now - row.asked_at
    if waited < DAY:
        return _SOON
    return _NOW_AND_THEN if waited < 7 * DAY else DAY
