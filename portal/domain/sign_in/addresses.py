"""Another e-mail address to sign in with: it counts once its own mailbox has said yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.db import transaction
from portal.domain import outbox
from portal.domain.accounts import Person, SignIn, clean_email, end_all_sessions, person_in, readdress
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.sign_in import begun, links
from portal.domain.sign_in.models import MailedLink
from portal.domain.sign_in.news import tell, write_down
from portal.domain.sign_in.passwords import prove

LIFE = timedelta(hours=24)


def want_address(session: SignIn, email: str, *, current: str, now: datetime) -> str:
    """Ask for another address, proved by the present password; the address as it will be written to.

    Whether somebody has it already is looked up later, and told to that mailbox alone. The present one hears of the
    wish. Raises Invalid at `email` or `current`, TooManyAttempts when guessing.
    """
    person = session.person
    email = clean_email(email)
    prove(session, current, now=now)
    if email == person.email:
        raise Invalid({"email": ("email_same", {})})
    with transaction():
        key = f"address:{person.id}:{now.isoformat()}"
        outbox.put("sign_in.address_wanted", key=key, now=now, house=person.house, old=person.email, new=email)
        write_down("person.email_wanted", person, now=now, new=email)
        tell(person, "address_wanted", now=now, new=email)
    return email


def send_address(house: str, old: str, new: str, *, link_to: Callable[[Person, str], str], now: datetime) -> None:
    """Mail the link to the new address; where somebody has it already, that instead. At most three an hour."""
    person = person_in(house, old)
    if person is None or person.disabled_at or not links.is_paced(person, "address", now=now):
        return
    with transaction():
        token = links.make(person, "address", email=new, life=LIFE, now=now)
        if person_in(house, new):
            tell(person, "address_taken", to=new, now=now)
        else:
            links.send("address_confirm", person, to=new, link=link_to(person, token), life=LIFE, now=now)


def address_of(house: str, token: str, *, now: datetime) -> MailedLink:
    """What a link changes. Looking changes nothing. Raises NotFound alike for every link that is dead."""
    return links.of(token, "address", house, now=now)


def confirm_address(house: str, token: str, *, now: datetime) -> Person:
    """Use the link up: from now on the person signs in with the new address, and every session of his ends.

    Raises NotFound for a dead link, also when somebody else came to have the address meanwhile.
    """
    row = links.of(token, "address", house, now=now)
    person: Person = row.person
    old = person.email
    try:
        with transaction():
            links.take(row, now=now)
            readdress(person, row.email)
            links.void(person, now=now)
            begun.forget(person)
            end_all_sessions(person, now=now)
            write_down("person.email_changed", person, now=now, old=old, new=person.email)
            tell(person, "address_changed", to=old, now=now, new=person.email)
    except Conflict:
        raise NotFound("reset_dead") from None
    return person
