"""Entries whose details lost a word, read with what was kept of them: by the entry that tells of the erasing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from portal.domain.audit.chain import has_lost
from portal.domain.audit.models import AuditEntry


def with_kept(entries: Iterable[AuditEntry], agency_id: UUID) -> Iterator[AuditEntry]:
    """The same entries of an agency's trail; in the place of emptied details what is left of them. To be read only."""
    kept: dict[str, Any] | None = None
    for entry in entries:
        if has_lost(entry, "details"):
            kept = _kept(agency_id) if kept is None else kept
            entry.details = kept.get(str(entry.id), {})
        yield entry


def _kept(agency_id: UUID) -> dict[str, Any]:
    """By entry; a later erasing may have emptied an earlier one, and then keeps what that had kept."""
    kept: dict[str, Any] = {}
    erasings = AuditEntry.select().where((AuditEntry.agency_id == agency_id) & (AuditEntry.action == "person.erased"))
    for erasing in erasings.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()):
        told = kept.get(str(erasing.id), erasing.details)
        kept = {**told.get("kept", {}), **kept}
    return kept
