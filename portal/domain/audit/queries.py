from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from portal.domain.audit.models import AuditEntry

_CHUNK = 100
_LOOKED_THROUGH = 200


@dataclass(frozen=True)
class TrailPage:
    """Some entries, newest first; `newer` and `older` are those at its edges where there are more beyond."""

    entries: list[AuditEntry]
    newer: AuditEntry | None
    older: AuditEntry | None


@dataclass(frozen=True)
class Change:
    """What one entry did to one field."""

    entry: AuditEntry
    old: Any
    new: Any


def recent_of_agency(agency_id: UUID, limit: int = 50) -> list[AuditEntry]:
    """The agency's latest entries, newest first."""
    return _latest(AuditEntry.agency_id == agency_id, limit)


def recent_of_app(app_id: UUID, limit: int = 10) -> list[AuditEntry]:
    """What was done lately in one app's back office, newest first."""
    return _latest(AuditEntry.app_id == app_id, limit)


def _latest(condition: object, limit: int) -> list[AuditEntry]:
    return list(AuditEntry.select().where(condition).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))


def history_of_client(
    client_id: UUID,
    actions: Collection[str],
    *,
    fits: Callable[[AuditEntry], bool] = lambda _entry: True,
    before: UUID | None = None,
    after: UUID | None = None,
    most: int = 20,
) -> TrailPage:
    """A page of what was done to one client, newest first, of the entries that `fits` lets through.

    An edge (`before`: older than that entry; `after`: newer) that is no entry of the client counts as the start.
    """
    of_client = (AuditEntry.client_id == client_id) & AuditEntry.action.in_(list(actions))
    return page_of(of_client, fits=fits, before=before, after=after, most=most)


def page_of(
    condition: Any,
    *,
    fits: Callable[[AuditEntry], bool] = lambda _entry: True,
    before: UUID | None = None,
    after: UUID | None = None,
    most: int,
) -> TrailPage:
    """The entries under a condition, newest first, with their edges."""
    edge = AuditEntry.get_or_none(condition & (AuditEntry.id == (before or after))) if before or after else None
    upwards = edge is not None and after is not None
    found = list(islice(filter(fits, entries_from(condition, edge, upwards=upwards)), most + 1))
    more, rows = len(found) > most, found[:most]
    if upwards:
        rows.reverse()
    newer = bool(rows) and (more if upwards else edge is not None)
    older = bool(rows) and (upwards or more)
    return TrailPage(rows, rows[0] if newer else None, rows[-1] if older else None)


def last_changes(client_id: UUID, action: str) -> dict[str, Change]:
    """For each field its latest change under that action, as far as the last 200 entries go back."""
    found: dict[str, Change] = {}
    of_client = (AuditEntry.client_id == client_id) & (AuditEntry.action == action)
    for entry in _latest(of_client, _LOOKED_THROUGH):
        for name, (old, new) in entry.details.get("changes", {}).items():
            found.setdefault(name, Change(entry, old, new))
    return found


def entries_from(condition: Any, edge: AuditEntry | None, *, upwards: bool) -> Iterator[AuditEntry]:
    """The entries from an edge on, in that direction, read in chunks as long as somebody asks for more."""
    at, key = AuditEntry.at, AuditEntry.id
    order = (at.asc(), key.asc()) if upwards else (at.desc(), key.desc())
    while True:
        query = AuditEntry.select().where(condition)
        if edge is not None:
            same = at == edge.at
            query = query.where(
                (at > edge.at) | (same & (key > edge.id)) if upwards else (at < edge.at) | (same & (key < edge.id))
            )
        rows = list(query.order_by(*order).limit(_CHUNK))
        yield from rows
        if len(rows) < _CHUNK:
            return
        edge = rows[-1]
