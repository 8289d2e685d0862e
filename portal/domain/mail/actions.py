from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portal.domain import outbox
from portal.domain.mail.catalogue import LETTERS
from portal.domain.outbox import Message

Told = dict[str, Any]
"""What is written down of a letter."""

_KIND = "mail."


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


class Reader(Protocol):
    """An account, as far as letters to it go: `agency_id` is the agency whose clients it belongs to, None for staff."""

    email: str
    name: str
    language: str
    agency_id: UUID | None


def post_to(letter: str, person: Reader, /, *, key: str, now: datetime, **values: Any) -> None:
    """Write a letter to an account, in its language and in the brand of its house; otherwise as `post`."""
    to: dict[str, Any] = {"to": person.email, "name": person.name, "language": person.language}
    post(letter, **to, agency_id=person.agency_id, key=key, now=now, **values)


def was_posted(letter: str, *, key: str, to: str) -> bool:
    """Whether that letter was written to that address, sent by now or not."""
    return outbox.is_known(_key(letter, key, to))


def forget(address: str, agency_id: UUID) -> None:
    """What the agency sent to that very address, has waiting for it or set aside, is gone."""
    for message in outbox.ending(_KIND, f":{_ending(address)}"):
        told = message.payload
        if told.get("agency", str(agency_id)) == str(agency_id) and told.get("to", address) == address:
            outbox.drop(message)


def forget_about(letter: str, about: str) -> None:
    """Letters of the kind whose `key` begins with that are gone, whoever they are for, sent or not."""
    for message in outbox.beginning(f"mail:{letter}:{about}:"):
        outbox.drop(message)


def withhold(letter: str, speaks: Callable[[str, Told], bool]) -> None:
    """Letters of the kind that wait, or were set aside, never leave where they speak of somebody."""
    for message in _not_gone(letter):
        if speaks(_about(message), message.payload):
            outbox.drop(message)


def reword(letter: str, words: Callable[[str, Told], dict[str, str]]) -> None:
    """Letters of the kind that wait, or were set aside, have these values in the place of theirs."""
    for message in _not_gone(letter):
        if values := words(_about(message), message.payload):
            outbox.reword(message, {**message.payload, "values": {**message.payload["values"], **values}})


def _not_gone(letter: str) -> list[Message]:
    return [message for message in outbox.unfinished(_KIND) if message.payload.get("letter") == letter]


def _about(message: Message) -> str:
    """The letter's `key` up to the first colon: an id of what it is about."""
    return str(message.key.split(":")[2])


def _key(letter: str, key: str, to: str) -> str:
    return f"mail:{letter}:{key}:{_ending(to)}"


def _ending(to: str) -> str:
    """What makes a letter to the address unique; a long one by its hash, for a cut one might be another's."""
    return to if len(to) <= 100 else hashlib.sha256(to.encode()).hexdigest()
