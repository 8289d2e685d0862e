from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from peewee import fn

from portal.domain.errors import NotFound
from portal.domain.settings.package_models import ClientImport, ImportLine
from portal.domain.tenants import Agency


def imports_of(agency: Agency, most: int = 20) -> list[ClientImport]:
    """The agency's latest imports, newest first."""
    rows = ClientImport.select().where(ClientImport.agency == agency)
    return list(rows.order_by(ClientImport.created_at.desc(), ClientImport.id.desc()).limit(most))


def import_of(agency: Agency, batch_id: UUID) -> ClientImport:
    """Raises NotFound for an unknown import and another agency's alike."""
    found = ClientImport.get_or_none((ClientImport.agency == agency) & (ClientImport.id == batch_id))
    if found is None:
        raise NotFound
    found.agency = agency
    return found


def line_of(batch: ClientImport, number: int) -> ImportLine:
    """Raises NotFound."""
    found = ImportLine.get_or_none((ImportLine.batch == batch) & (ImportLine.number == number))
    if found is None:
        raise NotFound
    return found


def lines_of_import(
    batch: ClientImport, states: Collection[str], *, after: int = 0, most: int | None = 50
) -> list[ImportLine]:
    """Lines in one of these states from a number on, in the order of the file."""
    rows = ImportLine.select().where((ImportLine.batch == batch) & ImportLine.state.in_(list(states)))
    return list(rows.where(ImportLine.number > after).order_by(ImportLine.number).limit(most))


def line_counts(batches: Collection[ClientImport]) -> dict[UUID, dict[str, int]]:
    """By import, how many of its lines are in which state."""
    found: dict[UUID, dict[str, int]] = {batch.id: {} for batch in batches}
    rows = ImportLine.select(ImportLine.batch, ImportLine.state, fn.COUNT(ImportLine.id).alias("n"))
    rows = rows.where(ImportLine.batch.in_(list(found))).group_by(ImportLine.batch, ImportLine.state)
    for batch_id, state, n in rows.tuples().execute():
        found[batch_id][state] = n
    return found


def waiting_lines(batch: ClientImport):  # type: ignore[no-untyped-def]  # a peewee query
    """The lines whose client is still to be created."""
    return (
        ImportLine.select()
        .where((ImportLine.batch == batch) & (ImportLine.state == "good"))
        .order_by(ImportLine.number)
    )
