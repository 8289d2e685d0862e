"""What every change of an agency's staff asks once it is alone with that staff: see `rights.stand`."""

from __future__ import annotations

from peewee import fn

from portal.domain import rights
from portal.domain.accounts import Person, Role, StaffMembership
from portal.domain.errors import Forbidden, Refused


def within_reach(by: StaffMembership, *roles: str) -> None:
    """Raises Forbidden where somebody reaches for a role above his own: to give it, or to touch who has it."""
    offered = rights.appointable(Role(by.role))
    if any(Role(role) not in offered for role in roles):
        raise Forbidden("role_above_you")


def not_oneself(by: StaffMembership, other: StaffMembership) -> None:
    if by.id == other.id:
        raise Forbidden("not_your_own_place")


def keep_an_owner(leaving: StaffMembership) -> None:
    """Raises Refused when nobody would own the agency without this one. Asked after `alone_with`."""
    if leaving.role == Role.OWNER and not owners_besides(leaving):
        raise Refused("last_owner")


def owners_besides(one: StaffMembership) -> int:
    """How many others own the agency and can sign in."""
    return int(
        StaffMembership.select(fn.COUNT(StaffMembership.id))
        .join(Person)
        .where(
            (StaffMembership.agency == one.agency_id)
            & (StaffMembership.id != one.id)
            & (StaffMembership.role == Role.OWNER.value)
            & StaffMembership.ended_at.is_null()
            & StaffMembership.ends_at.is_null()
            & Person.disabled_at.is_null()
        )
        .scalar()
    )
