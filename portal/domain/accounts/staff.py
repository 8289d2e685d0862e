"""The staff of an agency: who joins it, with which role, for which clients, until when; who leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from peewee import fn

from portal.db import moment_of, transaction
from portal.domain import audit, periods
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import Person, SignIn, StaffAssignment, StaffMembership
from portal.domain.accounts.sessions import end_all_sessions
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, NotFound
from portal.domain.tenants import Agency, Client


def join_staff(
    agency: Agency, person: Person, role: Role, *, ends_on: date | None = None, by: Actor, now: datetime
) -> StaffMembership:
    """Make a person one of the agency's staff; who was it before begins anew. `by` is who invited him.

    Raises Conflict when he is one already.
    """
    ends_at = periods.end_of_day(ends_on, agency.timezone) if ends_on else None
    values = {"role": role.value, "created_at": now, "ended_at": None, "ends_at": ends_at, "invited_by": by.name}
    with transaction():
        row = StaffMembership.get_or_none((StaffMembership.person == person) & (StaffMembership.agency == agency))
        if row and row.ended_at is None:
            raise Conflict("already_staff", field="email")
        if row:
            StaffMembership.update(**values).where(StaffMembership.id == row.id).execute()
            row = StaffMembership.get_by_id(row.id)
        else:
            row = StaffMembership.create(person=person, agency=agency, **values)
        row.person, row.agency = person, agency
        record_staff("staff.added", row, by=by, now=now, role=role.value)
    return row


def change_role(membership: StaffMembership, role: Role, *, because: str = "", by: Actor, now: datetime) -> bool:
    """Bring the role to the wanted one; whether it was another. Who is no manager any more looks after nobody.

    `because`: what it came with, where nobody chose it by hand.
    """
    old = Role(membership.role)
    if old == role:
        return False
    with transaction():
        StaffMembership.update(role=role.value).where(StaffMembership.id == membership.id).execute()
        if old == Role.MANAGER:
            StaffAssignment.delete().where(StaffAssignment.membership == membership).execute()
        membership.role = role.value
        told = {"old_role": old.value, "new_role": role.value} | ({"because": because} if because else {})
        record_staff("staff.role_changed", membership, by=by, now=now, **told)
    return True


def unassign(membership: StaffMembership, client: Client, *, by: Actor, now: datetime) -> None:
    """Take one client from a manager. Doing it twice changes nothing."""
    mine = (StaffAssignment.membership == membership) & (StaffAssignment.client == client)
    with transaction():
        if StaffAssignment.delete().where(mine).execute():
            record_staff("staff.unassigned", membership, by=by, now=now, client_id=client.id, client=client.name)


def limit_staff(membership: StaffMembership, ends_on: date | None, *, by: Actor, now: datetime) -> None:
    """Bring the last day of a membership, on the agency's clock, to the wanted one; None for no end."""
    zone, old = membership.agency.timezone, last_day_of(membership)
    if old == ends_on:
        return
    with transaction():
        membership.ends_at = periods.end_of_day(ends_on, zone) if ends_on else None
        StaffMembership.update(ends_at=membership.ends_at).where(StaffMembership.id == membership.id).execute()
        if ends_on:
            days = {"old": old.isoformat() if old else None, "new": ends_on.isoformat()}
            record_staff("staff.limited", membership, by=by, now=now, **days)
        else:
            record_staff("staff.unlimited", membership, by=by, now=now)


def last_day_of(membership: StaffMembership) -> date | None:
    """The last day on which the membership opens anything, on the agency's clock; None for no end."""
    if membership.ends_at is None:
        return None
    return periods.local_day(membership.ends_at - timedelta(microseconds=1), membership.agency.timezone)


def end_staff(membership: StaffMembership, *, action: str = "staff.removed", by: Actor, now: datetime) -> bool:
    """Take somebody from the staff: every session of his ends, his clients are free. Whether he still was there."""
    living = (StaffMembership.id == membership.id) & StaffMembership.ended_at.is_null()
    with transaction():
        if not StaffMembership.update(ended_at=now).where(living).execute():
            return False
        StaffAssignment.delete().where(StaffAssignment.membership == membership).execute()
        end_all_sessions(membership.person, now=now)
        record_staff(action, membership, by=by, now=now, role=membership.role)
    return True


def record_staff(action: str, membership: StaffMembership, *, by: Actor, now: datetime, **details: Any) -> None:
    """One entry about somebody of the staff."""
    subject = membership.person.email
    audit.record(action, by=by, now=now, agency_id=membership.agency_id, subject=subject, **details)


def staff_member(agency: Agency, membership_id: UUID) -> StaffMembership:
    """One of the agency's staff as he is at this moment, person loaded. Raises NotFound for everybody else."""
    row = (
        StaffMembership.select(StaffMembership, Person)
        .join(Person)
        .where(
            (StaffMembership.id == membership_id)
            & (StaffMembership.agency == agency)
            & StaffMembership.ended_at.is_null()
        )
        .first()
    )
    if row is None:
        raise NotFound
    row.agency = agency
    return row


def staff_with_address(agency: Agency, email: str) -> StaffMembership | None:
    """Who of the agency's staff has that (clean) address."""
    return (
        StaffMembership.select(StaffMembership)
        .join(Person)
        .where((StaffMembership.agency == agency) & StaffMembership.ended_at.is_null() & (Person.email == email))
        .first()
    )


def staff_past_its_day(now: datetime) -> list[StaffMembership]:
    """Everybody whose last day is over and who was not taken out yet, persons and agencies loaded."""
    return _ending(StaffMembership.ends_at <= now)


def staff_to_end(now: datetime, until: datetime) -> list[StaffMembership]:
    """Everybody whose last day is over between the two moments, persons and agencies loaded."""
    return _ending((StaffMembership.ends_at > now) & (StaffMembership.ends_at <= until))


def assigned_clients(memberships: Iterable[StaffMembership]) -> dict[UUID, list[Client]]:
    """The clients of each manager, by name; by the ids of the memberships."""
    found: dict[UUID, list[Client]] = {row.id: [] for row in memberships}
    rows = (
        StaffAssignment.select(StaffAssignment, Client)
        .join(Client)
        .where(StaffAssignment.membership.in_(list(found)))
        .order_by(Client.sort_name, Client.id)
    )
    for row in rows:
        found[row.membership_id].append(row.client)
    return found


def last_seen(people: Iterable[Person]) -> dict[UUID, datetime]:
    """When each of them was last here, by their ids; nothing for whoever never was."""
    rows: Any = (
        SignIn.select(SignIn.person, fn.MAX(SignIn.seen_at).alias("last"))
        .where(SignIn.person.in_([person.id for person in people]))
        .group_by(SignIn.person)
        .tuples()
    )
    return {person: at if isinstance(at, datetime) else moment_of(at) for person, at in rows}


def _ending(condition: Any) -> list[StaffMembership]:
    query = StaffMembership.select(StaffMembership, Person, Agency).join(Person).switch(StaffMembership).join(Agency)
    return list(query.where(condition & StaffMembership.ended_at.is_null()))
