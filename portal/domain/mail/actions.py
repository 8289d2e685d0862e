from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain import outbox
from portal.domain.mail.catalogue import LETTERS


def forget(address: str) -> None:
    """What was sent to the address, or waits to be, is gone with it."""
    outbox.drop_ending(f":{address}")


def post(
    letter: str,
    *,
    to: str,
    name: str,
    language: str,
    agency_id: UUID | None,
    key: str,
    now: datetime,
    **values: Any,
) -> None:
    """Write a letter into the outbox, in the transaction of its cause.

    `agency_id` gives the brand: an agency's for its clients' people, None for the vendor's own
    (staff at the dashboard). `key` makes it unique: the same letter is sent once. `values` are
    plain JSON: amounts in minor units with their `currency`, moments in ISO 8601, links whole.
    """
    assert letter in LETTERS, letter
    outbox.put(
        "mail.send",
        key=_key(letter, key, to),
        now=now,
        letter=letter,
        to=to,
        name=name,
        language=language,
        agency=str(agency_id) if agency_id else None,
        values=values,
    )


def was_posted(letter: str, *, key: str, to: str) -> bool:
    """Whether that letter was written to that address, sent by now or not."""
    return outbox.is_known(_key(letter, key, to))


def _key(letter: str, key: str, to: str) -> str:
    """What makes a letter unique; a long address by its hash, for a cut one might be another's."""
    address = to if len(to) <= 100 else hashlib.sha256(to.encode()).hexdigest()
    return f"mail:{letter}:{key}:{address}"
