"""A set-up link used up: an account, a membership, its boxes."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from portal.db import lock_row, transaction
from portal.domain import mail, rights, webhooks
from portal.domain.accounts import (
    Contributor,
    Person,
    add_contributor,
    check_strength,
    clean_name,
    complete,
    contributor_in,
    proves,
    register,
)
from portal.domain.audit import Actor, ActorKind
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import preview
from portal.domain.invitations.standing import boxes_left, check_standing, hold_inviter
from portal.domain.invitations.trail import record, same_link
from portal.domain.tenants import Agency


def accept(agency: Agency, token: str, *, name: str = "", password: str, now: datetime) -> tuple[Person, Contributor]:
    """Use the link up: an account with the person's own password, and the membership with its boxes.

    A person who has an account in this agency already proves it with its password; nothing of
    the account changes. One without a password gets his by a link that only his mailbox has seen. A link
    that was copied tells nobody whether there is an account. Raises NotFound for a dead link, Invalid at
    `name` or `password`, TooManyAttempts when guessing that password.
    """
    try:
        return _accept(agency, token, name, password, now)
    except Conflict:  # another link of the same person made the account at this very moment
        return _accept(agency, token, name, password, now)


def _accept(agency: Agency, token: str, name: str, password: str, now: datetime) -> tuple[Person, Contributor]:
    invitation, person = preview(agency, token, now=now)
    if not _proves(person, invitation, password, now):
        _judge(invitation, agency, name, password)
        if person and invitation.copied_at:
            raise Invalid({"password": ("setup_refused", {})})
    with transaction():
        use_up(invitation, now)
        person = _account(person, invitation, agency, name, password, now)
        contributor = enter(person, invitation, agency, now)
    return person, contributor


def use_up(invitation: Invitation, now: datetime) -> None:
    """Let the link be dead from now on. Raises NotFound when it is already, or stands no more."""
    hold_inviter(invitation)
    check_standing(invitation, now=now)
    used = Invitation.update(accepted_at=now).where(same_link(invitation) & (Invitation.expires_at > now))
    if not used.execute():
        raise NotFound("link_dead")


def enter(person: Person, invitation: Invitation, agency: Agency, now: datetime) -> Contributor:
    """The membership that the link offers, with its boxes and whatever follows from it."""
    contributor = _join(person, invitation, now)
    Invitation.update(contributor=contributor).where(Invitation.id == invitation.id).execute()
    record("invitation.accepted", invitation, by=Actor("contributor", person.shown_name, person.id), now=now)
    _post_event(contributor, person, agency, now)
    if invitation.copied_at:
        _tell_address(invitation, person, agency, now)
    return contributor


def _proves(person: Person | None, invitation: Invitation, password: str, now: datetime) -> bool:
    """Whether it is the password of the account that is there. Raises Invalid where only an account can answer.

    A copied link asks, and slows down, where there is none, too.
    """
    closed = person is not None and bool(person.password_hash or person.disabled_at)
    if not closed and not invitation.copied_at:
        return False
    account, address = f"{invitation.app.agency_id}|{invitation.email}", f"invitation {invitation.id}"
    proven = proves(person, password, account=account, address=address, now=now)
    if not proven and not invitation.copied_at:
        raise Invalid({"password": ("password_wrong", {})})
    return proven


def _judge(invitation: Invitation, agency: Agency, name: str, password: str) -> None:
    """Raises Invalid for what could not be a new account."""
    name = clean_name(name)
    if not name:
        raise Invalid({"name": ("name_missing", {})})
    check_strength(password, known=[invitation.email, name, agency.name])


def _account(
    person: Person | None, invitation: Invitation, agency: Agency, name: str, password: str, now: datetime
) -> Person:
    """The person's account in this agency, made or completed where needed. Raises Conflict when one just came."""
    if person is None:
        return register(
            str(agency.id),
            invitation.email,
            name=name,
            language=invitation.language,
            password=password,
            agency=agency,
            now=now,
        )
    if person.password_hash is None:
        lock_row(Person, person.id.hex)
        if Person.get_by_id(person.id).password_hash:
            raise Conflict("person_exists", field="email")
        complete(person, name=name, password=password)
    return person


def _join(person: Person, invitation: Invitation, now: datetime) -> Contributor:
    inviter = Actor(cast("ActorKind", invitation.inviter_kind), invitation.inviter_name, invitation.inviter_id)
    contributor = contributor_in(invitation.app, person) or add_contributor(
        invitation.app, person, ends_on=invitation.ends_on, by=inviter, now=now
    )
    rights.give_boxes(contributor, boxes_left(invitation, now=now), by=inviter, now=now)
    return contributor


def _tell_address(invitation: Invitation, person: Person, agency: Agency, now: datetime) -> None:
    """The link was handed on by hand: whoever owns the address learns that it was used."""
    mail.post(
        "joined",
        to=invitation.email,
        name=person.name,
        language=person.language,
        agency_id=agency.id,
        key=str(invitation.id),
        now=now,
        app=invitation.app.name,
        inviter=invitation.inviter_name,
        moment=now.isoformat(),
        zone=agency.timezone,
        path="/sign-in",
    )


def _post_event(contributor: Contributor, person: Person, agency: Agency, now: datetime) -> None:
    app = contributor.app
    data = {
        "contributor_id": str(contributor.id),
        "name": person.name,
        "email": person.email,
        "app": app.slug,
        "client": app.client.slug,
        "client_id": str(app.client_id),
        "ends_on": contributor.ends_on.isoformat() if contributor.ends_on else None,
    }
    webhooks.post(agency.id, "contributor.joined", data, key=str(contributor.id), now=now)
