"""What signing in has waiting of a person who is erased."""

from __future__ import annotations

from portal.domain import outbox
from portal.domain.accounts import Person


def forget_wishes(person: Person) -> None:
    """A new password or address that was asked for, and attacks to tell of, go with the account."""
    account = f"{person.house}|{person.email}"
    for message in outbox.unfinished("sign_in."):
        told = message.payload
        if account in (told.get("account"), f"{told.get('house')}|{told.get('email') or told.get('old')}"):
            outbox.drop(message)
