from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.accounts import Contributor, Member, Person, digest, person_in
from portal.domain.audit import AuditEntry
from portal.domain.errors import NotFound
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.standing import check_standing
from portal.domain.tenants import Agency, App, Client

LATELY = timedelta(days=3)
MOST_NAMED = 5


def preview(agency: Agency, token: str, *, now: datetime) -> tuple[Invitation, Person | None]:
    """What a set-up link offers, and the account that its address already has in this agency.

    Looking changes nothing. Raises NotFound alike for unknown, used, revoked and expired links
    and for those of another agency, or that stand no more.
    """
    found = offered(agency, digest(token), now=now)
    return found, person_in(str(agency.id), found.email)


def offered(agency: Agency, token_hash: str, *, now: datetime) -> Invitation:
    """The living invitation whose link has that hash. Raises NotFound as `preview` does."""
    found: Invitation | None = (
        Invitation.select(Invitation, App, Client)
        .join(App)
        .join(Client)
        .where(
            (Invitation.token_hash == token_hash)
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
    check_standing(found, now=now)
    return found


def open_invitations(member: Member, email: str | None = None) -> list[Invitation]:
    """Invitations to this back office that were neither accepted nor revoked, expired ones too, by address.

    `email`: of that address alone.
    """
    query = Invitation.select().where(
        (Invitation.app == member.app) & Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    )
    if email is not None:
        query = query.where(Invitation.email == email)
    return list(query.order_by(Invitation.email, Invitation.id))


def invited_to(client: Client, *, most: int) -> list[Invitation]:
    """The first of those to all back offices of a client that were neither accepted nor revoked, app loaded."""
    living = (App.client == client) & Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    query = Invitation.select(Invitation, App).join(App).where(living)
    return list(query.order_by(Invitation.email, Invitation.id).limit(most))


def joined_lately(member: Member, *, now: datetime) -> list[Contributor]:
    """Who accepted an invitation of this person within the last days, newest first, persons loaded."""
    accepted = (Invitation.inviter_id == member.person.id) & (Invitation.accepted_at > now - LATELY)
    rows = (
        Contributor.select(Contributor, Person)
        .join(Person)
        .join_from(Contributor, Invitation, on=Invitation.contributor == Contributor.id)
        .where((Invitation.app == member.app) & accepted & Contributor.ended_at.is_null())
    )
    return list(rows.order_by(Invitation.accepted_at.desc()).limit(MOST_NAMED))


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


def days_left(invitation: Invitation, now: datetime) -> int:
    """Started days until the link dies; 0 when it is dead."""
    left = invitation.expires_at - now
    return max(0, -(-left // timedelta(days=1)))


def link_of(origin: str, token: str) -> str:
    """The set-up link on the agency's host; `origin` is scheme, host and port."""
    return f"{origin}/setup/{token}"


def names_given(entries: Sequence[AuditEntry]) -> dict[UUID, str]:
    """How whoever an entry of the trail speaks of was called when he was last invited by then, by entry.

    A later invitation of the same address with another name rewords nothing that was told before it.
    """
    told = {(entry.app_id, entry.subject) for entry in entries if entry.app_id}
    invited = list(
        Invitation.select(Invitation.app, Invitation.email, Invitation.name, Invitation.created_at)
        .where(Invitation.app.in_([app for app, _ in told]) & Invitation.email.in_([address for _, address in told]))
        .order_by(Invitation.created_at)
    )
    return {
        entry.id: row.name
        for entry in entries
        for row in invited
        if (row.app_id, row.email) == (entry.app_id, entry.subject) and row.created_at <= entry.at
    }
