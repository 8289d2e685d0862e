"""The way in: a password, a second factor where there is one, and a session at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.db import transaction
from portal.domain.accounts import Person, digest, new_token, person_in, proves, start_session
from portal.domain.errors import Invalid
from portal.domain.sign_in import begun
from portal.domain.sign_in.models import Begun, KnownBrowser
from portal.domain.sign_in.news import tell
from portal.domain.sign_in.people import has_factor, must_have_factor, must_still_hold

FORGOTTEN = timedelta(days=400)
"""A browser that nobody came in with for so long is a new one again."""


@dataclass(frozen=True)
class Visitor:
    """From where somebody comes: his address, what his browser says it is, and the cookie that tells it again."""

    address: str = ""
    browser: str = ""
    known: str = ""


@dataclass(frozen=True)
class Entered:
    """Signed in: the token of the session, and the one by which this browser is known from now on."""

    person: Person
    session: str
    known: str


@dataclass(frozen=True)
class HalfIn:
    """The password was right, and a second factor is to follow."""

    token: str


def by_password(
    house: str,
    email: str,
    password: str,
    *,
    visitor: Visitor,
    admits: Callable[[Person], bool] = lambda _person: True,
    now: datetime,
) -> Entered | HalfIn:
    """Prove who one is by password. `admits` may refuse a person whom another way in is meant for.

    Raises Invalid with one and the same words whatever is wrong, TooManyAttempts when guessing.
    """
    email = email.strip().lower()[:254].replace("\x00", "")
    person = person_in(house, email)
    usable = person if person and admits(person) else None
    right = proves(
        usable,
        password,
        account=f"{house}|{email}",
        address=visitor.address,
        known=known_to(person, visitor),
        now=now,
    )
    if not right or person is None:
        raise Invalid({"password": ("sign_in_wrong", {})})
    if has_factor(person):
        return HalfIn(begun.begin("half", house, person=person, secret=_mark_of(person), now=now))
    return enter(person, house, strong=False, visitor=visitor, now=now)


def half_in(token: str, house: str, *, now: datetime) -> Begun | None:
    """Whose second factor is waited for; None when that is over."""
    row = begun.held(token, "half", house, now=now)
    return row if row and row.secret == _mark_of(row.owner) else None


def enter(person: Person, house: str, *, strong: bool, visitor: Visitor, now: datetime) -> Entered:
    """A session for somebody who has proved who he is, and a letter to him when the browser is a new one.

    `strong`: by more than a password (a second factor, a passkey, a provider). Otherwise, where his house asks for
    a second factor and he has none, nothing is open but its set-up.
    """
    with transaction():
        must_still_hold(person)
        session = start_session(
            person,
            house,
            address=visitor.address,
            browser=visitor.browser,
            owes_factor=not strong and must_have_factor(person) and not has_factor(person),
            now=now,
        )
        return Entered(person, session, meet(person, visitor, now=now))


def meet(person: Person, visitor: Visitor, *, now: datetime) -> str:
    """Know the browser from now on; the token by which it will be told. The first one ever is no news."""
    row = _known(person, visitor)
    if row:
        KnownBrowser.update(seen_at=now).where(KnownBrowser.id == row.id).execute()
        return visitor.known
    first = not KnownBrowser.select().where(KnownBrowser.person == person).exists()
    token = new_token()  # never the one that was brought: somebody else may know it
    KnownBrowser.create(
        person=person, token_hash=digest(token), browser=visitor.browser[:200], created_at=now, seen_at=now
    )
    if not first:
        tell(person, "new_browser", browser=visitor.browser[:200], address=visitor.address, now=now)
    return token


def known_to(person: Person | None, visitor: Visitor) -> str:
    """The id of the browser, where the person came in with it before."""
    row = _known(person, visitor)
    return row.id.hex if row else ""


def forget_browsers(person: Person) -> None:
    """Every browser is a stranger again."""
    KnownBrowser.delete().where(KnownBrowser.person == person).execute()


def forget_old_browsers(*, now: datetime) -> None:
    KnownBrowser.delete().where(KnownBrowser.seen_at <= now - FORGOTTEN).execute()


def _mark_of(person: Person) -> str:
    """What of a password half a sign-in remembers: it is worth nothing once there is another one."""
    return digest(person.password_hash or "")


def _known(person: Person | None, visitor: Visitor) -> KnownBrowser | None:
    found: KnownBrowser | None = KnownBrowser.get_or_none(
        (KnownBrowser.person == (person.id if person else None)) & (KnownBrowser.token_hash == digest(visitor.known))
    )
    return found
