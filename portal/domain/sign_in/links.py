"""Links that go out by mail: 256 bit, kept as a hash, good once, and only the newest of its kind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from portal.domain import mail
from portal.domain.accounts import Person, digest, new_token
from portal.domain.errors import NotFound
from portal.domain.sign_in.models import MailedLink
from portal.domain.sign_in.people import agency_of

Purpose = Literal["reset", "address"]
MOST_AN_HOUR = 3


def make(person: Person, purpose: Purpose, *, email: str, life: timedelta, now: datetime) -> str:
    """A new link's token; the one before it is dead from now on."""
    void(person, purpose, now=now)
    token = new_token()
    MailedLink.create(
        person=person, purpose=purpose, token_hash=digest(token), email=email, created_at=now, expires_at=now + life
    )
    return token


def is_paced(person: Person, purpose: Purpose, *, now: datetime) -> bool:
    """Whether one more letter may go: nobody becomes a nuisance through us."""
    since = now - timedelta(hours=1)
    mine = (MailedLink.person == person) & (MailedLink.purpose == purpose) & (MailedLink.created_at > since)
    return bool(MailedLink.select().where(mine).count() < MOST_AN_HOUR)


def send(letter: str, person: Person, *, to: str, link: str, life: timedelta, now: datetime) -> None:
    """The letter with the link, in the brand of the person's house."""
    agency = agency_of(person)
    mail.post(
        letter,
        to=to,
        name=person.name,
        language=person.language,
        agency_id=person.agency_id,
        key=f"{person.id.hex}:{digest(link)[:32]}",
        now=now,
        link=link,
        expires_at=(now + life).isoformat(),
        zone=agency.timezone if agency else "UTC",
    )


def of(token: str, purpose: Purpose, house: str, *, now: datetime) -> MailedLink:
    """The link of that token, person loaded. Raises NotFound alike for unknown, used, old and replaced ones.

    Also for those of another house or purpose, and of somebody who was disabled since.
    """
    found: MailedLink | None = (
        MailedLink.select(MailedLink, Person)
        .join(Person)
        .where(
            (MailedLink.token_hash == digest(token))
            & (MailedLink.purpose == purpose)
            & (Person.house == house)
            & Person.disabled_at.is_null()
            & MailedLink.ended_at.is_null()
            & (MailedLink.expires_at > now)
        )
        .first()
    )
    if found is None:
        raise NotFound("reset_dead")
    return found


def take(row: MailedLink, *, now: datetime) -> None:
    """Use it up. Raises NotFound when somebody was faster."""
    mine = (MailedLink.id == row.id) & MailedLink.ended_at.is_null()
    if not MailedLink.update(ended_at=now).where(mine).execute():
        raise NotFound("reset_dead")


def void(person: Person, purpose: Purpose | None = None, *, now: datetime) -> None:
    """The person's links (of one purpose where given) are dead from now on."""
    mine = (MailedLink.person == person) & MailedLink.ended_at.is_null()
    if purpose:
        mine &= MailedLink.purpose == purpose
    MailedLink.update(ended_at=now).where(mine).execute()


def forget_old(*, now: datetime) -> None:
    MailedLink.delete().where(MailedLink.expires_at <= now - timedelta(days=1)).execute()
