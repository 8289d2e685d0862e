"""Set-up links to the dashboard: sent, sent again, copied, taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from peewee import Expression

from portal.db import microseconds, transaction
from portal.domain import audit, periods
from portal.domain.accounts import Role, Staff, clean_email, digest, new_token, staff_with_address
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.rights import Permission, stand
from portal.domain.staffing.guards import within_reach
from portal.domain.staffing.letters import invite_by_mail
from portal.domain.staffing.models import StaffInvitation
from portal.domain.tenants import Agency, Client, client_by_id
from portal.languages import LANGUAGES

LIFE = timedelta(days=7)
MOST_MAILS_AN_HOUR = 3


@dataclass(frozen=True)
class Place:
    """What somebody is invited to: a role, a manager's clients, a language, a last day."""

    role: str
    clients: Collection[UUID] = ()
    language: str = ""
    ends_on: date | None = None


def check(staff: Staff, email: str, place: Place, *, now: datetime) -> tuple[str, list[Client]]:
    """The clean address and the clients of an invitation that could be sent; nothing is sent.

    Raises Invalid at the field that can't be taken, NotFound for a client of somebody else, Forbidden for a
    role above one's own. Whether the address has an account elsewhere is not looked at.
    """
    email = clean_email(email)
    problems: dict[str, tuple[str, dict[str, object]]] = {}
    if staff_with_address(staff.agency, email):
        problems["email"] = ("already_staff", {"email": email})
    if place.role not in set(Role):
        raise Invalid({**problems, "role": ("choose_one", {})})
    clients = [client_by_id(staff.agency, key) for key in place.clients] if place.role == Role.MANAGER else []
    if place.role == Role.MANAGER and not clients and Client.select().where(Client.agency == staff.agency).exists():
        problems["clients"] = ("nobody_chosen", {})
    if place.language and place.language not in LANGUAGES:
        problems["language"] = ("bad_language", {})
    if place.ends_on and place.role == Role.OWNER:
        problems["ends_on"] = ("owner_without_end", {})
    elif place.ends_on and place.ends_on < periods.local_day(now, staff.agency.timezone):
        problems["ends_on"] = ("day_past", {})
    if problems:
        raise Invalid(problems)
    return email, clients


def invite(
    staff: Staff, email: str, place: Place, *, origin: str, life: timedelta = LIFE, now: datetime
) -> StaffInvitation:
    """Invite an address to the agency's staff. A newer invitation of the same address replaces the open one.

    `origin` is the platform host's. Raises as `check` does, Refused after too many mails to the address.
    """
    email, clients = check(staff, email, place, now=now)
    token = new_token()
    with transaction():
        me = stand(staff, Permission.STAFF)
        within_reach(me, place.role)
        if staff_with_address(staff.agency, email):
            raise Invalid({"email": ("already_staff", {"email": email})})
        _pace(staff.agency, email, now)
        for earlier in StaffInvitation.select().where(_waiting(staff.agency) & (StaffInvitation.email == email)):
            within_reach(me, earlier.role)
            StaffInvitation.update(revoked_at=now).where(StaffInvitation.id == earlier.id).execute()
        row = StaffInvitation.create(
            agency=staff.agency,
            email=email,
            language=place.language or staff.agency.language,
            role=place.role,
            clients=[str(client.id) for client in clients],
            ends_on=place.ends_on,
            token_hash=digest(token),
            inviter_id=staff.person.id,
            inviter_name=staff.person.shown_name,
            created_at=now,
            sent_at=now,
            sends=[microseconds(now)],
            expires_at=now + life,
        )
        invite_by_mail(row, staff.agency, link_of(origin, token), now=now)
        _record("staff.invited", row, staff.actor, now)
    return row


def resend(
    invitation: StaffInvitation, *, by: Staff, origin: str, mail: bool = True, life: timedelta = LIFE, now: datetime
) -> str:
    """A new link for the same invitation, by mail (or only to be copied: `mail=False`) and returned; the old one dies.

    Raises NotFound when it was accepted, revoked or resent meanwhile, Refused after too many mails to the
    address, Forbidden for a role above that of `by`: whoever has the link could become that person.
    """
    token = new_token()
    with transaction():
        within_reach(stand(by, Permission.STAFF), invitation.role)
        values = {"token_hash": digest(token), "sent_at": now, "expires_at": now + life, "expired_at": None}
        if mail:
            _pace(by.agency, invitation.email, now)
            values["sends"] = [*invitation.sends, microseconds(now)]
        if not StaffInvitation.update(**values).where(same_link(invitation)).execute():
            raise NotFound
        row = StaffInvitation.get_by_id(invitation.id)
        if mail:
            invite_by_mail(row, by.agency, link_of(origin, token), now=now)
        _record("staff.invitation_resent" if mail else "staff.invitation_copied", row, by.actor, now)
    return link_of(origin, token)


def revoke(invitation: StaffInvitation, *, by: Staff, now: datetime) -> None:
    """Whatever link went out last is dead from now on. Revoking twice changes nothing. Raises Forbidden as above."""
    with transaction():
        within_reach(stand(by, Permission.STAFF), invitation.role)
        if StaffInvitation.update(revoked_at=now).where(still_open(invitation)).execute():
            _record("staff.invitation_revoked", invitation, by.actor, now)


def revoke_sent_by(agency: Agency, person_id: UUID, keep: Collection[Role], *, by: Actor, now: datetime) -> None:
    """Take back what somebody sent who may no longer send it: every invitation to a role that is not in `keep`."""
    for row in list(StaffInvitation.select().where(_waiting(agency) & (StaffInvitation.inviter_id == person_id))):
        if Role(row.role) not in keep and StaffInvitation.update(revoked_at=now).where(still_open(row)).execute():
            _record("staff.invitation_revoked", row, by, now)


def note_expired(*, now: datetime) -> int:
    """Write down, once each, which open invitations ran out; how many there were."""
    noted = 0
    out = StaffInvitation.expired_at.is_null() & (StaffInvitation.expires_at <= now)
    open_ones = StaffInvitation.accepted_at.is_null() & StaffInvitation.revoked_at.is_null()
    for row in list(StaffInvitation.select().where(open_ones & out)):
        with transaction():
            if StaffInvitation.update(expired_at=now).where(still_open(row) & out).execute():
                _record("staff.invitation_expired", row, audit.SYSTEM, now)
                noted += 1
    return noted


def link_of(origin: str, token: str) -> str:
    """The set-up link on the platform host; `origin` is scheme, host and port."""
    return f"{origin}/setup/{token}"


def still_open(invitation: StaffInvitation) -> Expression:
    """The condition that it was neither accepted nor revoked."""
    mine = StaffInvitation.id == invitation.id
    return mine & StaffInvitation.accepted_at.is_null() & StaffInvitation.revoked_at.is_null()


def same_link(invitation: StaffInvitation) -> Expression:
    """The condition that it is open and was not resent since it was read."""
    return still_open(invitation) & (StaffInvitation.token_hash == invitation.token_hash)


def _waiting(agency: Agency) -> Expression:
    mine = StaffInvitation.agency == agency
    return mine & StaffInvitation.accepted_at.is_null() & StaffInvitation.revoked_at.is_null()


def _pace(agency: Agency, email: str, now: datetime) -> None:
    """At most three mails an hour to one address, whoever of the agency asks. Counted within the agency."""
    since = now - timedelta(hours=1)
    rows = StaffInvitation.select(StaffInvitation.sends).where(
        (StaffInvitation.agency == agency) & (StaffInvitation.email == email) & (StaffInvitation.sent_at > since)
    )
    if len([at for row in rows for at in row.sends if at > microseconds(since)]) >= MOST_MAILS_AN_HOUR:
        raise Refused("too_many_mails", field="email", most=MOST_MAILS_AN_HOUR)


def _record(action: str, row: StaffInvitation, by: Actor, now: datetime) -> None:
    audit.record(action, by=by, now=now, agency_id=row.agency_id, subject=row.email, role=row.role)
