"""Codes of an app that change every 30 seconds (TOTP, RFC 6238)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest

import pyotp

from portal.db import lock_row, transaction
from portal.domain.accounts import Person, SignIn, ask_no_factor
from portal.domain.errors import Invalid, NotFound
from portal.domain.sign_in import begun
from portal.domain.sign_in.models import Authenticator, Begun
from portal.domain.sign_in.news import tell, write_down
from portal.domain.sign_in.recovery import go_with_the_last

Seal = Callable[[str], str]
STEP = 30
SKEW = 1
"""So many steps before and after the present one count: clocks differ."""


def begin_authenticator(session: SignIn, *, seal: Seal, now: datetime) -> str:
    """A new secret, kept until a first code has proved that the app has it; the token of what was begun."""
    secret = pyotp.random_base32(32)
    return begun.begin("totp_new", session.house, person=session.person, secret=seal(secret), now=now)


def begun_authenticator(session: SignIn, token: str, *, now: datetime) -> Begun:
    """What this person began. Raises NotFound when that is over."""
    row = begun.held(token, "totp_new", session.house, now=now)
    if row is None or row.person_id != session.person.id:
        raise NotFound("begun_over")
    return row


def address_for_app(row: Begun, *, issuer: str, unseal: Seal) -> tuple[str, str]:
    """What the app reads from the picture, and the secret to be typed where there is no camera."""
    secret = unseal(row.secret)
    email = row.owner.email
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer.replace(":", " ")), secret


def add_authenticator(session: SignIn, row: Begun, code: str, *, unseal: Seal, now: datetime) -> None:
    """The first code is right: from now on it is asked for. Replaces the app of before, if there was one.

    Raises Invalid at `code`, NotFound when what was begun is over.
    """
    person = row.owner
    begun.spend_try(row)
    step = _step_of(unseal(row.secret), code, now=now)
    if step is None:
        raise Invalid({"code": ("code_wrong", {})})
    with transaction():
        lock_row(Person, person.id.hex)
        if not begun.take(row):
            raise NotFound("begun_over")
        Authenticator.delete().where(Authenticator.person == person).execute()
        Authenticator.create(person=person, secret=row.secret, last_step=step, created_at=now, used_at=now)
        begun.forget(person)
        ask_no_factor(session, now=now)
        write_down("factor.added", person, now=now, factor="authenticator")
        tell(person, "factor_added", now=now, factor="authenticator")


def authenticator_of(person: Person) -> Authenticator | None:
    found: Authenticator | None = Authenticator.get_or_none(Authenticator.person == person)
    return found


def remove_authenticator(person: Person, *, now: datetime) -> None:
    """Raises NotFound when there is none."""
    with transaction():
        lock_row(Person, person.id.hex)
        if not Authenticator.delete().where(Authenticator.person == person).execute():
            raise NotFound
        go_with_the_last(person)
        write_down("factor.removed", person, now=now, factor="authenticator")
        tell(person, "factor_removed", now=now, factor="authenticator")


def is_code_of(person: Person, code: str, *, unseal: Seal, now: datetime) -> bool:
    """Whether the app shows this code at the moment; one that was used is none any more."""
    row = authenticator_of(person)
    step = _step_of(unseal(row.secret), code, now=now) if row else None
    if row is None or step is None:
        return False
    unused = (Authenticator.id == row.id) & (Authenticator.last_step < step)
    return bool(Authenticator.update(last_step=step, used_at=now).where(unused).execute())


def has_shape(code: str) -> bool:
    """Whether it could be a code of an app at all."""
    return bool(_digits(code))


def renew_authenticator_seals(renewed: Seal) -> int:
    """Seal every secret with the present key; how many had another one."""
    changed = 0
    for row in Authenticator.select():
        if (again := renewed(row.secret)) != row.secret:
            same = (Authenticator.id == row.id) & (Authenticator.secret == row.secret)
            changed += Authenticator.update(secret=again).where(same).execute()
    return changed


def _step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """In which step the app shows the code; None for a wrong one."""
    digits = _digits(code)
    if not digits:
        return None
    app, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    fits = [
        step for step in range(present - SKEW, present + SKEW + 1) if compare_digest(app.generate_otp(step), digits)
    ]
    return fits[-1] if fits else None


def _digits(code: str) -> str:
    digits = "".join(code.split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else ""
