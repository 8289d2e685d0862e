from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from portal.domain import accounts, periods, rights
from portal.domain.accounts import Contributor, Member, Person, digest, person_in
from portal.domain.errors import NotFound
from portal.domain.invitations.models import Invitation
from portal.domain.tenants import Agency, App, Client, sort_name

MOST_SHOWN = 500
SOON_DAYS = 7
"""So many days before it ends, an access is said to end soon."""


def preview(agency: Agency, token: str, *, now: datetime) -> tuple[Invitation, Person | None]:
    """What a set-up link offers, and the account that its address already has in this agency.

    Looking changes nothing. Raises NotFound alike for unknown, used, revoked and expired links
    and for those of another agency.
    """
    found = (
        Invitation.select(Invitation, App, Client)
        .join(App)
        .join(Client)
        .where(
            (Invitation.token_hash == digest(token))
            & (App.agency == agency)
            & Invitation.accepted_at.is_null()
            & Invitation.revoked_at.is_null()
            & (Invitation.expires_at > now)
        )
        .first()
    )
    if found is None:
        raise NotFound("link_dead")
    found.app.agency = found.app.client.agency = agency
    return found, person_in(str(agency.id), found.email)


def open_invitations(member: Member) -> list[Invitation]:
    """Invitations to this back office that were neither accepted nor revoked, newest first; expired ones too."""
    return list(
        Invitation.select()
        .where((Invitation.app == member.app) & Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null())
        .order_by(Invitation.sent_at.desc())
        .limit(MOST_SHOWN)
    )


def invitation_of(member: Member, invitation_id: UUID) -> Invitation:
    """One open invitation to this back office. Raises NotFound for every other."""
    found = Invitation.get_or_none(
        (Invitation.id == invitation_id)
        & (Invitation.app == member.app)
        & Invitation.accepted_at.is_null()
        & Invitation.revoked_at.is_null()
    )
    if found is None:
        raise NotFound
    found.app = member.app
    return found


@dataclass(frozen=True)
class TeamEntry:
    """One line of the team list: a member, or an invitation that waits. `days` are left to the link or the end date."""

    state: Literal["active", "ends_soon", "ended", "pending", "expired"]
    id: UUID
    name: str
    email: str
    boxes: frozenset[str]
    ends_on: date | None
    days: int | None
    is_self: bool
    manageable: bool


def team_of(member: Member, *, search: str = "", now: datetime) -> list[TeamEntry]:
    """Everybody of this back office but the owners, by name: members first, then who was invited.

    `search` looks at names and addresses, whatever their accents and case.
    """
    colleagues = accounts.colleagues_of(member)
    held = rights.boxes_of_many(colleagues)
    own = rights.boxes_of(member.contributor) if member.contributor else frozenset(rights.BOXES)
    today = periods.local_day(now, member.agency.timezone)
    entries = [_of_colleague(member, row, held[row.id], own, today) for row in colleagues]
    entries += [_of_invitation(row, own, now) for row in open_invitations(member)]
    wanted = sort_name(search.strip())
    return [entry for entry in entries if wanted in sort_name(f"{entry.name} {entry.email}")]


def _of_colleague(
    member: Member, row: Contributor, boxes: frozenset[str], own: frozenset[str], today: date
) -> TeamEntry:
    days = (row.ends_on - today).days if row.ends_on else None
    is_self = member.contributor is not None and row.id == member.contributor.id
    return TeamEntry(
        state="active" if days is None or days > SOON_DAYS else "ended" if days < 0 else "ends_soon",
        id=row.id,
        name=row.person.name,
        email=row.person.email,
        boxes=boxes,
        ends_on=row.ends_on,
        days=days,
        is_self=is_self,
        manageable=not is_self and boxes <= own,
    )


def _of_invitation(row: Invitation, own: frozenset[str], now: datetime) -> TeamEntry:
    left = days_left(row, now)
    boxes = frozenset(row.boxes) & rights.BOXES.keys()
    return TeamEntry(
        state="pending" if left else "expired",
        id=row.id,
        name="",
        email=row.email,
        boxes=boxes,
        ends_on=row.ends_on,
        days=left,
        is_self=False,
        manageable=boxes <= own,
    )


def days_left(invitation: Invitation, now: datetime) -> int:
    """Started days until the link dies; 0 when it is dead."""
    left = invitation.expires_at - now
    return max(0, -(-left // timedelta(days=1)))


def link_of(origin: str, token: str) -> str:
    """The set-up link on the agency's host; `origin` is scheme, host and port."""
    return f"{origin}/setup/{token}"
