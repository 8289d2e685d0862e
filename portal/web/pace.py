"""How often one address may ask for what costs us calls to somebody else; counted by each process for itself."""

from __future__ import annotations

import time
from ipaddress import IPv6Address, IPv6Network
from threading import Lock

from portal.domain.accounts import TooManyAttempts

MOST, WINDOW = 30, 60.0
_MOST_KEPT = 5000

_lock = Lock()
_asked: dict[tuple[str, str], list[float]] = {}


def step(what: str, address: str) -> None:
    """Count one more. Raises TooManyAttempts when there were too many of the kind within a minute."""
    key, now = (what, _origin(address)), time.monotonic()
    with _lock:
        if len(_asked) >= _MOST_KEPT:
            _asked.clear()
        recent = [at for at in _asked.get(key, []) if at > now - WINDOW]
        if len(recent) >= MOST:
            raise TooManyAttempts("too_many_attempts", seconds=max(1, int(recent[0] + WINDOW - now)))
        _asked[key] = [*recent, now]


def _origin(address: str) -> str:
    """Whose address it is; of IPv6 the network, for one subscriber has all of its 2^64 addresses."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address[:64]
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))
