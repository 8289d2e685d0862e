"""Somebody of the staff given another role, other clients or a last day; taken out, or gone by himself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from portal.db import lock_row, transaction
from portal.domain import accounts, federation, invitations, periods, rights, sign_in
from portal.domain.accounts import Credential, Role, Staff, StaffMembership
from portal.domain.audit import Actor
from portal.domain.errors import Invalid
from portal.domain.rights import Permission, stand
from portal.domain.staffing import inviting, transfer_ends
from portal.domain.staffing.guards import keep_an_owner, not_oneself, within_reach
from portal.domain.staffing.letters import tell
from portal.domain.tenants import Agency, Client


def change_role(membership_id: UUID, role: str, *, by: Staff, now: datetime) -> None:
    """Bring somebody's role to the wanted one. What he sent and may no longer send is taken back.

    Raises NotFound, Invalid for a role that does not exist, Forbidden for oneself and for a role above one's
    own (the present one or the wanted one), Refused for the last owner.
    """
    if role not in set(Role):
        raise Invalid({"role": ("choose_one", {})})
    with transaction():
        row = _reached(membership_id, by, role)
        if role != Role.OWNER:
            keep_an_owner(row)
        if row.ends_at and role == Role.OWNER:
            raise Invalid({"role": ("owner_without_end", {})})
        if accounts.change_role(row, Role(role), by=by.actor, now=now):
            void(row, Role(role), by=by.actor, now=now)
            tell("role_changed", row.person, row, key=f"{row.id}:{now.isoformat()}", now=now)


def look_after(membership_id: UUID, client: Client, *, assigned: bool, by: Staff, now: datetime) -> None:
    """Bring it about that a manager looks after a client, or no longer does.

    Raises NotFound, Refused for whoever is no manager, Forbidden as `change_role`.
    """
    with transaction():
        row = _reached(membership_id, by)
        if row.role != Role.MANAGER:
            raise Invalid({"assigned": ("only_managers", {})})
        lock_row(StaffMembership, row.id.hex)  # whoever he is inviting at this moment is void as well
        if assigned:
            accounts.assign(row, client, by=by.actor, now=now)
        else:
            accounts.unassign(row, client, by=by.actor, now=now)
            void(row, Role.MANAGER, by=by.actor, now=now)


def set_end(membership_id: UUID, ends_on: date | None, *, by: Staff, now: datetime) -> None:
    """The last day of somebody's place, on the agency's clock; None for no end.

    Raises Invalid for a day that is over and for an owner, NotFound and Forbidden as `change_role`.
    """
    if ends_on and ends_on < periods.local_day(now, by.agency.timezone):
        raise Invalid({"ends_on": ("day_past", {})})
    with transaction():
        row = _reached(membership_id, by)
        if ends_on and row.role == Role.OWNER:
            raise Invalid({"ends_on": ("owner_without_end", {})})
        accounts.limit_staff(row, ends_on, by=by.actor, now=now)


def remove(membership_id: UUID, *, take_over: bool = False, by: Staff, now: datetime) -> None:
    """Take somebody from the staff: his sessions end, his invitations are void, his credentials stop.

    `take_over`: the credentials go on, and `by` answers for them. Raises NotFound, Forbidden for oneself and
    for somebody above, Refused for the last owner.
    """
    with transaction():
        row = _reached(membership_id, by)
        keep_an_owner(row)
        held = credentials_of(by.agency, row) if take_over else []
        go(row, "staff.removed", by=by.actor, now=now)
        for credential in held:
            accounts.take_over_credential(by.agency, credential.id, by=by.actor, now=now)
        tell("removed", row.person, row, key=f"{row.id}:{now.isoformat()}", now=now)


def leave(staff: Staff, *, now: datetime) -> None:
    """Go by oneself. Raises Refused for the last owner."""
    with transaction():
        row = stand(staff, Permission.SEE)
        keep_an_owner(row)
        go(row, "staff.left", by=staff.actor, now=now)
        for owner in accounts.owners_of(staff.agency):
            tell("left", owner, row, key=f"{row.id}:{now.isoformat()}", now=now)


def sign_out(membership_id: UUID, *, by: Staff, now: datetime) -> None:
    """End every session of somebody of the staff, wherever he is signed in. Raises as `change_role`."""
    with transaction():
        row = _reached(membership_id, by)
        sign_in.forget_begun_of(row.person)
        accounts.end_all_sessions(row.person, now=now)
        accounts.record_staff("staff.signed_out", row, by=by.actor, now=now)


def take_factors(membership_id: UUID, *, by: Staff, now: datetime) -> None:
    """Help somebody who lost his device: his second factors go, his sessions end, he is told. Raises as above."""
    with transaction():
        row = _reached(membership_id, by)
        sign_in.take_factors(row.person, by=by.actor, now=now)


def go(row: StaffMembership, action: str, *, by: Actor, now: datetime) -> None:
    """End a place, with everything that hangs on it. Inside the transaction of who asked whether it may."""
    if accounts.end_staff(row, action=action, by=by, now=now):
        federation.part(row.person, row.agency, now=now)
        sign_in.forget_begun_of(row.person)
        void(row, None, by=by, now=now)


def void(row: StaffMembership, role: Role | None, *, by: Actor, now: datetime) -> None:
    """Take back what somebody sent and could not send with this role; None: what he sent at all."""
    inviting.revoke_sent_by(row.agency, row.person_id, rights.appointable(role) if role else (), by=by, now=now)
    clients = _clients_of(row, role)
    if clients is not None:
        invitations.revoke_sent_by(row.agency, row.person_id, keep=clients, by=by, now=now)
    if role != Role.OWNER:
        transfer_ends.withdraw_of(row, gone=role is None, by=by, now=now)


def credentials_of(agency: Agency, row: StaffMembership) -> list[Credential]:
    """The living credentials for which this person answers."""
    held = accounts.credentials_of(agency)
    return [credential for credential in held if credential.made_by == row.person_id and not credential.revoked_at]


def _reached(membership_id: UUID, by: Staff, *roles: str) -> StaffMembership:
    """Whom `by` may change at this moment, alone with the staff; with which roles he may do so."""
    me = stand(by, Permission.STAFF)
    row = accounts.staff_member(by.agency, membership_id)
    not_oneself(me, row)
    within_reach(me, row.role, *roles)
    return row


def _clients_of(row: StaffMembership, role: Role | None) -> Collection[UUID] | None:
    """The clients whose people somebody of this role may invite; None for all of them."""
    if role in (Role.OWNER, Role.ADMIN):
        return None
    if role == Role.MANAGER:
        return {client.id for client in accounts.assigned_clients([row])[row.id]}
    return ()
