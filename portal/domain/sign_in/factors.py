"""The second step: a code of the app, one on paper, or a passkey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.db import transaction
from portal.domain.accounts import Person, SignIn, end_all_sessions, note_proof, throttle
from portal.domain.audit import SYSTEM, Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.sign_in import authenticators, begun, recovery
from portal.domain.sign_in.authenticators import Seal, is_code_of
from portal.domain.sign_in.entering import Entered, Visitor, enter, forget_browsers, known_to
from portal.domain.sign_in.models import Authenticator, Begun, Passkey
from portal.domain.sign_in.news import tell, write_down
from portal.domain.sign_in.passwords import prove
from portal.domain.sign_in.people import has_factor, refuse_operator
from portal.domain.sign_in.recovery import forget_codes, use_code

MOST_EVERYWHERE, TOLD_AFTER = 20, 5
"""From so many wrong codes in a window on strangers wait, and after so many the person hears of them."""
FRESH = timedelta(minutes=10)
"""So long after the last proof one may change how one signs in."""


def finish_by_code(
    row: Begun,
    code: str,
    *,
    unseal: Seal,
    visitor: Visitor,
    admits: Callable[[Person], bool] = lambda _person: True,
    now: datetime,
) -> Entered:
    """The second half of a sign-in. Raises Invalid at `code`, TooManyAttempts, NotFound when it is over.

    It is over, too, for a person whom `admits` refuses: another way in was meant for him meanwhile.
    """
    person = row.owner
    if not admits(person):
        raise NotFound("begun_over")
    begun.spend_try(row)
    if not _is_right(person, code, visitor.address, known_to(person, visitor), unseal=unseal, now=now):
        raise Invalid({"code": (_problem_of(person, code), {})})
    return finish(row, visitor=visitor, now=now)


def finish(row: Begun, *, visitor: Visitor, now: datetime) -> Entered:
    """A session for somebody whose factor was right. Raises NotFound when somebody else just finished it."""
    if not begun.take(row):
        raise NotFound("begun_over")
    return enter(row.owner, row.house, strong=True, visitor=visitor, now=now)


def is_fresh(session: SignIn, *, now: datetime) -> bool:
    """Whether the person proved lately enough who he is."""
    return session.proved_at is not None and now - session.proved_at <= FRESH


def prove_again(session: SignIn, proof: str, *, unseal: Seal, now: datetime) -> None:
    """By a code of the second factor; only where there is none by the present password, which is less.

    Raises Invalid at `proof`, TooManyAttempts when guessing.
    """
    person = session.person
    if not has_factor(person):
        prove(session, proof, field="proof", now=now)
    elif not _is_right(person, proof, "", session.id.hex, unseal=unseal, now=now):
        raise Invalid({"proof": (_problem_of(person, proof), {})})
    note_proof(session, now=now)


def take_factors(person: Person, *, by: Actor, now: datetime) -> None:
    """Somebody lost his device and his codes: his second factors go, his sessions end, and he is told by whom.

    Raises Forbidden for an operator, whom no agency helps: only the command line of the installation does.
    """
    console = by.kind == "operator"
    if not console:
        refuse_operator(person)
    with transaction():
        Authenticator.delete().where(Authenticator.person == person).execute()
        Passkey.delete().where(Passkey.person == person).execute()
        forget_codes(person)
        begun.forget(person)
        forget_browsers(person)
        end_all_sessions(person, now=now)
        write_down("factors.taken", person, by=by, now=now)
        tell(person, "factors_taken", now=now, name="" if console else by.name)


def _is_right(person: Person, code: str, address: str, known: str, *, unseal: Seal, now: datetime) -> bool:
    """Whether it is a code of the app or one on paper. Guessing is slowed down; what looks like no code is no guess."""
    if not authenticators.has_shape(code) and not recovery.has_shape(code):
        return False
    account = f"factor {person.id}"
    attempts = throttle.attempt(account, address, known=known, shut_at=MOST_EVERYWHERE, now=now)
    if is_code_of(person, code, unseal=unseal, now=now) or use_code(person, code, now=now):
        throttle.succeeded(account, address, known=known, now=now)
        return True
    if attempts == TOLD_AFTER:
        _tell_of_guesses(person, now)
    return False


def _problem_of(person: Person, code: str) -> str:
    """What to say of a wrong code: an app shows the next one soon, a paper has other ones."""
    on_paper = not authenticators.authenticator_of(person) or any(sign.isalpha() for sign in code)
    return "recovery_code_wrong" if on_paper else "code_wrong"


def _tell_of_guesses(person: Person, now: datetime) -> None:
    """Whoever guesses codes knows the password: the person hears of it, once a day at most."""
    with transaction():
        write_down("sign_in.factor_guessed", person, by=SYSTEM, now=now)
        tell(person, "factor_guessed", once=str(now.date()), now=now)
