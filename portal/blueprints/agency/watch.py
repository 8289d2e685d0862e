"""What waits among the clients of one person: all of it where they are few, the most urgent and how many where not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.blueprints.agency import wording
from portal.domain import accounts, metering, reports
from portal.domain.accounts import Role, Staff
from portal.domain.reports import Matter
from portal.domain.tenants import Client

FEW = 300
"""Up to so many clients everything is looked at anew for each page."""
_LOOKED_AT = 25
_CALLS = 6


@dataclass(frozen=True)
class Watched:
    """The clients whose use has to be looked at. `ids`: all that the person sees, where they are few, else None.

    `near` and `over` count clients where not all that wait are among `clients`, else both are None.
    """

    ids: list[UUID] | None
    clients: list[Client]
    near: int | None = None
    over: int | None = None

    def matters(self, *, now: datetime) -> list[Matter]:
        return reports.matters_of(self.clients, now=now)

    def banner(self, matters: list[Matter], *, now: datetime) -> dict[str, Any] | None:
        """All that waits as one banner; None where there is nothing."""
        if self.near is not None and self.over is not None:
            title, text = wording.banner_of_many(self.over, self.near)
            return {"tone": "bad" if self.over else "warn", "title": title, "text": text, "usage": None}
        if not matters:
            return None
        title, text = wording.banner_of(matters, now=now)
        return {
            "tone": "bad" if any(matter.is_bad for matter in matters) else "warn",
            "title": title,
            "text": text,
            "usage": matters[0].usage if len(matters) == 1 else None,
        }


def watched(staff: Staff, *, now: datetime) -> Watched:
    """Which clients of this person have to be looked at."""
    ids = accounts.all_ids(staff, most=FEW)
    if ids is not None:
        return Watched(ids, accounts.loaded(staff, metering.watched_among(staff.agency, ids, now=now)))
    membership = staff.membership_id if staff.role == Role.MANAGER else None
    found = metering.most_urgent(staff.agency, membership=membership, now=now, most=_LOOKED_AT + 1)
    if len(found) <= _LOOKED_AT:
        return Watched(None, accounts.loaded(staff, found))
    most = accounts.MOST_COUNTED + 1
    near, over = metering.count_urgent(staff.agency, membership=membership, now=now, most=most)
    return Watched(None, accounts.loaded(staff, found[:_CALLS]), near, over)
