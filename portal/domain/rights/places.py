"""The places of an agency's staff, read anew: what was asked in good order may be nobody's right when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal.db import lock_row, transaction
from portal.domain.accounts import (
    Member,
    Role,
    Staff,
    StaffMembership,
    assigned_clients,
    may_enter,
    staff_member,
    staff_of_person,
    stand_as,
)
from portal.domain.audit import Actor
from portal.domain.errors import Forbidden, NotFound
from portal.domain.rights.roles import Permission, staff_may
from portal.domain.tenants import Agency, Client


def stand(by: Staff, may: Permission) -> StaffMembership:
    """The membership of whoever asks, read anew: from here on nobody else changes the agency's staff.

    Raises Forbidden for who was taken out, or given a smaller role, while he asked.
    """
    alone_with(by.agency)
    try:
        row = staff_member(by.agency, by.membership_id)
    except NotFound:
        raise Forbidden("role_too_small", role=by.role.label) from None
    if not staff_may(Role(row.role), may):
        raise Forbidden("role_too_small", role=Role(row.role).label)
    return row


def still_may(agency: Agency, by: Actor, may: Permission) -> None:
    """The same where an Actor is all that is known of whoever asks; who is none of the staff goes on.

    Raises Forbidden for staff who were taken out, or given a smaller role, while they asked.
    """
    stand_as(agency, by, _whose(may))


def still_over(client: Client, by: Actor) -> Role | None:
    """The same for what is done to one client: the role of whoever of the staff asks, None for who is none of them.

    Raises NotFound, too, for a manager who does not look after the client any more.
    """
    row = stand_as(client.agency, by, _whose(Permission.CLIENTS))
    if row is None:
        return None
    if row.role == Role.MANAGER and client not in assigned_clients([row])[row.id]:
        raise NotFound
    return Role(row.role)


@contextmanager
def holding_place(agency: Agency, by: Actor, may: Permission) -> Iterator[None]:
    """One transaction around what is done for the agency by what was allowed before; raises as `still_may`."""
    with transaction():
        still_may(agency, by, may)
        yield


@contextmanager
def holding(client: Client, by: Actor) -> Iterator[None]:
    """One transaction around what is done to the client by what knows of no rights; raises as `still_over`."""
    with transaction():
        still_over(client, by)
        yield


def alone_with(agency: Agency) -> None:
    """Let nobody else change the staff of the agency until the transaction ends."""
    lock_row(Agency, agency.id.hex)


def stay_inside(by: Member) -> None:
    """Raises Forbidden for staff who may not be in the back office any more; from here on nobody takes them out."""
    row = staff_of_person(by.person)
    if row:
        lock_row(StaffMembership, row.id.hex)
        row = staff_of_person(by.person)
    if row is None or row.agency_id != by.app.agency_id or not may_enter(row, by.app):
        raise Forbidden("box_missing")


def _whose(may: Permission) -> list[Role]:
    return [role for role in Role if staff_may(role, may)]
