"""Which clients need a look: kept as one row a client, so that a list of many is a question to an index."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from portal.db import rows_of
from portal.domain.metering.models import ClientStanding
from portal.domain.metering.queries import Usage, usage_of
from portal.domain.tenants import Client, note_alert, period_at

_STANDING = "SELECT period, level FROM client_standing WHERE client_id = ?::uuid"
_OVER = "ON CONFLICT (client_id) DO UPDATE SET period = excluded.period, level = excluded.level, since = excluded.since"


class Level(IntEnum):
    """How much a client's use needs a person; the higher the more urgent."""

    NONE = 0
    NEAR = 1
    OVER = 2
    STOPPED = 3


def level_of(usage: Usage) -> Level:
    """Nothing used needs nobody; a service that is off needs nobody either."""
    if not usage.enabled or usage.used <= 0:
        return Level.NONE
    if usage.cap is not None and usage.used >= usage.cap:
        return Level.STOPPED
    if usage.is_over:
        return Level.OVER
    return Level.NEAR if usage.reached else Level.NONE


def look(client: Client, *, now: datetime) -> None:
    """Bring the client's row up to date: the most urgent of its services. Call it in the transaction of the cause.

    The row is of one period: in the next one it counts as no row, until something is used.
    """
    label = period_at(client.agency, now).label
    level = max((level_of(usage) for usage in usage_of(client, now=now)), default=Level.NONE)
    known = rows_of(_STANDING, client.id.hex)
    if known and known[0] == (label, level):
        return
    row = ClientStanding(client=client, agency=client.agency_id, period=label, level=int(level), since=now)
    row.place(_OVER)
    note_alert(client, label if level else None)
