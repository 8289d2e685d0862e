"""Accounts that somebody else vouches for: there may be no password, and a session begins without a proof."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.accounts.models import Person, SignIn
from portal.domain.accounts.tokens import digest


def forget_password(person: Person) -> None:
    """The account has no password any more."""
    person.password_hash = None
    Person.update(password_hash=None).where(Person.id == person.id).execute()


def note_no_proof(token: str) -> None:
    """The session of that token began on somebody else's word: what asks for a fresh proof asks for the account's."""
    SignIn.update(proved_at=None).where(SignIn.token_hash == digest(token)).execute()


def end_sessions_of(people: Any, *, now: datetime) -> None:
    """Sign everybody out whom the query of ids finds."""
    SignIn.update(ended_at=now).where(SignIn.person.in_(people) & SignIn.ended_at.is_null()).execute()
