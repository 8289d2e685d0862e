"""Events as they arrive, and what became of them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from portal.domain.settings import MOST_UNITS

_ID = re.compile(r"[\x21-\x7e]{1,128}")
_AT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Event:
    """One event, checked for its form. `quantity` of a counter, `value` of a gauge; the other is None."""

    id: str
    client: str
    service: str
    quantity: int | None
    value: int | None
    corrects: str | None
    at: datetime
    body_hash: str


@dataclass(frozen=True)
class Rejection:
    """An event that was not counted: its place in the batch, its id as far as known, and why."""

    index: int
    id: str | None
    code: str
    detail: str


@dataclass
class Outcome:
    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)


class BadEvent(ValueError):
    """The event's form is wrong; the text says how."""


def parse_event(raw: Any) -> Event:
    """Check one event's form. Raises BadEvent.

    `at` is RFC 3339 with an offset; quantities are whole numbers, not texts, not booleans.
    """
    if not isinstance(raw, dict):
        raise BadEvent("an event is an object")
    unknown = set(raw) - {"id", "client", "service", "quantity", "value", "corrects", "at"}
    if unknown:
        raise BadEvent(f"unknown field: {sorted(map(str, unknown))[0][:40]}")
    identifier, client, service = (_text(raw, name) for name in ("id", "client", "service"))
    corrects = _text(raw, "corrects") if raw.get("corrects") is not None else None
    quantity, value = _whole(raw, "quantity"), _whole(raw, "value")
    if (quantity is None) == (value is None):
        raise BadEvent("give either quantity or value")
    if quantity is not None and (quantity == 0 or (quantity < 0) != (corrects is not None)):
        raise BadEvent("quantity is a whole number above 0; a negative one needs corrects")
    if value is not None and (value < 0 or corrects is not None):
        raise BadEvent("value is a whole number of 0 or more, without corrects")
    body = json.dumps(
        {name: raw.get(name) for name in ("client", "service", "quantity", "value", "corrects", "at")}, sort_keys=True
    )
    return Event(
        identifier, client, service, quantity, value, corrects, _moment(raw), hashlib.sha256(body.encode()).hexdigest()
    )


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadEvent(f"{name} is a text of 1 to 128 visible ASCII characters")
    return value


def _whole(raw: dict[str, Any], name: str) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_UNITS:
        raise BadEvent(f"{name} is a whole number up to {MOST_UNITS}")
    return value


def _moment(raw: dict[str, Any]) -> datetime:
    value = raw.get("at")
    if not isinstance(value, str) or not _AT.fullmatch(value):
        raise BadEvent("at is a moment with offset, as in 2026-06-30T23:59:59-03:00")
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadEvent("at is no moment that exists") from None
