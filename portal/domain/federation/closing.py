"""What closes with a provider: visits under way when it is changed, sessions when it becomes the only way."""

from __future__ import annotations

from datetime import datetime

from portal.db import locked
from portal.domain.accounts import PLATFORM, Person, Role, StaffMembership
from portal.domain.accounts.vouching import end_sessions_of
from portal.domain.errors import Refused
from portal.domain.federation.models import Provider
from portal.domain.federation.values import Door, Use


def check_open(door: Door, house: str) -> None:
    """Inside the transaction that believes the provider: it is still what it was, and open to that house.

    Raises Refused when it was removed, switched off or changed while the visit was under way.
    """
    if door.agency is None:
        return
    row = locked(Provider.select().where(Provider.agency == door.agency)).first()
    kind = "staff" if house == PLATFORM else "contributors"
    same = row is not None and (row.issuer, row.client_id) == (door.issuer, door.client_id)
    if not same or getattr(row, kind) == Use.OFF:
        raise Refused("sso_state")


def end_sessions(row: Provider, before: dict[str, str], *, now: datetime) -> None:
    """Inside the transaction of the change: whoever must come by the provider from now on is signed out.

    A session that a password began would outlive passwords otherwise. Owners keep theirs, as they keep passwords.
    """
    contributors = Person.select(Person.id).where(Person.house == str(row.agency_id))
    staff = StaffMembership.select(StaffMembership.person).where(
        (StaffMembership.agency == row.agency_id)
        & StaffMembership.ended_at.is_null()
        & (StaffMembership.role != Role.OWNER.value)
    )
    for kind, people in (("contributors", contributors), ("staff", staff)):
        if getattr(row, kind) == Use.ONLY and before[kind] != Use.ONLY:
            end_sessions_of(people, now=now)
