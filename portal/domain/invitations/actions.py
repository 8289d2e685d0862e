from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.db import locked, transaction
from portal.domain import audit, mail, periods, rights
from portal.domain.accounts import (
    Contributor,
    Member,
    Person,
    add_contributor,
    check_strength,
    clean_email,
    clean_name,
    contributor_in,
    digest,
    end_contributor,
    limit_contributor,
    matches,
    new_token,
    person_in,
    register,
)
from portal.domain.audit import Actor
from portal.domain.errors import Forbidden, Invalid, NotFound, Refused
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import link_of, open_invitations, preview
from portal.domain.tenants import Agency, App
from portal.languages import LANGUAGES

LIFE = timedelta(days=7)
MOST_MAILS_AN_HOUR = 3


def invite(
    member: Member,
    email: str,
    boxes: list[str],
    *,
    language: str = "",
    ends_on: date | None = None,
    origin: str,
    life: timedelta = LIFE,
    now: datetime,
) -> Invitation:
    """Invite an address into the back office that `member` is in, with these boxes ticked.

    A newer invitation of the same address replaces the open one. `origin` is the agency host's.
    Raises Invalid for an address that can't be taken or is a member already, for a wrong
    language or a day in the past; Forbidden for a box that `member` may not give.
    """
    email = clean_email(email)
    _check(member, email, boxes, language, ends_on, now)
    person = person_in(str(member.agency.id), email)
    if person and contributor_in(member.app, person):
        raise Invalid({"email": ("already_member", {"email": email})})
    token = new_token()
    with transaction():
        locked(App.select().where(App.id == member.app.id)).get()
        _pace(member.app, email, now)
        for earlier in open_invitations(member):
            if earlier.email == email:
                _guard(earlier, member)
        Invitation.update(revoked_at=now).where(
            (Invitation.app == member.app)
            & (Invitation.email == email)
            & Invitation.accepted_at.is_null()
            & Invitation.revoked_at.is_null()
        ).execute()
        row = Invitation.create(
            app=member.app,
            email=email,
            language=language or member.client.language,
            boxes=_with_access(boxes),
            ends_on=ends_on,
            token_hash=digest(token),
            inviter_id=member.person.id,
            inviter_name=member.person.shown_name,
            created_at=now,
            sent_at=now,
            expires_at=now + life,
        )
        _send(row, member.agency, link_of(origin, token), now)
        _audit("invitation.sent", row, by=member.actor, now=now, boxes=row.boxes)
    return row


def resend(invitation: Invitation, *, by: Member, origin: str, life: timedelta = LIFE, now: datetime) -> str:
    """A new link for the same invitation, by mail and returned for copying; the old link is dead from now on.

    Raises NotFound when it was accepted or revoked meanwhile, Refused when too many mails went to the address,
    Forbidden when it gives more than `by` holds: whoever has the link could become that person.
    """
    token = new_token()
    with transaction():
        _guard(invitation, by)
        _pace(by.app, invitation.email, now)
        changed = (
            Invitation.update(token_hash=digest(token), sent_at=now, expires_at=now + life, expired_at=None)
            .where(_open(invitation))
            .execute()
        )
        if not changed:
            raise NotFound
        invitation = Invitation.get_by_id(invitation.id)
        invitation.app = by.app
        link = link_of(origin, token)
        _send(invitation, by.agency, link, now)
        _audit("invitation.resent", invitation, by=by.actor, now=now)
    return link


def revoke(invitation: Invitation, *, by: Member, now: datetime) -> None:
    """The link is dead from now on. Revoking twice changes nothing. Raises Forbidden as `resend` does."""
    with transaction():
        _guard(invitation, by)
        if Invitation.update(revoked_at=now).where(_open(invitation)).execute():
            _audit("invitation.revoked", invitation, by=by.actor, now=now)


def remove(colleague: Contributor, *, by: Member, now: datetime) -> None:
    """Take a person out of the back office. Raises Forbidden for oneself and for somebody who holds more than `by`."""
    with transaction():
        rights.guard(colleague, by, [])
        end_contributor(colleague, by=by.actor, now=now)


def set_end(colleague: Contributor, ends_on: date | None, *, by: Member, now: datetime) -> None:
    """The last day of a person's access, in the agency's zone; None for no end.

    Raises Invalid for a day that is over, Forbidden as `remove` does.
    """
    if ends_on and ends_on < periods.local_day(now, by.agency.timezone):
        raise Invalid({"ends_on": ("day_past", {})})
    with transaction():
        rights.guard(colleague, by, [])
        limit_contributor(colleague, ends_on, by=by.actor, now=now)


def note_expired(*, now: datetime) -> int:
    """Write down, once each, which open invitations ran out; how many there were.

    The link was dead already: this is for the trail and the team list.
    """
    noted = 0
    out = (
        Invitation.accepted_at.is_null()
        & Invitation.revoked_at.is_null()
        & Invitation.expired_at.is_null()
        & (Invitation.expires_at <= now)
    )
    for row in list(Invitation.select(Invitation, App).join(App).where(out)):
        with transaction():
            if Invitation.update(expired_at=now).where((Invitation.id == row.id) & out).execute():
                _audit("invitation.expired", row, by=audit.SYSTEM, now=now)
                noted += 1
    return noted


def accept(agency: Agency, token: str, *, name: str = "", password: str, now: datetime) -> tuple[Person, Contributor]:
    """Use the link up: an account with the person's own password, and the membership with its boxes.

    A person who has an account in this agency already proves it with its password; nothing of
    the account changes. Raises NotFound for a dead link, Invalid at `name` or `password`.
    """
    invitation, person = preview(agency, token, now=now)
    proven = person is not None and person.password_hash is not None
    if proven:
        if person.disabled_at or not matches(person.password_hash, password):
            raise Invalid({"password": ("password_wrong", {})})
    else:
        name = clean_name(name)
        if not name:
            raise Invalid({"name": ("name_missing", {})})
        check_strength(password, known=[invitation.email, name, agency.name])
    with transaction():
        used = Invitation.update(accepted_at=now).where(_open(invitation) & (Invitation.expires_at > now)).execute()
        if not used:
            raise NotFound("link_dead")
        if person is None:
            person = register(
                str(agency.id),
                invitation.email,
                name=name,
                language=invitation.language,
                password=password,
                agency=agency,
                now=now,
            )
        actor = Actor("contributor", person.shown_name, person.id)
        member = contributor_in(invitation.app, person) or add_contributor(
            invitation.app, person, ends_on=invitation.ends_on, by=Actor("staff", invitation.inviter_name), now=now
        )
        rights.give_boxes(
            member,
            [key for key in invitation.boxes if key in rights.BOXES],
            by=Actor("staff", invitation.inviter_name, invitation.inviter_id),
            now=now,
        )
        Invitation.update(contributor=member).where(Invitation.id == invitation.id).execute()
        _audit("invitation.accepted", invitation, by=actor, now=now)
    return person, member


def _check(member: Member, email: str, boxes: list[str], language: str, ends_on: date | None, now: datetime) -> None:
    offered = {box.key for section in rights.offered_sections(member.client) for box in section.boxes}
    if not set(boxes) <= offered:
        raise Invalid({"boxes": ("bad_choice", {})})
    grantable = {box.key for section in rights.grantable(member) for box in section.boxes}
    held = rights.boxes_of(member.contributor) if member.contributor else grantable
    if not set(boxes) <= grantable & held:
        raise Forbidden("grant_ceiling")
    if language and language not in LANGUAGES:
        raise Invalid({"language": ("bad_language", {})})
    if ends_on and ends_on < now.date():
        raise Invalid({"ends_on": ("day_past", {})})


def _guard(invitation: Invitation, by: Member) -> None:
    """Raises Forbidden where an invitation gives more than the one who reaches for it holds."""
    if not rights.may_manage(by, invitation.boxes):
        raise Forbidden("person_above_you")


def _pace(app: App, email: str, now: datetime) -> None:
    """At most three mails an hour to one address, whoever asks: nobody becomes a nuisance through us."""
    sent = Invitation.select().where(
        (Invitation.email == email) & (Invitation.sent_at > now - timedelta(hours=1)) & (Invitation.app == app)
    )
    if sent.count() >= MOST_MAILS_AN_HOUR:
        raise Refused("too_many_mails", field="email", most=MOST_MAILS_AN_HOUR)


def _with_access(boxes: list[str]) -> list[str]:
    wanted = {rights.BOXES[key].section for key in boxes} | set(boxes)
    return [key for key in rights.BOXES if key in wanted]


def _open(invitation: Invitation):  # type: ignore[no-untyped-def]  # a peewee expression
    return (
        (Invitation.id == invitation.id)
        & (Invitation.token_hash == invitation.token_hash)
        & Invitation.accepted_at.is_null()
        & Invitation.revoked_at.is_null()
    )


def _send(row: Invitation, agency: Agency, link: str, now: datetime) -> None:
    mail.post(
        "invitation",
        to=row.email,
        name="",
        language=row.language,
        agency_id=agency.id,
        key=row.token_hash[:32],
        now=now,
        inviter=row.inviter_name,
        app=row.app.name,
        link=link,
        expires_at=row.expires_at.isoformat(),
        zone=agency.timezone,
    )


def _audit(action: str, row: Invitation, *, by: Actor, now: datetime, **details: object) -> None:
    app = row.app
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=app.agency_id,
        client_id=app.client_id,
        app_id=app.id,
        subject=row.email,
        **details,
    )
