"""How many calls to providers may be under way at the same time: slow ones must not hold every thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

AT_ONCE, ALL_AT_ONCE = 3, 4
"""Calls of this process to one place, and to all places."""
_LONGEST_WAIT = 0.2
_MOST_KEPT = 500


class NoTurn(Exception):
    """Others are waiting already. It says nothing of the place itself."""


_lock = Lock()
_places: dict[str, BoundedSemaphore] = {}
_everywhere = BoundedSemaphore(ALL_AT_ONCE)


@contextmanager
def turn_at(place: str) -> Iterator[None]:
    """One of the calls that may be under way there. Raises NoTurn when none comes free in a moment."""
    with _lock:
        if len(_places) >= _MOST_KEPT:
            _places.clear()
        here = _places.setdefault(place, BoundedSemaphore(AT_ONCE))
    with _held(here), _held(_everywhere):
        yield


def forget() -> None:
    """Know no place, as after a start."""
    with _lock:
        _places.clear()


@contextmanager
def _held(turns: BoundedSemaphore) -> Iterator[None]:
    if not turns.acquire(timeout=_LONGEST_WAIT):
        raise NoTurn
    try:
        yield
    finally:
        turns.release()
