"""The hot path's SQL: what a batch reads and writes, in a few statements whatever its size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.db import Insert, database, is_postgres, key_of, rows_of

Key = tuple[str, str, str]
"""A client's id (see `db.key_of`), a service, a period's label."""

EVENTS = Insert(
    "usage_event",
    {
        "id": "uuid",
        "agency_id": "uuid",
        "event_id": "text",
        "body_hash": "text",
        "client_id": "uuid",
        "service": "text",
        "quantity": "bigint",
        "corrects": "text",
        "at": "bigint",
        "received_at": "bigint",
        "period": "text",
    },
)
_COUNTER = {
    "id": "uuid",
    "client_id": "uuid",
    "service": "text",
    "period": "text",
    "used": "bigint",
    "carried": "bigint",
    "peak": "bigint",
    "current": "bigint",
    "current_at": "bigint",
}
_THIS_PERIOD = "ON CONFLICT (client_id, service, period) DO UPDATE SET"
ADDITIONS = Insert(
    "period_counter",
    _COUNTER,
    f"{_THIS_PERIOD} used = period_counter.used + excluded.used, current = period_counter.used + excluded.used",
)
"""Counters: what is to be added."""
LEVELS = Insert(
    "period_counter",
    _COUNTER,
    f"{_THIS_PERIOD} used = excluded.used, carried = excluded.carried, peak = excluded.peak,"
    " current = excluded.current, current_at = excluded.current_at",
)
"""Gauges: how they stand."""
_DAY = {
    "id": "uuid",
    "client_id": "uuid",
    "service": "text",
    "day": "date",
    "used": "bigint",
    "left": "bigint",
    "left_at": "bigint",
}
_THIS_DAY = "ON CONFLICT (client_id, service, day) DO UPDATE SET"
_LATER = "(day_fact.left_at IS NULL OR excluded.left_at >= day_fact.left_at)"
DAY_ADDITIONS = Insert("day_fact", _DAY, f"{_THIS_DAY} used = day_fact.used + excluded.used")
DAY_LEVELS = Insert(
    "day_fact",
    _DAY,
    f"{_THIS_DAY} used = CASE WHEN excluded.used > day_fact.used THEN excluded.used ELSE day_fact.used END,"
    f' "left" = CASE WHEN {_LATER} THEN excluded."left" ELSE day_fact."left" END,'
    f" left_at = CASE WHEN {_LATER} THEN excluded.left_at ELSE day_fact.left_at END",
)


def clients_named(agency_id: str, names: list[str], ids: list[str]) -> list[tuple[str, str, bool]]:
    """(id, slug, suspended) of the agency's clients with these slugs or ids."""
    found = rows_of(
        "SELECT id, slug, suspended_at FROM client WHERE agency_id = ? AND slug IN ?texts", agency_id, names
    )
    if ids:
        found += rows_of("SELECT id, slug, suspended_at FROM client WHERE agency_id = ? AND id IN ?ids", agency_id, ids)
    return [(key_of(id_), slug, suspended_at is not None) for id_, slug, suspended_at in found]


def events_known(agency_id: str, event_ids: list[str]) -> list[tuple[str, str, str, str, int]]:
    """(event id, body hash, client, service, quantity) of those that counted already."""
    found = rows_of(
        "SELECT event_id, body_hash, client_id, service, quantity FROM usage_event"
        " WHERE agency_id = ? AND event_id IN ?texts",
        agency_id,
        event_ids,
    )
    return [(event_id, body_hash, key_of(client), *rest) for event_id, body_hash, client, *rest in found]


def taken_back(agency_id: str, event_ids: list[str]) -> list[tuple[str, int]]:
    """(event id, quantity below zero): what earlier corrections took from these events."""
    found = rows_of(
        "SELECT corrects, sum(quantity) FROM usage_event WHERE agency_id = ? AND corrects IN ?texts GROUP BY corrects",
        agency_id,
        event_ids,
    )
    return [(event_id, int(quantity)) for event_id, quantity in found]


_METER = """
SELECT {key} l.enabled, l.allowance, l.limit_version, l.at_limit, l.ceiling, l.alert_at,
       c.used, c.carried, c.peak, c.current, c.current_at
  FROM {wanted}
  LEFT JOIN limit_version l ON l.client_id = w.client AND l.service = w.service AND l.in_force
  LEFT JOIN period_counter c ON c.client_id = w.client AND c.service = w.service AND c.period = w.period
"""
_ONE_METER = _METER.format(key="", wanted="(SELECT ? AS client, ? AS service, ? AS period) w")
_METERS = _METER.format(
    key="w.client, w.service, w.period,",
    wanted="unnest(%s::uuid[], %s::text[], %s::text[]) w(client, service, period)",
)


def meters(keys: Iterable[Key]) -> list[tuple[Key, tuple[Any, ...]]]:
    """For each key the limit in force (six values) and the period's counter (five); None where there is none.

    SQLite sits in this process and is asked key by key, PostgreSQL once for all.
    """
    if is_postgres():
        found = (
            database.execute_sql(_METERS, [list(part) for part in zip(*keys, strict=True)]).fetchall() if keys else ()
        )
        return [((key_of(client), service, period), tuple(rest)) for client, service, period, *rest in found]
    ask = database.cursor().execute
    return [(key, ask(_ONE_METER, key).fetchone()) for key in keys]


_CAP = "CASE l.at_limit WHEN 'stop' THEN l.allowance WHEN 'ceiling' THEN l.ceiling END"
_CLAIM = f"""
INSERT INTO period_counter (id, client_id, service, period, used, carried, peak, current)
SELECT ?::uuid, l.client_id, l.service, ?, ?::bigint, 0, 0, ?::bigint FROM limit_version l
 WHERE l.in_force AND l.client_id = ? AND l.service = ? AND l.enabled AND ?::bigint <= coalesce({_CAP}, ?::bigint)
ON CONFLICT (client_id, service, period) DO UPDATE
   SET used = period_counter.used + excluded.used, current = period_counter.used + excluded.used
 WHERE EXISTS (SELECT 1 FROM limit_version l
                WHERE l.in_force AND l.client_id = excluded.client_id AND l.service = excluded.service AND l.enabled
                  AND period_counter.used + excluded.used <= coalesce({_CAP}, period_counter.used + excluded.used))
RETURNING used
"""


def claim(row_id: str, key: Key, amount: int) -> bool:
    """Add to a counter if the cap in force leaves room for the whole amount: one statement asks and counts."""
    client, service, period = key
    return bool(rows_of(_CLAIM, row_id, period, amount, amount, client, service, amount, amount))


def last_id_at(key: Key, at: int) -> str:
    """The latest event of that very moment; empty where there is none."""
    found = rows_of(
        "SELECT id FROM usage_event WHERE client_id = ? AND service = ? AND period = ? AND at = ?"
        " ORDER BY id DESC LIMIT 1",
        *key,
        at,
    )
    return key_of(found[0][0]) if found else ""


def left_before(key: Key) -> int:
    """Where the periods before left a gauge."""
    client, service, period = key
    found = rows_of(
        "SELECT current FROM period_counter WHERE client_id = ? AND service = ? AND period < ?"
        " ORDER BY period DESC LIMIT 1",
        client,
        service,
        period,
    )
    return found[0][0] if found else 0


def carry_on(key: Key) -> None:
    """From this period on, let each month of a gauge begin where the one before was left: a late value changes that."""
    client, service, period = key
    found = rows_of(
        "SELECT id, period, carried, peak, current, current_at FROM period_counter"
        " WHERE client_id = ? AND service = ? AND period >= ? ORDER BY period",
        client,
        service,
        period,
    )
    moved, level = [], None
    for row_id, label, carried, peak, current, current_at in found:
        if level is not None and carried != level:
            moved.append((row_id, client, service, label, max(level, peak), level, peak, current, current_at))
        level = current
    LEVELS.write(moved)
