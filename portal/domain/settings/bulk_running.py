"""The work of a bulk change, piece by piece: whoever is killed in between, the next one goes on where it stood.

Each client's row says whether it was dealt with, in the same transaction as its settings: once, never twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import locked, transaction
from portal.domain import at_hand, audit, outbox, tenants
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, DomainError
from portal.domain.settings.actions import save
from portal.domain.settings.bulk_values import TERMS, Changes, applied, changed, flat, taken_back, unflat
from portal.domain.settings.package_models import BulkChange, BulkItem
from portal.domain.settings.package_values import wish_of
from portal.domain.settings.queries import Current, current
from portal.domain.settings.values import problems_of
from portal.domain.settings.versions import keep_limits
from portal.domain.tenants import Agency, Client

PREPARED_AT_ONCE, SAVED_AT_ONCE = 200, 20
MOST_A_TURN = 400
"""Clients that one turn of the worker deals with; the rest is another turn's, so that no lease runs out."""


def bulk_work(bulk_id: UUID, *, now: datetime, most: int = MOST_A_TURN) -> None:
    """Work out the preview, or bring it into force, for some clients; what is left is put into the outbox."""
    bulk = BulkChange.select(BulkChange, Agency).join(Agency).where(BulkChange.id == bulk_id).first()
    if bulk is None:
        return
    turn = {"preparing": _prepare, "running": _run}.get(bulk.state)
    dealt = 0
    while turn and dealt < most:
        part = turn(bulk, now)
        dealt += part
        if not part:
            return
    if turn:
        with transaction():
            left = _waiting(bulk).count()
            key = f"bulk:{bulk.id}:{bulk.state}:{left}:{now:%Y%m%d%H%M%S%f}"
            outbox.put("bulk.work", key=key, now=now, bulk=str(bulk.id))


def _prepare(bulk: BulkChange, now: datetime) -> int:
    """The preview of some more clients; when there are no more, it is ready. How many were looked at."""
    rows = list(_waiting(bulk, BulkItem, Client).limit(PREPARED_AT_ONCE))
    looked = _looked_at(bulk, rows, now)
    with transaction():
        if not _still_wanted(bulk):
            return 0  # worked out for nothing: whoever changed it has asked for it anew
        if not rows and not _waiting(bulk).exists():
            _turn_over(bulk, "preparing", "ready")
        for row, found in zip(rows, looked, strict=True):
            BulkItem.update(**found).where((BulkItem.id == row.id) & (BulkItem.state == "chosen")).execute()
    return len(rows)


def _still_wanted(bulk: BulkChange) -> bool:
    """Whether nobody chose or wished anew since `bulk` was read; nobody does before the transaction ends."""
    held = locked(BulkChange.select().where(BulkChange.id == bulk.id)).first()
    return held is not None and (held.state, held.wanted) == (bulk.state, bulk.wanted)


def _looked_at(bulk: BulkChange, rows: Sequence[BulkItem], now: datetime) -> list[dict[str, Any]]:
    """What becomes of each row's client: read at once for all of them."""
    clients = [row.client for row in rows]
    done: dict[UUID, Changes] = {}
    if bulk.undoes_id:
        ids = [client.id for client in clients]
        there = BulkItem.select().where((BulkItem.bulk == bulk.undoes_id) & BulkItem.client.in_(ids))
        done = {row.client_id: {name: pair[:2] for name, pair in row.changes.items()} for row in there}
    with at_hand.keeping():
        tenants.keep_terms([tenants.the_operator(), bulk.agency, *clients])
        keep_limits(clients)
        for client in clients:
            client.agency = bulk.agency
        return [_preview(bulk, client, done.get(client.id, {}), now) for client in clients]


def _preview(bulk: BulkChange, client: Client, done: Changes, now: datetime) -> dict[str, Any]:
    held = current(client, now=now)
    before = flat(wish_of(held))
    after, notes = taken_back(before, done) if bulk.undoes_id else applied(before, bulk.wanted, held)
    changes = changed(before, after)
    problems = problems_of(unflat(after)) if changes else {}
    if problems:
        return {"state": "refused", "changes": {}, "notes": {name: list(why) for name, why in problems.items()}}
    return {
        "state": "ready" if changes else "same",
        "seen_version": held.version,
        "changes": {name: [*pair, _holds_from(name, pair[0], held)] for name, pair in changes.items()},
        "notes": notes,
    }


def _holds_from(name: str, before: Any, held: Current) -> str:
    """The period from which the change counts; blank: at once."""
    field = name.rpartition(".")[2]
    first = tenants.term(held.client, "payment_option", held.period) is None
    if field not in TERMS or first:
        return ""
    if name == "licence_price" and not before and tenants.term(held.client, name, held.next_period) is None:
        return ""
    return held.next_period


def _run(bulk: BulkChange, now: datetime) -> int:
    """Bring some more clients to what was shown; when there are no more, it is done. How many were dealt with."""
    with transaction(), at_hand.keeping():
        tenants.keep_terms([tenants.the_operator(), bulk.agency])  # the only ones that no save below writes
        rows = list(locked(_waiting(bulk, BulkItem).limit(SAVED_AT_ONCE), skip=True))
        for row, held in zip(rows, _held(bulk, rows, now), strict=True):
            BulkItem.update(**_saved(bulk, row, held, now)).where(BulkItem.id == row.id).execute()
        if not rows and not _waiting(bulk).exists() and _turn_over(bulk, "running", "done", finished_at=now):
            _write_down(bulk, now)
    return len(rows)


def _held(bulk: BulkChange, rows: Sequence[BulkItem], now: datetime) -> list[Current]:
    """The settings of these rows' clients, read at once."""
    clients = [tenants.client_by_id(bulk.agency, row.client_id) for row in rows]
    with at_hand.keeping():
        tenants.keep_terms(clients)
        keep_limits(clients)
        return [current(client, now=now) for client in clients]


def _saved(bulk: BulkChange, row: BulkItem, held: Current, now: datetime) -> dict[str, Any]:
    """Save one client's settings as they were shown, unless somebody else saved them since."""
    by = Actor("staff", bulk.by_name, bulk.by_id)
    after = flat(wish_of(held)) | {name: pair[1] for name, pair in row.changes.items()}
    try:
        with transaction():
            save(held.client, unflat(after), seen_version=row.seen_version, bulk=bulk.id, by=by, now=now)
    except Conflict:
        return {"state": "skipped", "notes": {"": ["changed_since_preview", {"who": held.saved_by}]}}
    except DomainError as error:
        return {"state": "skipped", "notes": {"": [error.code, {}]}}
    return {"state": "done"}


def _waiting(bulk: BulkChange, *models: Any):  # type: ignore[no-untyped-def]  # a peewee query
    """The rows of this bulk change that nobody has dealt with."""
    state = "chosen" if bulk.state == "preparing" else "ready"
    query = BulkItem.select(*models) if models else BulkItem.select()
    if Client in models:
        query = query.join(Client)
    return query.where((BulkItem.bulk == bulk) & (BulkItem.state == state)).order_by(BulkItem.id)


def _turn_over(bulk: BulkChange, old: str, new: str, **values: Any) -> bool:
    """From one state to the next; False when another worker did it."""
    same = (BulkChange.id == bulk.id) & (BulkChange.state == old)
    return bool(BulkChange.update(state=new, **values).where(same).execute())


def _write_down(bulk: BulkChange, now: datetime) -> None:
    """The one entry for the whole; the history of each client has its own."""
    states = [row.state for row in BulkItem.select(BulkItem.state).where(BulkItem.bulk == bulk)]
    audit.record(
        "settings.bulk_undone" if bulk.undoes_id else "settings.bulk_saved",
        by=Actor("staff", bulk.by_name, bulk.by_id),
        now=now,
        agency_id=bulk.agency_id,
        subject=bulk.agency.name,
        bulk=str(bulk.id),
        changed=states.count("done"),
        skipped=states.count("skipped"),
        fields=sorted(bulk.wanted),
    )
