"""Rows read at once for many clients, kept at hand while one page is made of them.

Inside `keeping()` the reads that know of it look here before they ask the database; outside nothing
is kept. It is for reading alone: nothing may be written inside.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, TypeVar

K = TypeVar("K")
T = TypeVar("T")

_shelf: ContextVar[dict[tuple[str, Hashable], Any] | None] = ContextVar("at_hand", default=None)


@contextmanager
def keeping() -> Iterator[None]:
    """Keep what is put or read once; inside another one, what that one keeps stays."""
    token = _shelf.set(dict(_shelf.get() or {}))
    try:
        yield
    finally:
        _shelf.reset(token)


def put(kind: str, key: Hashable, rows: Any) -> None:
    shelf = _shelf.get()
    if shelf is not None:
        shelf[kind, key] = rows


def in_parts(keys: Iterable[K]) -> Iterator[list[K]]:
    """The keys in lists short enough for one question."""
    rest = iter(keys)
    while part := list(islice(rest, 5_000)):
        yield part


def get(kind: str, key: Hashable) -> Any:
    """What was put; None where nothing was, and outside of `keeping()`."""
    shelf = _shelf.get()
    return None if shelf is None else shelf.get((kind, key))


def once(kind: str, key: Hashable, read: Callable[[], T]) -> T:
    """The answer of `read`, asked once inside `keeping()`, each time outside."""
    found: T | None = get(kind, key)
    if found is None:
        found = read()
        put(kind, key, found)
    return found
