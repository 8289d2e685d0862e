"""The versions of a client's limits: the newest, the one of a moment, those of many clients read at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.db import Prepared, fields_of, key_of, row_of, rows_of
from portal.domain import at_hand
from portal.domain.settings.catalogue import AtLimit
from portal.domain.settings.models import LimitVersion
from portal.domain.settings.services import Service, metered_services
from portal.domain.tenants import Client

_COLUMNS = [field.column_name for field in fields_of(LimitVersion)]
_CLIENT, _SERVICE = _COLUMNS.index("client_id"), _COLUMNS.index("service")
_ALL_VERSIONS = f"SELECT {', '.join(_COLUMNS)} FROM limit_version WHERE client_id IN ?ids ORDER BY version"


def limits_in_force(client: Client) -> dict[str, LimitVersion]:
    """The newest limit version of each metered service.

    A service that joined the catalogue after the client came has none yet: it is off until somebody
    switches it on (version 0, not written down).
    """
    kept = at_hand.get("limits", client.id)
    found = _newest(client) if kept is None else at_hand.once("limits_now", client.id, lambda: _newest(client, kept))
    return {service.key: found.get(service.key) or _off(client, service) for service in metered_services()} | found


def _newest(client: Client, kept: list[Any] | None = None) -> dict[str, LimitVersion]:
    """By service, of the rows at hand, which end with the newest, or from the database."""
    rows = _in_force(client.id.hex) if kept is None else {row[_SERVICE]: row for row in kept}.values()
    return {row[_SERVICE]: row_of(LimitVersion, row) for row in rows}


def limit_at(client: Client, service: str, moment: datetime) -> LimitVersion | None:
    """The limit version that was in force just before the instant (a period's end).

    For a client that was set up only later, what was set up then; None for a service it never had.
    """
    versions = _versions(client, service)
    return next((row for row in versions if row.set_at < moment), versions[0] if versions else None)


def was_on(client: Client, service: str, since: datetime, until: datetime) -> bool:
    """Whether the service was switched on at any moment from `since` to before `until`."""
    versions = _versions(client, service)
    at_first = next((row for row in versions if row.set_at <= since), None)
    later = any(row.enabled for row in versions if since < row.set_at < until)
    return bool(at_first and at_first.enabled) or later


def keep_limits(clients: Iterable[Client]) -> None:
    """Read all limit versions of these clients at once, to be at hand (see `at_hand`)."""
    ids = {key_of(client.id): client.id for client in clients}
    found: dict[str, list[Any]] = {key: [] for key in ids}
    for part in at_hand.in_parts(found):
        for row in rows_of(_ALL_VERSIONS, part):
            found[key_of(row[_CLIENT])].append(row)
    for key, rows in found.items():
        at_hand.put("limits", ids[key], rows)
        at_hand.put("limits_now", ids[key], None)  # what an outer one has made of the rows before


def _versions(client: Client, service: str) -> list[LimitVersion]:
    """All versions of one service, the newest first."""
    kept = at_hand.get("limits", client.id)
    if kept is not None:
        return [row_of(LimitVersion, row) for row in reversed(kept) if row[_SERVICE] == service]
    return [row_of(LimitVersion, row) for row in _versions_of(client.id.hex, service)]


def _off(client: Client, service: Service) -> LimitVersion:
    return LimitVersion(
        client=client,
        service=service.key,
        version=0,
        limit_version=0,
        enabled=False,
        limit=0,
        at_limit=AtLimit.BILL.value,
    )


_in_force = Prepared(
    lambda client: LimitVersion.select(*fields_of(LimitVersion)).where(
        (LimitVersion.client == client) & LimitVersion.in_force
    )
)
_versions_of = Prepared(
    lambda client, service: (
        LimitVersion.select(*fields_of(LimitVersion))
        .where((LimitVersion.client == client) & (LimitVersion.service == service))
        .order_by(LimitVersion.version.desc())
    )
)
