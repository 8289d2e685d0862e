"""A set-up link of the platform host used up: an account, a place on an agency's staff."""

from __future__ import annotations

from datetime import datetime

from portal.db import lock_row, transaction
from portal.domain import accounts
from portal.domain.accounts import PLATFORM, Person, Role, StaffMembership
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Invalid, NotFound, Refused
from portal.domain.rights import alone_with
from portal.domain.staffing.inviting import same_link
from portal.domain.staffing.letters import tell
from portal.domain.staffing.models import StaffInvitation
from portal.domain.staffing.queries import clients_named, preview
from portal.domain.tenants import Agency


def accept(token: str, *, name: str = "", password: str, now: datetime) -> tuple[Person, StaffMembership]:
    """Use the link up: an account with the person's own password, and the place that was offered.

    A person who has an account on the platform host already proves it with its password; nothing of the
    account changes. Until a right password is given the answers are the same with and without an account:
    who copied the link learns nothing by trying. Raises NotFound for a dead link, Invalid at `name` or
    `password`, TooManyAttempts when guessing, Refused for whoever is on an agency's staff already.
    """
    try:
        return _accept(token, name, password, now)
    except Conflict:  # another link of the same person made the account at this very moment
        return _accept(token, name, password, now)


def _accept(token: str, name: str, password: str, now: datetime) -> tuple[Person, StaffMembership]:
    invitation, person = preview(token, now=now)
    if not _proves(person, invitation, password, now):
        _judge(invitation, name, password)
        if person:
            raise Invalid({"password": ("setup_refused", {})})
    with transaction():
        alone_with(invitation.agency)
        person = _account(person, invitation, name, password, now)
        membership = take_place(invitation, person, now=now)
    return person, membership


def take_place(invitation: StaffInvitation, person: Person, *, now: datetime) -> StaffMembership:
    """Put a person who proved who he is in the place that the link offers; the link is used up.

    Must run inside a transaction. Raises NotFound for a link that died meanwhile, Refused for whoever is on
    an agency's staff already: one person works for one agency.
    """
    lock_row(Person, person.id.hex)
    used = StaffInvitation.update(accepted_at=now).where(same_link(invitation) & (StaffInvitation.expires_at > now))
    if not used.execute() or Agency.get_by_id(invitation.agency_id).suspended_at:
        raise NotFound("link_dead")
    if person.is_operator:
        raise Refused("operator_no_staff")
    if held := accounts.staff_of_person(person):
        raise Refused("already_staff" if held.agency_id == invitation.agency_id else "staff_elsewhere")
    inviter = Actor("staff", invitation.inviter_name, invitation.inviter_id)
    membership = accounts.join_staff(
        invitation.agency, person, Role(invitation.role), ends_on=invitation.ends_on, by=inviter, now=now
    )
    for client in clients_named(invitation):
        accounts.assign(membership, client, by=inviter, now=now)
    StaffInvitation.update(membership=membership).where(StaffInvitation.id == invitation.id).execute()
    accounts.record_staff("staff.joined", membership, by=Actor("staff", person.shown_name, person.id), now=now)
    _tell(invitation, membership, now)
    return membership


def _proves(person: Person | None, invitation: StaffInvitation, password: str, now: datetime) -> bool:
    """Whether it is the password of the account that is there; asked, and slowed down, where there is none, too."""
    account, address = f"{PLATFORM}|{invitation.email}", f"invitation {invitation.id}"
    return accounts.proves(person, password, account=account, address=address, now=now)


def _judge(invitation: StaffInvitation, name: str, password: str) -> None:
    """Raises Invalid for what could not be a new account: said to everybody, so that it tells nothing."""
    name = accounts.clean_name(name)
    if not name:
        raise Invalid({"name": ("name_missing", {})})
    accounts.check_strength(password, known=[invitation.email, name, invitation.agency.name])


def _account(person: Person | None, invitation: StaffInvitation, name: str, password: str, now: datetime) -> Person:
    """The person's account on the platform host, proved or made. Raises Conflict when one just came."""
    if person:
        return person
    email, language = invitation.email, invitation.language
    return accounts.register(PLATFORM, email, name=name, language=language, password=password, now=now)


def _tell(invitation: StaffInvitation, membership: StaffMembership, now: datetime) -> None:
    """The person himself, whoever held the link; and who invited him, if he is there still."""
    tell("joined", membership.person, membership, key=str(invitation.id), now=now)
    staff = accounts.staff_of(invitation.agency)
    for row in staff:
        if row.person_id == invitation.inviter_id and row.id != membership.id:
            tell("accepted", row.person, membership, key=str(invitation.id), now=now)
