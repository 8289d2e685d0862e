from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from peewee import fn

from portal.domain.errors import NotFound
from portal.domain.settings.bulk_values import Wanted
from portal.domain.settings.package_models import BulkChange, BulkItem, PackageUse
from portal.domain.tenants import Agency
from portal.domain.tenants.models import Client


@dataclass(frozen=True)
class ItemsPage:
    """Some clients of a bulk change by name; `previous` and `following` are those at its edges where there are more."""

    items: list[BulkItem]
    previous: UUID | None
    following: UUID | None


def bulk_of(agency: Agency, bulk_id: UUID) -> BulkChange:
    """Raises NotFound for an unknown change and another agency's alike."""
    found = BulkChange.get_or_none((BulkChange.agency == agency) & (BulkChange.id == bulk_id))
    if found is None:
        raise NotFound
    found.agency = agency
    return found


def bulks_of(agency: Agency, most: int = 50) -> list[BulkChange]:
    """The agency's latest bulk changes, newest first."""
    rows = BulkChange.select().where(BulkChange.agency == agency)
    return list(rows.order_by(BulkChange.created_at.desc(), BulkChange.id.desc()).limit(most))


def wanted_of(bulks: Collection[BulkChange]) -> dict[UUID, Wanted]:
    """By bulk change what it asks for; of one that takes another back, what that had asked for."""
    others = [bulk.undoes_id for bulk in bulks if bulk.undoes_id]
    undone = {row.id: row.wanted for row in BulkChange.select().where(BulkChange.id.in_(others))} if others else {}
    return {bulk.id: undone.get(bulk.undoes_id, {}) if bulk.undoes_id else bulk.wanted for bulk in bulks}


def undone_by(bulk: BulkChange) -> BulkChange | None:
    """The change that takes this one back."""
    return BulkChange.get_or_none(BulkChange.undoes == bulk)


def counts_of(bulks: Collection[BulkChange]) -> dict[UUID, dict[str, int]]:
    """By bulk change, how many of its clients are in which state."""
    found: dict[UUID, dict[str, int]] = {bulk.id: {} for bulk in bulks}
    rows = (
        BulkItem.select(BulkItem.bulk, BulkItem.state, fn.COUNT(BulkItem.id).alias("n"))
        .where(BulkItem.bulk.in_(list(found)))
        .group_by(BulkItem.bulk, BulkItem.state)
    )
    for bulk_id, state, n in rows.tuples().execute():
        found[bulk_id][state] = n
    return found


def page_of_items(
    bulk: BulkChange,
    states: Collection[str],
    *,
    after: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> ItemsPage:
    """Clients of a bulk change in one of these states, by name, from one edge (a client's id) on."""
    query = BulkItem.select(BulkItem, Client).join(Client)
    query = query.where((BulkItem.bulk == bulk) & BulkItem.state.in_(list(states)))
    edge = Client.get_or_none((Client.agency == bulk.agency_id) & (Client.id == (after or before)))
    backwards = edge is not None and after is None
    if edge is not None:
        same = Client.sort_name == edge.sort_name
        later = (Client.sort_name > edge.sort_name) | (same & (Client.id > edge.id))
        earlier = (Client.sort_name < edge.sort_name) | (same & (Client.id < edge.id))
        query = query.where(earlier if backwards else later)
    order = (Client.sort_name.desc(), Client.id.desc()) if backwards else (Client.sort_name, Client.id)
    rows = list(query.order_by(*order).limit(most + 1))
    more, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    previous = rows and (more if backwards else edge is not None)
    following = rows and (more or backwards)
    return ItemsPage(rows, rows[0].client_id if previous else None, rows[-1].client_id if following else None)


def chosen_among(bulk: BulkChange, clients: Collection[UUID]) -> set[UUID]:
    """Which of these clients are chosen."""
    rows = BulkItem.select(BulkItem.client).where((BulkItem.bulk == bulk) & BulkItem.client.in_(list(clients)))
    return {row.client_id for row in rows}


def currencies_of_bulk(bulk: BulkChange) -> list[str]:
    """The currencies of the clients chosen."""
    rows = Client.select(Client.currency).join(BulkItem, on=(BulkItem.client == Client.id))
    return sorted({row.currency for row in rows.where(BulkItem.bulk == bulk).distinct()})


def clients_by_currency(agency: Agency) -> dict[str, set[UUID]]:
    """The agency's clients by their currency."""
    found: dict[str, set[UUID]] = {}
    for row in Client.select(Client.id, Client.currency).where(Client.agency == agency):
        found.setdefault(row.currency, set()).add(row.id)
    return found


def clients_of_package(package_id: UUID) -> set[UUID]:
    """The clients that were made from a package."""
    return {row.client_id for row in PackageUse.select().where(PackageUse.package == package_id)}
