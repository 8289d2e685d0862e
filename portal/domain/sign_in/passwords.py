"""Another password: chosen by who knows the present one, or by whoever has the link that went to his address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.db import transaction
from portal.domain import outbox
from portal.domain.accounts import (
    Person,
    SignIn,
    check_strength,
    clean_email,
    digest,
    end_all_sessions,
    hash_password,
    may_ask,
    person_in,
    proves,
    set_password,
)
from portal.domain.audit import SYSTEM
from portal.domain.errors import Invalid, NotFound
from portal.domain.sign_in import begun, links
from portal.domain.sign_in.entering import forget_browsers
from portal.domain.sign_in.models import Authenticator, Passkey
from portal.domain.sign_in.news import tell, write_down
from portal.domain.sign_in.people import agency_of, must_still_hold
from portal.domain.sign_in.recovery import forget_codes

LIFE = timedelta(hours=1)
MOST_FROM_ONE_PLACE = 30


def prove(session: SignIn, password: str, *, field: str = "current", now: datetime) -> None:
    """That whoever uses the session knows the password. Raises Invalid at `field`, TooManyAttempts when guessing."""
    person = session.person
    account, address = f"{person.house}|{person.email}", f"session {session.id}"
    if not proves(person, password, account=account, address=address, now=now):
        raise Invalid({field: ("password_wrong", {})})


def change_password(session: SignIn, *, current: str, new: str, now: datetime) -> None:
    """Another password, proved by the present one; every other session of the person ends.

    Raises Invalid at `current` or `new`, TooManyAttempts when guessing.
    """
    person = session.person
    prove(session, current, now=now)
    check_strength(new, known=known_words(person), field="new")
    hashed = hash_password(new)
    with transaction():
        must_still_hold(person)
        set_password(person, hashed)
        begun.forget(person)
        links.void(person, now=now)
        end_all_sessions(person, but=session, now=now)
        write_down("person.password_changed", person, now=now)
        tell(person, "password_changed", now=now)


def want_reset(house: str, email: str, *, address: str = "", now: datetime) -> None:
    """Somebody says he forgot his password. Whether there is such a person is looked up later: here it costs the same.

    From one `address` so many an hour; the rest get the same answer. Raises Invalid where it is no address at all.
    """
    email = clean_email(email)
    with transaction():
        if not may_ask("reset", address, MOST_FROM_ONE_PLACE, now=now):
            return
        minute = now.replace(second=0, microsecond=0).isoformat()
        key = f"reset:{digest(f'{house}|{email}')}:{minute}"
        outbox.put("sign_in.reset_wanted", key=key, now=now, house=house, email=email)


def send_reset(
    house: str, email: str, *, link_to: Callable[[Person, str], str], may: Callable[[Person], bool], now: datetime
) -> None:
    """Mail the link, if there is somebody whom a password lets in; at most three an hour to one person."""
    person = person_in(house, email)
    if person is None or person.disabled_at or not may(person) or not links.is_paced(person, "reset", now=now):
        return
    with transaction():
        token = links.make(person, "reset", email=person.email, life=LIFE, now=now)
        links.send("password_reset", person, to=person.email, link=link_to(person, token), life=LIFE, now=now)


def reset_of(house: str, token: str, *, now: datetime) -> Person:
    """Whose password a link renews. Looking changes nothing. Raises NotFound alike for every link that is dead."""
    return links.of(token, "reset", house, now=now).person


def reset(
    house: str,
    token: str,
    *,
    new: str,
    may: Callable[[Person], bool],
    unproved: Callable[[Person], bool] | None = None,
    now: datetime,
) -> Person:
    """Use the link up. Every session of the person ends; he signs in anew, with his second factor where he has one.

    Where the address was `unproved` until now, the factors go: somebody else may have set them up.
    Raises NotFound for a dead link, Invalid at `password`.
    """
    row = links.of(token, "reset", house, now=now)
    person: Person = row.person
    if not may(person):
        raise NotFound("reset_dead")
    check_strength(new, known=known_words(person))
    hashed = hash_password(new)
    with transaction():
        links.take(row, now=now)
        set_password(person, hashed)
        if unproved and unproved(person):
            _drop_factors(person)
        begun.forget(person)
        forget_browsers(person)
        links.void(person, now=now)
        end_all_sessions(person, now=now)
        write_down("person.password_reset", person, now=now)
        tell(person, "password_reset", now=now)
    return person


def _drop_factors(person: Person) -> None:
    Authenticator.delete().where(Authenticator.person == person).execute()
    Passkey.delete().where(Passkey.person == person).execute()
    forget_codes(person)


def known_words(person: Person) -> list[str]:
    """What somebody who guesses would try first."""
    agency = agency_of(person)
    return [person.email, person.name, agency.name if agency else ""]


def attacked(account: str, *, now: datetime) -> None:
    """Many wrong passwords came for one account (`house|address`): its person hears of it, once a day at most."""
    house, _bar, email = account.partition("|")
    person = person_in(house, email)
    if person is None or person.disabled_at:
        return
    with transaction():
        write_down("sign_in.attacked", person, by=SYSTEM, now=now)
        tell(person, "attacked", now=now)
