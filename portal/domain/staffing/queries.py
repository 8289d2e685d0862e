from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from portal.domain import accounts, periods, rights
from portal.domain.accounts import PLATFORM, Person, Role, Staff, StaffMembership, digest, person_in
from portal.domain.errors import NotFound
from portal.domain.staffing.models import StaffInvitation
from portal.domain.tenants import Agency, Client

SOON_DAYS = 7
"""So many days before it ends, a place on the staff is said to end soon."""


@dataclass(frozen=True)
class StaffEntry:
    """One line of the staff's list. `clients`: those of a manager; `days` are left to the last day."""

    membership: StaffMembership
    role: Role
    state: Literal["active", "ends_soon", "ended"]
    clients: list[Client]
    seen_at: datetime | None
    ends_on: date | None
    days: int | None
    is_self: bool
    manageable: bool


def entries_of(staff: Staff, *, now: datetime) -> list[StaffEntry]:
    """Everybody of the agency's staff: by role, then by name."""
    rows = accounts.staff_of(staff.agency)
    for row in rows:
        row.agency = staff.agency
    clients, seen = accounts.assigned_clients(rows), accounts.last_seen(row.person for row in rows)
    order = list(Role)
    rows.sort(key=lambda row: (order.index(Role(row.role)), row.person.shown_name.casefold(), row.id))
    return [_entry(staff, row, clients[row.id], seen.get(row.person_id), now) for row in rows]


def entry_of(staff: Staff, membership: StaffMembership, *, now: datetime) -> StaffEntry:
    """The same line for one of them."""
    clients, seen = accounts.assigned_clients([membership]), accounts.last_seen([membership.person])
    return _entry(staff, membership, clients[membership.id], seen.get(membership.person_id), now)


def _entry(
    staff: Staff, row: StaffMembership, clients: list[Client], seen_at: datetime | None, now: datetime
) -> StaffEntry:
    ends_on = accounts.last_day_of(row)
    days = (ends_on - periods.local_day(now, staff.agency.timezone)).days if ends_on else None
    is_self = row.id == staff.membership_id
    return StaffEntry(
        membership=row,
        role=Role(row.role),
        state="active" if days is None or days > SOON_DAYS else "ended" if days < 0 else "ends_soon",
        clients=clients,
        seen_at=seen_at,
        ends_on=ends_on,
        days=days,
        is_self=is_self,
        manageable=not is_self and Role(row.role) in rights.appointable(staff.role),
    )


def preview(token: str, *, now: datetime) -> tuple[StaffInvitation, Person | None]:
    """What a set-up link of the platform host offers, and the account that its address already has there.

    Looking changes nothing. Raises NotFound alike for unknown, used, revoked and expired links, and while the
    agency is suspended.
    """
    found = offered(digest(token), now=now)
    return found, person_in(PLATFORM, found.email)


def offered(token_hash: str, *, now: datetime) -> StaffInvitation:
    """The living invitation whose link has that hash. Raises NotFound as `preview` does."""
    found: StaffInvitation | None = (
        StaffInvitation.select(StaffInvitation, Agency)
        .join(Agency)
        .where((StaffInvitation.token_hash == token_hash) & _is_open() & (StaffInvitation.expires_at > now))
        .first()
    )
    if found is None or found.agency.suspended_at:
        raise NotFound("link_dead")
    return found


def open_invitations(agency: Agency) -> list[StaffInvitation]:
    """Invitations to the agency's staff that were neither accepted nor revoked, newest first; expired ones too."""
    query = StaffInvitation.select().where((StaffInvitation.agency == agency) & _is_open())
    return list(query.order_by(StaffInvitation.sent_at.desc(), StaffInvitation.id))


def invitation_of(agency: Agency, invitation_id: UUID) -> StaffInvitation:
    """One open invitation to the agency's staff. Raises NotFound for every other."""
    found = StaffInvitation.get_or_none(
        (StaffInvitation.id == invitation_id) & (StaffInvitation.agency == agency) & _is_open()
    )
    if found is None:
        raise NotFound
    found.agency = agency
    return found


def clients_named(invitation: StaffInvitation) -> list[Client]:
    """The clients that an invited manager will look after, by name, as far as they are there still."""
    wanted = [UUID(client_id) for client_id in invitation.clients]
    mine = (Client.agency == invitation.agency_id) & Client.id.in_(wanted)
    return list(Client.select().where(mine).order_by(Client.sort_name, Client.id)) if wanted else []


def days_left(invitation: StaffInvitation, now: datetime) -> int:
    """Started days until the link dies; 0 when it is dead."""
    return max(0, -(-(invitation.expires_at - now) // timedelta(days=1)))


def _is_open():  # type: ignore[no-untyped-def]  # a peewee expression
    return StaffInvitation.accepted_at.is_null() & StaffInvitation.revoked_at.is_null()
