from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from portal.domain.audit.chain import agency_of, chain_of, is_erased, is_sound, seal_of
from portal.domain.audit.models import AuditChain, AuditEntry

_PAGE = 1_000


@dataclass(frozen=True)
class Verdict:
    """What became of one chain.

    `wrong`: "changed" (`entry` is not what was sealed), "missing" (nothing, or another one, stands at `number`), "cut"
    (nothing stands after `number`, where there was something), "" when all is as it was sealed.
    """

    agency_id: UUID | None
    entries: int
    erased: int
    seal: str
    number: int
    wrong: Literal["", "changed", "missing", "cut"] = ""
    entry: AuditEntry | None = None


def verify(agency_id: UUID | None, *, expected: tuple[int, str] | None = None) -> Verdict:
    """Follow one chain (None: that of entries of no agency) from its first entry to its end.

    `expected`: a number and its seal, as they were noted elsewhere earlier. Stops at the first entry that is wrong.
    """
    number, before, erased = 0, "", 0
    for entry in _in_order(agency_id):
        if entry.number != number + 1:
            return Verdict(agency_id, number, erased, before, number + 1, "missing", entry)
        own = seal_of(entry, number + 1, before) if is_sound(entry) else ""
        if own != entry.seal or (expected and expected[0] == entry.number and expected[1] != own):
            return Verdict(agency_id, number, erased, before, number + 1, "changed", entry)
        number, before, erased = number + 1, own, erased + is_erased(entry)
    end = AuditChain.get_or_none(AuditChain.name == chain_of(agency_id))
    noted = (end.length, end.seal) if end else (0, "")
    cut = noted != (number, before) or (expected is not None and expected[0] > number)
    return Verdict(agency_id, number, erased, before, number, "cut" if cut else "")


def chains() -> list[UUID | None]:
    """The agencies whose entries were sealed; None stands for entries of no agency."""
    noted = {agency_of(row.name) for row in AuditChain.select(AuditChain.name)}
    sealed = AuditEntry.select(AuditEntry.agency_id).where(AuditEntry.number.is_null(False)).distinct()
    return sorted(noted | {row.agency_id for row in sealed}, key=str)


def _in_order(agency_id: UUID | None) -> Iterator[AuditEntry]:
    """The sealed entries of a chain; two that claim one number follow each other."""
    mine = AuditEntry.agency_id.is_null() if agency_id is None else AuditEntry.agency_id == agency_id
    last: AuditEntry | None = None
    while True:
        query = AuditEntry.select().where(mine & AuditEntry.number.is_null(False))
        if last is not None:
            same = (AuditEntry.number == last.number) & (AuditEntry.id > last.id)
            query = query.where((AuditEntry.number > last.number) | same)
        rows = list(query.order_by(AuditEntry.number, AuditEntry.id).limit(_PAGE))
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1]
