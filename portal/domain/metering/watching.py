"""Which of many clients need a look: questions to the index of `ClientStanding`, each bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.db import key_of, rows_of
from portal.domain.metering.attention import Level
from portal.domain.settings import metered_services
from portal.domain.tenants import Agency, period_at

_OF_MEMBER = "AND s.client_id IN (SELECT client_id FROM staff_assignment WHERE membership_id = ?::uuid)"

_AMONG = """
SELECT client_id FROM client_standing WHERE client_id IN ?ids AND period = ? AND level > 0
UNION SELECT client_id FROM limit_forecast WHERE client_id IN ?ids AND period = ?
UNION SELECT client_id FROM period_counter WHERE client_id IN ?ids AND service IN ?texts AND current > 0
"""


def watched_among(agency: Agency, clients: Sequence[UUID], *, now: datetime) -> list[UUID]:
    """Those of a few clients that may need a look, nobody left out.

    A gauge that stays where it was left sends no event: in a new period nothing says so but its counter.
    """
    keys, label = [key_of(client_id) for client_id in clients], period_at(agency, now).label
    gauges = [service.key for service in metered_services() if service.is_gauge]
    return [UUID(key_of(row[0])) for row in rows_of(_AMONG, keys, label, keys, label, keys, gauges)]


def most_urgent(agency: Agency, *, membership: UUID | None = None, now: datetime, most: int) -> list[UUID]:
    """The clients (of a manager, where given) that need a look in this period, the most urgent first."""
    condition, values = _of(agency, membership, now)
    found = rows_of(
        f"SELECT s.client_id {condition} AND s.level > 0 ORDER BY s.level DESC, s.since DESC LIMIT {most}", *values
    )
    return [UUID(key_of(row[0])) for row in found]


def count_urgent(agency: Agency, *, membership: UUID | None = None, now: datetime, most: int) -> tuple[int, int]:
    """How many clients stand near a limit, and how many beyond one; none is counted beyond `most`."""
    condition, values = _of(agency, membership, now)
    near, over = (
        f"(SELECT count(*) FROM (SELECT 1 {condition} AND {level} LIMIT {most}) AS few)"
        for level in (f"s.level = {Level.NEAR:d}", f"s.level >= {Level.OVER:d}")
    )
    [(some, others)] = rows_of(f"SELECT {near}, {over}", *values, *values)
    return int(some), int(others)


def _of(agency: Agency, membership: UUID | None, now: datetime) -> tuple[str, list[str]]:
    sql = f"FROM client_standing s WHERE s.agency_id = ?::uuid AND s.period = ? {_OF_MEMBER if membership else ''}"
    values = [key_of(agency.id), period_at(agency, now).label]
    return sql, [*values, *([key_of(membership)] if membership else [])]
