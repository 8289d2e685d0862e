from __future__ import annotations

from uuid import UUID

from portal.db import locked, transaction
from portal.domain.audit.chain import NOBODYS, chain_of, seal_of
from portal.domain.audit.models import AuditChain, AuditEntry

_BATCH = 200


def seal() -> int:
    """Put every entry that is there and in no chain yet at the end of its chain; how many.

    Entries follow in the order of their making. One whose transaction ends later than those of younger ones follows
    after these: each is sealed once, whoever seals at the same moment.
    """
    sealed = 0
    for agency_id in _waiting():
        while done := _seal_some(agency_id):
            sealed += done
    return sealed


def _waiting() -> list[UUID | None]:
    found = AuditEntry.select(AuditEntry.agency_id).where(AuditEntry.number.is_null()).distinct()
    return [row.agency_id for row in found]


def _seal_some(agency_id: UUID | None) -> int:
    with transaction():
        end = _end_of(chain_of(agency_id))  # whoever else seals waits here
        entries = list(
            AuditEntry.select()
            .where(AuditEntry.number.is_null() & _belongs(agency_id))
            .order_by(AuditEntry.id)
            .limit(_BATCH)
        )
        for entry in entries:
            end.length += 1
            end.seal = seal_of(entry, end.length, end.seal)
            AuditEntry.update(number=end.length, seal=end.seal).where(AuditEntry.id == entry.id).execute()
        if entries:
            AuditChain.update(length=end.length, seal=end.seal).where(AuditChain.name == end.name).execute()
    return len(entries)


def _end_of(name: str) -> AuditChain:
    """The end of a chain, nobody else's until the transaction ends."""
    AuditChain.insert(name=name, length=0, seal="").on_conflict_ignore().execute()
    found: AuditChain = locked(AuditChain.select().where(AuditChain.name == name)).get()
    return found


def _belongs(agency_id: UUID | None) -> object:
    return AuditEntry.agency_id.is_null() if chain_of(agency_id) == NOBODYS else AuditEntry.agency_id == agency_id
