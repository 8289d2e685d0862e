"""The rows that rights are made of. A page that only looks asks for each of them once, however often it wonders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID

from portal.db import Prepared
from portal.domain.rights.models import Right, SectionAvailability

T = TypeVar("T")

_known: ContextVar[dict[tuple[str, UUID], object] | None] = ContextVar("rights_known", default=None)


@contextmanager
def looking() -> Iterator[None]:
    """Ask once for what is asked inside: for a request that changes nothing, and never longer than one."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def ticked(contributor: UUID) -> list[str]:
    """The keys of the boxes of this membership."""
    return _once("boxes", contributor, lambda: [box for (box,) in _boxes(contributor.hex)])


def written(client: UUID) -> list[tuple[str, bool, str]]:
    """The sections for which something is written down: whether it is available, and its state."""
    return _once("sections", client, lambda: [(key, bool(there), state) for key, there, state in _states(client.hex)])


def _once(kind: str, key: UUID, read: Callable[[], T]) -> T:
    known = _known.get()
    if known is None:
        return read()
    if (kind, key) not in known:
        known[kind, key] = read()
    found: T = known[kind, key]  # type: ignore[assignment]  # what `read` of this kind returned
    return found


_boxes = Prepared(lambda contributor: Right.select(Right.box).where(Right.contributor == contributor))
_states = Prepared(
    lambda client: SectionAvailability.select(
        SectionAvailability.section, SectionAvailability.available, SectionAvailability.state
    ).where(SectionAvailability.client == client)
)
