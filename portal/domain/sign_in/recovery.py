"""Codes on paper, for the day on which the device is gone. Shown once, kept as hashes, each good once."""

from __future__ import annotations

import secrets
from datetime import datetime

from portal.db import transaction
from portal.domain.accounts import Person, digest
from portal.domain.errors import Refused
from portal.domain.sign_in.models import RecoveryCode
from portal.domain.sign_in.news import tell, write_down
from portal.domain.sign_in.people import has_factor, must_have_factor

HOW_MANY = 10
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are taken for one another; sixteen of them are 79 bits."""


def make_codes(person: Person, *, now: datetime) -> list[str]:
    """New codes, to be shown this once; the old ones are worth nothing from now on."""
    codes = ["-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4)) for _ in range(HOW_MANY)]
    with transaction():
        RecoveryCode.delete().where(RecoveryCode.person == person).execute()
        for code in codes:
            RecoveryCode.create(person=person, code_hash=_hash(person, code))
        write_down("codes.made", person, now=now)
        tell(person, "codes_made", now=now)
    return codes


def codes_left(person: Person) -> int:
    """How many were not used yet."""
    return int(RecoveryCode.select().where((RecoveryCode.person == person) & RecoveryCode.used_at.is_null()).count())


def are_codes_of(person: Person, codes: list[str]) -> bool:
    """Whether all of them are unused codes of this person, so that they may be handed out as a file."""
    hashes = {_hash(person, code) for code in codes}
    mine = (RecoveryCode.person == person) & RecoveryCode.used_at.is_null() & RecoveryCode.code_hash.in_(list(hashes))
    return 0 < len(codes) <= HOW_MANY and RecoveryCode.select().where(mine).count() == len(codes)


def use_code(person: Person, code: str, *, now: datetime) -> bool:
    """Whether it was an unused one; it is used from now on, and the person hears of it."""
    mine = (RecoveryCode.person == person) & (RecoveryCode.code_hash == _hash(person, code))
    with transaction():
        if not RecoveryCode.update(used_at=now).where(mine & RecoveryCode.used_at.is_null()).execute():
            return False
        left = codes_left(person)
        write_down("code.used", person, now=now, left=left)
        tell(person, "code_used", now=now, left=left)
    return True


def go_with_the_last(person: Person) -> None:
    """After a factor was removed: the codes stand for one, so without any they are worth nothing.

    Raises Refused where the person's agency asks for a second factor and this was the last.
    """
    if has_factor(person):
        return
    if must_have_factor(person):
        raise Refused("factor_demanded")
    forget_codes(person)


def has_shape(code: str) -> bool:
    """Whether it could be one of the codes at all."""
    plain = _plain(code)
    return len(plain) == 16 and set(plain) <= set(_SIGNS)


def forget_codes(person: Person) -> None:
    RecoveryCode.delete().where(RecoveryCode.person == person).execute()


def _hash(person: Person, code: str) -> str:
    return digest(f"{person.id}|{_plain(code)}")


def _plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())
