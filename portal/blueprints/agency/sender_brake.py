"""Who waits for somebody else's server: two at a time in this process, and of an agency one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from uuid import UUID

from portal.domain.tenants import Agency

_places = BoundedSemaphore(2)
"""Slow servers must not hold every thread."""
_waiting: set[UUID] = set()
_looking = Lock()


@contextmanager
def place_for(agency: Agency) -> Iterator[bool]:
    """Whether there is one; it is held inside."""
    with _looking:
        held = agency.id not in _waiting and _places.acquire(blocking=False)
        if held:
            _waiting.add(agency.id)
    try:
        yield held
    finally:
        if held:
            _waiting.discard(agency.id)
            _places.release()
