"""One change of many clients: who is chosen, what is wanted, confirmed, taken back. The work itself: `bulk_running`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from peewee import chunked

from portal.db import locked, new_id, transaction
from portal.domain import outbox
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.rights import Permission, still_may
from portal.domain.settings.bulk_values import Wanted
from portal.domain.settings.package_models import BulkChange, BulkItem
from portal.domain.settings.values import Problems
from portal.domain.tenants import Agency
from portal.domain.tenants.models import Client

OPEN = ("choosing", "preparing", "ready")
"""States in which nothing was changed yet."""
WAY_BACK = timedelta(days=30)
MOST_PERCENT = 100_000
_FORGOTTEN = timedelta(days=7)
_ROWS = 500


def begin_bulk(agency: Agency, *, by: Actor, now: datetime) -> BulkChange:
    """A change with nobody chosen yet; those that were begun and forgotten long ago are cleared away."""
    with transaction():
        BulkChange.delete().where(
            (BulkChange.agency == agency) & BulkChange.state.in_(OPEN) & (BulkChange.created_at < now - _FORGOTTEN)
        ).execute()
        return BulkChange.create(agency=agency, state="choosing", by_id=by.id, by_name=by.name, created_at=now)


def choose_clients(bulk: BulkChange, clients: Collection[UUID], *, without: Collection[UUID] = ()) -> None:
    """Choose these clients along with those chosen before, and leave out others.

    All or none: raises NotFound when one of them is no client of the agency, Refused once it was confirmed.
    """
    ids = set(clients) | set(without)
    with transaction():
        _still_chosen(bulk)
        known = sum(
            Client.select().where((Client.agency == bulk.agency_id) & Client.id.in_(part)).count()
            for part in chunked(ids, _ROWS)
        )
        if known != len(ids):
            raise NotFound
        _add(bulk, set(clients) - set(without))
        for part in chunked(without, _ROWS):
            BulkItem.delete().where((BulkItem.bulk == bulk) & BulkItem.client.in_(part)).execute()
        _set_state(bulk, "choosing")


def choose_nobody(bulk: BulkChange) -> None:
    """Choose anew. Raises Refused once it was confirmed."""
    with transaction():
        _still_chosen(bulk)
        BulkItem.delete().where(BulkItem.bulk == bulk).execute()
        _set_state(bulk, "choosing")


def want_changes(bulk: BulkChange, wanted: Wanted, *, now: datetime) -> None:
    """Say what to change: from here on the preview is worked out (`bulk_work`).

    Raises Invalid for what nobody could take, Refused once it was confirmed.
    """
    if problems := _problems(wanted):
        raise Invalid(problems)
    with transaction():
        _still_chosen(bulk)
        if not BulkItem.select().where(BulkItem.bulk == bulk).exists():
            raise Invalid({"": ("nobody_chosen", {})})
        BulkChange.update(wanted=wanted).where(BulkChange.id == bulk.id).execute()
        bulk.wanted = wanted
        _prepare(bulk, now)


def confirm_bulk(bulk: BulkChange, *, by: Actor, now: datetime) -> None:
    """Bring what the preview shows into force, by the worker. Confirmed twice, it runs once.

    Raises Refused while the preview is not ready or would change nobody.
    """
    with transaction():
        still_may(bulk.agency, by, Permission.PRICES)
        held = locked(BulkChange.select().where(BulkChange.id == bulk.id)).get()
        bulk.state = held.state
        if held.state in ("running", "done"):
            return
        if held.state != "ready":
            raise Refused("preview_not_ready")
        if not BulkItem.select().where((BulkItem.bulk == bulk) & (BulkItem.state == "ready")).exists():
            raise Refused("changes_nobody")
        BulkChange.update(by_id=by.id, by_name=by.name, confirmed_at=now).where(BulkChange.id == bulk.id).execute()
        _set_state(bulk, "running")
        outbox.put("bulk.work", key=f"bulk:{bulk.id}:run", now=now, bulk=str(bulk.id))


def undo_bulk(bulk: BulkChange, *, by: Actor, now: datetime) -> BulkChange:
    """The change that takes this one back, with a preview of its own; asked twice, the same one.

    Raises Refused when there is nothing to take back, or 30 days are over.
    """
    with transaction():
        still_may(bulk.agency, by, Permission.PRICES)
        held = locked(BulkChange.select().where(BulkChange.id == bulk.id)).get()
        begun = BulkChange.get_or_none(BulkChange.undoes == bulk)
        if begun is not None:
            begun.agency = bulk.agency
            return begun
        if not may_undo(held, now=now):
            raise Refused("no_way_back")
        back = BulkChange.create(
            agency=bulk.agency, undoes=bulk, state="choosing", by_id=by.id, by_name=by.name, created_at=now
        )
        done = BulkItem.select(BulkItem.client).where((BulkItem.bulk == bulk) & (BulkItem.state == "done"))
        _add(back, [row.client_id for row in done])
        _prepare(back, now)
    return back


def discard_bulk(bulk: BulkChange) -> None:
    """Forget a change that was not confirmed. Raises Refused for one that was."""
    with transaction():
        _still_open(bulk)
        BulkChange.delete().where(BulkChange.id == bulk.id).execute()


def may_undo(bulk: BulkChange, *, now: datetime) -> bool:
    """Whether there is a way back: for a change (not for an undo) that ended not more than 30 days ago."""
    return bulk.state == "done" and bulk.undoes_id is None and now <= bulk.finished_at + WAY_BACK


def _still_open(bulk: BulkChange) -> None:
    held = locked(BulkChange.select().where(BulkChange.id == bulk.id)).first()
    if held is None:
        raise NotFound
    if held.state not in OPEN:
        raise Refused("already_confirmed")


def _still_chosen(bulk: BulkChange) -> None:
    """Who and what of an undo follow from what it takes back."""
    _still_open(bulk)
    if bulk.undoes_id:
        raise Refused("already_confirmed")


def _add(bulk: BulkChange, clients: Iterable[UUID]) -> None:
    rows = ({"id": new_id(), "bulk": bulk.id, "client": client, "state": "chosen"} for client in clients)
    for part in chunked(rows, _ROWS):
        filled = [BulkItem(**row).__data__ for row in part]
        BulkItem.insert_many(filled).on_conflict_ignore().execute()


def _prepare(bulk: BulkChange, now: datetime) -> None:
    """Begin the preview anew."""
    BulkItem.update(state="chosen", changes={}, notes={}).where(BulkItem.bulk == bulk).execute()
    _set_state(bulk, "preparing")
    outbox.put("bulk.work", key=f"bulk:{bulk.id}:{now:%Y%m%d%H%M%S%f}", now=now, bulk=str(bulk.id))


def _set_state(bulk: BulkChange, state: str) -> None:
    bulk.state = state
    BulkChange.update(state=state).where(BulkChange.id == bulk.id).execute()


def _problems(wanted: Wanted) -> Problems:
    found: Problems = {}
    if not wanted:
        found[""] = ("nothing_wanted", {})
    for name, way in wanted.items():
        if "percent" in way and not (-10_000 <= way["percent"] <= MOST_PERCENT and way["percent"]):
            found[name] = ("bad_percent", {})
        if "amounts" in way and not way["amounts"] and "list" not in way:
            found[name] = ("amount_missing", {})
    return found
