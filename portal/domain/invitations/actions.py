from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.db import locked, microseconds, transaction
from portal.domain import audit, mail, periods, rights
from portal.domain.accounts import Member, clean_email, clean_name, contributor_in, digest, new_token, person_in
from portal.domain.errors import Forbidden, Invalid, NotFound, Refused
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import link_of, open_invitations
from portal.domain.invitations.trail import record, same_link, still_open
from portal.domain.tenants import Agency, App
from portal.languages import LANGUAGES

LIFE = timedelta(days=7)
MOST_MAILS_AN_HOUR = 3


def invite(
    member: Member,
    email: str,
    boxes: list[str],
    *,
    name: str = "",
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
    person = person_in(str(member.agency.id), email)
    if person and contributor_in(member.app, person):
        raise Invalid({"email": ("already_member", {"email": email})})
    token = new_token()
    with transaction():
        locked(App.select(App.id).where(App.id == member.app.id)).get()
        rights.stay(member)
        check_offer(member, boxes, language, ends_on, now)
        _pace(member.agency, email, now)
        for earlier in open_invitations(member, email):
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
            name=clean_name(name),
            language=language or member.client.language,
            boxes=with_access(boxes),
            ends_on=ends_on,
            token_hash=digest(token),
            inviter_id=member.person.id,
            inviter_kind=member.actor.kind,
            inviter_name=member.person.shown_name,
            created_at=now,
            sent_at=now,
            sends=[microseconds(now)],
            expires_at=now + life,
        )
        _send(row, member.agency, link_of(origin, token), now)
        record("invitation.sent", row, by=member.actor, now=now, boxes=row.boxes)
    return row


def resend(invitation: Invitation, *, by: Member, origin: str, life: timedelta = LIFE, now: datetime) -> str:
    """A new link for the same invitation, by mail; the old link is dead from now on. Returns the new one.

    Raises NotFound when it was accepted or revoked meanwhile, Refused when too many mails went to the address,
    Forbidden when it gives more than `by` holds: whoever has the link could become that person.
    """
    with transaction():
        rights.stay(by)
        _guard(invitation, by)
        _pace(by.agency, invitation.email, now)
        sends = [*invitation.sends, microseconds(now)]
        invitation, token = _renewed(invitation, by, now + life, sent_at=now, sends=sends, copied_at=None)
        link = link_of(origin, token)
        _send(invitation, by.agency, link, now)
        record("invitation.resent", invitation, by=by.actor, now=now)
    return link


def copy_link(invitation: Invitation, *, by: Member, origin: str, life: timedelta = LIFE, now: datetime) -> str:
    """A new link to be handed on in another way; no mail goes out, and the old link is dead from now on.

    Whoever accepts it makes a letter go to the address, so that nobody uses it unseen. Raises NotFound and
    Forbidden as `resend` does.
    """
    with transaction():
        rights.stay(by)
        _guard(invitation, by)
        invitation, token = _renewed(invitation, by, now + life, copied_at=now)
        record("invitation.copied", invitation, by=by.actor, now=now)
    return link_of(origin, token)


def revoke(invitation: Invitation, *, by: Member, now: datetime) -> None:
    """Whatever link went out last is dead from now on. Revoking twice changes nothing.

    Raises Forbidden as `resend` does.
    """
    with transaction():
        _guard(invitation, by)
        if Invitation.update(revoked_at=now).where(still_open(invitation)).execute():
            record("invitation.revoked", invitation, by=by.actor, now=now)


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
                record("invitation.expired", row, by=audit.SYSTEM, now=now)
                noted += 1
    return noted


def check_offer(member: Member, boxes: list[str], language: str, ends_on: date | None, now: datetime) -> None:
    """Whether `member` may offer these boxes, in that language, until that day. Raises Invalid or Forbidden."""
    offered = {box.key for section in rights.offered_sections(member.client) for box in section.boxes}
    if not set(boxes) <= offered:
        raise Invalid({"boxes": ("bad_choice", {})})
    if member.contributor and not set(boxes) <= rights.boxes_of(member.contributor):
        raise Forbidden("grant_ceiling")
    if language and language not in LANGUAGES:
        raise Invalid({"language": ("bad_language", {})})
    if ends_on and ends_on < periods.local_day(now, member.agency.timezone):
        raise Invalid({"ends_on": ("day_past", {})})


def _guard(invitation: Invitation, by: Member) -> None:
    """Raises Forbidden where an invitation gives more than the one who reaches for it holds."""
    if not rights.may_manage(by, invitation.boxes):
        raise Forbidden("person_above_you")


def _renewed(invitation: Invitation, by: Member, expires_at: datetime, **values: object) -> tuple[Invitation, str]:
    """The invitation with another link. Raises NotFound where the link that was seen is not the living one."""
    token = new_token()
    changed = Invitation.update(token_hash=digest(token), expires_at=expires_at, expired_at=None, **values).where(
        same_link(invitation)
    )
    if not changed.execute():
        raise NotFound
    invitation = Invitation.get_by_id(invitation.id)
    invitation.app = by.app
    return invitation, token


def _pace(agency: Agency, email: str, now: datetime) -> None:
    """At most three mails an hour to one address, whoever asks: nobody becomes a nuisance through us.

    Counted within the agency: no agency learns that another one writes to the same address.
    """
    since = now - timedelta(hours=1)
    rows = (
        Invitation.select(Invitation.sends)
        .join(App)
        .where((App.agency == agency) & (Invitation.email == email) & (Invitation.sent_at > since))
    )
    sent = [at for row in rows for at in row.sends if at > microseconds(since)]
    if len(sent) >= MOST_MAILS_AN_HOUR:
        raise Refused("too_many_mails", field="email", most=MOST_MAILS_AN_HOUR)


def with_access(boxes: list[str]) -> list[str]:
    """These boxes and the access that they need, in the catalogue's order."""
    wanted = {rights.BOXES[key].section for key in boxes} | set(boxes)
    return [key for key in rights.BOXES if key in wanted]


def _send(row: Invitation, agency: Agency, link: str, now: datetime) -> None:
    mail.post(
        "invitation",
        to=row.email,
        name=row.name,
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
