from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.db import Rows, columns_of, key_of, row_of, rows_of
from portal.domain import at_hand
from portal.domain.requests.calculations import due_days, next_due
from portal.domain.requests.models import SoldService
from portal.domain.tenants import Client

_SOLD = f"SELECT {columns_of(SoldService)} FROM sold_service WHERE client_id IN ?ids ORDER BY first_on, id"


@dataclass(frozen=True)
class Due:
    """A sold service on the day it falls due, and the day of its next renewal."""

    sold: SoldService
    on: date
    next_on: date | None


def sold_to(client: Client) -> list[SoldService]:
    kept: list[SoldService] | None = at_hand.get("sold", client.id)
    if kept is not None:
        return kept
    return _sold(client.id.hex)


def keep_sold(clients: Iterable[Client]) -> None:
    """Read what was sold to these clients at once, to be at hand (see `at_hand`)."""
    found: dict[UUID, list[SoldService]] = {client.id: [] for client in clients}
    for part in at_hand.in_parts(map(key_of, found)):
        for sold in (row_of(SoldService, row) for row in rows_of(_SOLD, part)):
            found[sold.client_id].append(sold)
    for client_id, rows in found.items():
        at_hand.put("sold", client_id, rows)


def due_in(client: Client, first: date, last: date) -> list[Due]:
    """What falls due between the two days, both included, in order."""
    found = [
        Due(row, day, next_due(row.first_on, row.every_months, row.ended_on, day))
        for row in sold_to(client)
        for day in due_days(row.first_on, row.every_months, row.ended_on, first, last)
    ]
    return sorted(found, key=lambda due: (due.on, due.sold.id))


def next_renewal(clients: Iterable[Client], today: date) -> Due | None:
    """The renewal that comes next among these clients."""
    return next(iter(renewals(clients, today)), None)


def renewals(clients: Iterable[Client], today: date) -> list[Due]:
    """The next renewal of everything that was sold to these clients, the soonest first."""
    coming = []
    for client in clients:
        for row in sold_to(client):
            day = next_due(row.first_on, row.every_months, row.ended_on, today)
            if day:
                row.client = client
                coming.append(Due(row, day, None))
    return sorted(coming, key=lambda due: (due.on, due.sold.id))


def sold_by_id(sold_id: UUID) -> SoldService | None:
    """What was sold, its client loaded."""
    return SoldService.select(SoldService, Client).join(Client).where(SoldService.id == sold_id).first()


_sold = Rows(SoldService, lambda client: SoldService.client == client, (SoldService.first_on, SoldService.id))
