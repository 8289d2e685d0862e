"""The place of a person of the staff who acts, read anew inside the transaction of what he does."""

from __future__ import annotations

from collections.abc import Collection

from portal.db import lock_row
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import StaffMembership
from portal.domain.audit import Actor
from portal.domain.errors import Forbidden
from portal.domain.tenants import Agency


def stand_as(agency: Agency, by: Actor, roles: Collection[Role]) -> StaffMembership | None:
    """The place of a person of the staff who still has one of these roles; from here on nobody changes the staff.

    None for machines, the command line and the portal itself: they were judged where they came in.
    Raises Forbidden for who was taken out, or given another role, while he asked.
    """
    if by.kind != "staff":
        return None
    lock_row(Agency, agency.id.hex)
    row = StaffMembership.get_or_none((StaffMembership.agency == agency) & (StaffMembership.person == by.id))
    if row is None or row.ended_at or Role(row.role) not in roles:
        raise Forbidden("role_too_small", role=Role(row.role).label if row else "–")
    return row
