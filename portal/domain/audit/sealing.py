from __future__ import annotations

from collections.abc import Iterable

from portal.db import locked, transaction
from portal.domain.audit.chain import chain_of, seal_of
from portal.domain.audit.models import AuditChain, AuditEntry

_BATCH = 50


def seal() -> int:
    """Put every entry that is there and in no chain yet at the end of its chain; how many it found.

    Entries follow in the order of their making. One whose transaction ends later than those of younger ones follows
    after these: each is sealed once, whoever seals at the same moment.
    """
    sealed = 0
    while done := _seal_some():
        sealed += done
    return sealed


def _seal_some() -> int:
    """The next entries of all chains; how many there were, whoever sealed them."""
    unsealed = AuditEntry.select().where(AuditEntry.number.is_null()).order_by(AuditEntry.id)
    with transaction():
        found = list(unsealed.limit(_BATCH))
        ends = _ends_of({chain_of(entry.agency_id) for entry in found})  # whoever else seals these waits here
        before = {name: end.length for name, end in ends.items()}
        for entry in unsealed.where(AuditEntry.id.in_([entry.id for entry in found])) if found else ():
            end = ends[chain_of(entry.agency_id)]
            end.length += 1
            end.seal = seal_of(entry, end.length, end.seal)
            AuditEntry.update(number=end.length, seal=end.seal).where(AuditEntry.id == entry.id).execute()
        for name, end in ends.items():
            if end.length != before[name]:
                AuditChain.update(length=end.length, seal=end.seal).where(AuditChain.name == name).execute()
    return len(found)


def _ends_of(names: Iterable[str]) -> dict[str, AuditChain]:
    """The ends of these chains, nobody else's until the transaction ends; taken in one order by everybody."""
    ends = {}
    for name in sorted(names):
        AuditChain.insert(name=name, length=0, seal="").on_conflict_ignore().execute()
        ends[name] = locked(AuditChain.select().where(AuditChain.name == name)).get()
    return ends
