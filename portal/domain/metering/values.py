"""Events as they arrive, and what became of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from portal.domain.settings import MOST_UNITS

_FIELDS = frozenset({"id", "client", "service", "quantity", "value", "corrects", "at"})
_NAME = re.compile(r"[\x21-\x7e]{1,128}").fullmatch
_AT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII).fullmatch
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True, eq=False)
class Event:
    """One event, checked for its form; none is another, whatever they say.

    `quantity` of a counter, `value` of a gauge; the other is None. `at` in microseconds since 1970.
    `body_hash` tells whether a second event of the same id is the same event.
    """

    id: str
    client: str
    service: str
    quantity: int | None
    value: int | None
    corrects: str | None
    at: int
    body_hash: str


@dataclass(frozen=True)
class Rejection:
    """An event that was not counted: its place in the batch, its id as far as known, and why.

    `reason` says more where the code is "invalid"; `field` and `most` belong to it.
    """

    index: int
    id: str | None
    code: str
    reason: str = ""
    field: str = ""
    most: int = MOST_UNITS


@dataclass
class Outcome:
    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)


class BadEvent(ValueError):
    """The event's form is wrong: `reason` is a code, `field` the part that is wrong."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason, field)
        self.reason, self.field = reason, field


def parsed(batch: Sequence[Any], outcome: Outcome) -> Iterator[tuple[int, Event]]:
    """Each event whose form is right, with its place; the others are rejected."""
    for index, raw in enumerate(batch):
        try:
            yield index, parse_event(raw)
        except BadEvent as error:
            known = raw.get("id") if isinstance(raw, dict) else None
            known = known[:128] if isinstance(known, str) else None
            outcome.rejected.append(Rejection(index, known, "invalid", error.reason, error.field))


def parse_event(raw: Any) -> Event:
    """Check one event's form. Raises BadEvent.

    `at` is RFC 3339 with an offset; quantities are whole numbers, not texts, not booleans.
    """
    if not isinstance(raw, dict):
        raise BadEvent("not_an_object")
    if not raw.keys() <= _FIELDS:
        raise BadEvent("unknown_field", min(map(str, raw.keys() - _FIELDS))[:40])
    get = raw.get
    identifier, client, service, corrects, at = get("id"), get("client"), get("service"), get("corrects"), get("at")
    if not (isinstance(identifier, str) and _NAME(identifier)):
        raise BadEvent("not_a_name", "id")
    if not (isinstance(client, str) and _NAME(client)):
        raise BadEvent("not_a_name", "client")
    if not (isinstance(service, str) and _NAME(service)):
        raise BadEvent("not_a_name", "service")
    if corrects is not None and not (isinstance(corrects, str) and _NAME(corrects)):
        raise BadEvent("not_a_name", "corrects")
    quantity, value = get("quantity"), get("value")
    _check_amount(quantity, value, corrects)
    moment = _moment(at)
    return Event(
        identifier,
        client,
        service,
        quantity,
        value,
        corrects,
        moment,
        hash_of(f"{client}\n{service}\n{quantity}\n{value}\n{corrects or ''}\n{at}"),
    )


def hash_of(body: str) -> str:
    """The fingerprint of a body whose parts stand in lines: no part can hold a line's end."""
    return hashlib.sha256(body.encode()).hexdigest()


def _check_amount(quantity: Any, value: Any, corrects: str | None) -> None:
    if (quantity is None) == (value is None):
        raise BadEvent("quantity_or_value")
    name, amount = ("quantity", quantity) if value is None else ("value", value)
    if type(amount) is not int or not -MOST_UNITS <= amount <= MOST_UNITS:
        raise BadEvent("not_a_whole_number", name)
    if value is None and (amount == 0 or (amount < 0) != (corrects is not None)):
        raise BadEvent("bad_quantity")
    if value is not None and (amount < 0 or corrects is not None):
        raise BadEvent("bad_value")


def _moment(at: Any) -> int:
    if not isinstance(at, str):
        raise BadEvent("bad_at")
    return _moment_of(at)


@lru_cache(maxsize=4096)
def _moment_of(at: str) -> int:
    """Kept, for events of one batch often say the same second."""
    if not _AT(at):
        raise BadEvent("bad_at")
    if len(at) > (27 if at[-1] in "Zz" else 32):  # more than microseconds: the rest is cut off
        at = re.sub(r"(\.\d{6})\d+", r"\1", at)
    try:
        return (datetime.fromisoformat(at.upper()) - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        raise BadEvent("no_such_moment") from None
