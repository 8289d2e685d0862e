"""One short print for everything that a client's month is computed from: as long as it is the same, so is the month."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import key_of, rows_of
from portal.domain.tenants import Agency, Client, period_at, the_operator

# Everything that `at_hand_of` reads. What is never edited is named by its id alone.
_READ = (
    "SELECT client_id, id FROM limit_version WHERE client_id IN ?ids AND in_force ORDER BY id",
    "SELECT client_id, service, period, used, current FROM period_counter WHERE client_id IN ?ids ORDER BY id",
    "SELECT owner, key, from_label, value FROM term WHERE owner IN ?ids ORDER BY id",
    "SELECT client_id, id, name, suspended_at FROM app WHERE client_id IN ?ids ORDER BY id",
    "SELECT client_id, id, name, price, first_on, ended_on FROM sold_service WHERE client_id IN ?ids ORDER BY id",
    "SELECT client_id, id FROM statement WHERE client_id IN ?ids AND audience = 'client' ORDER BY id",
    "SELECT client_id, id FROM limit_forecast WHERE client_id IN ?ids ORDER BY id",
)


def prints_of(agency: Agency, clients: Sequence[Client], *, now: datetime) -> dict[UUID, str]:
    """The print of each of these clients. It holds for a minute at most, for a pace changes with the time."""
    keys = {key_of(client.id): client for client in clients}
    owners = [key_of(the_operator().id), key_of(agency.id)]
    read: dict[str, list[Any]] = {key: [] for key in (*keys, *owners)}
    for sql in _READ:
        wanted = [*keys, *owners] if "owner" in sql else list(keys)
        for owner, *values in rows_of(sql, wanted):
            read[key_of(owner)].append(values)
    house = repr((agency.__data__, period_at(agency, now).__data__, f"{now:%Y-%m-%dT%H:%M}", [read[o] for o in owners]))
    common = hashlib.sha256(house.encode()).hexdigest()
    return {
        client.id: hashlib.sha256(f"{common}{client.__data__}{read[key]}".encode()).hexdigest()
        for key, client in keys.items()
    }
