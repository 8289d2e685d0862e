"""A password proved, and guessing at it slowed down."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import outbox
from portal.domain.accounts import throttle
from portal.domain.accounts.models import Person
from portal.domain.accounts.passwords import LONGEST, hash_password, is_outdated, matches
from portal.domain.accounts.tokens import digest


def proves(person: Person | None, password: str, *, account: str, address: str, known: str = "", now: datetime) -> bool:
    """Whether the person exists, is enabled and knows the password; it takes as long whatever is wrong.

    Guessing is slowed per `account` and `address` (see `throttle`): raises TooManyAttempts.
    """
    attempts = throttle.attempt(account, address, known=known, now=now)
    usable = person.password_hash if person and person.disabled_at is None else None
    right = len(password) <= LONGEST and matches(usable, password)
    if not right:
        if attempts == throttle.UNDER_ATTACK:
            _note_attack(account, now)
        return False
    throttle.succeeded(account, address, known=known, now=now)
    if person and usable and is_outdated(usable):
        _renew_hash(person, password)
    return True


def _note_attack(account: str, now: datetime) -> None:
    """Whose account it is that came under attack is looked up later: here it must cost nobody any time."""
    with transaction():
        key = f"attacked:{digest(account)}:{now.date().isoformat()}"
        outbox.put("sign_in.attacked", key=key, now=now, account=account)


def set_password(person: Person, password_hash: str) -> None:
    """Keep the hash of a password that was judged before; made before the transaction, for it takes its time."""
    person.password_hash = password_hash
    Person.update(password_hash=password_hash).where(Person.id == person.id).execute()


def _renew_hash(person: Person, password: str) -> None:
    """Hash anew what was just proved, unless it is the password no longer."""
    fresh = hash_password(password)
    same = (Person.id == person.id) & (Person.password_hash == person.password_hash)
    if Person.update(password_hash=fresh).where(same).execute():
        person.password_hash = fresh
