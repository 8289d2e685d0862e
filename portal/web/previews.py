"""Passes to the previews of a brand: signed, for one agency, one state of its draft, and a quarter of an hour.

The previews are pages of the agency's own host, shown in frames of the dashboard. Neither host knows the other's
session there, so the pass alone says whose draft may be seen.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from struct import Struct
from uuid import UUID

from portal.domain.tenants import Agency
from portal.web.hosts import settings

SECONDS = 15 * 60

_SAID = Struct(">16sII")
_MARK = 16
_LENGTH = 54
"""Signs of a pass: it fits a path, and has one spelling only."""


@dataclass(frozen=True)
class Pass:
    """What a good signature says: whose draft, in which of its states, and whether its time is over."""

    agency_id: UUID
    version: int
    is_over: bool


def issue(agency: Agency, version: int, *, now: datetime) -> str:
    """A pass to the agency's draft as it is in this version."""
    said = _SAID.pack(agency.id.bytes, version, int(now.timestamp()) + SECONDS)
    return urlsafe_b64encode(said + _signed(said, _keys()[0])).decode().rstrip("=")


def read(token: str, *, now: datetime) -> Pass | None:
    """What a pass says; None for one that was not issued here."""
    if len(token) != _LENGTH:
        return None
    both = urlsafe_b64decode(token + "==")
    said, mark = both[:-_MARK], both[-_MARK:]
    if urlsafe_b64encode(both).decode().rstrip("=") != token:
        return None
    if not any(hmac.compare_digest(_signed(said, key), mark) for key in _keys()):
        return None
    agency, version, until = _SAID.unpack(said)
    return Pass(UUID(bytes=agency), version, now.timestamp() > until)


def _signed(said: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"preview of a brand\x00" + said, sha256).digest()[:_MARK]


def _keys() -> list[bytes]:
    here = settings()
    return [key.get_secret_value().encode() for key in (here.secret_key, *here.secret_key_fallbacks)]
