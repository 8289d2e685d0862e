"""The same rows into the same tables without the portal: the fastest there is, and the plainest."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path

import psycopg

from bench.rounds import Round
from bench.stage import Stage
from portal.db import database, new_id
from portal.domain.metering.models import DayFact, PeriodCounter, UsageEvent

SIZE = 1000
_MOMENT = 1_781_517_600_000_000
_EVENT = "id agency_id event_id body_hash client_id service quantity corrects at received_at period".split()
_COUNTER = "id client_id service period used carried peak current".split()
_DAY = "id client_id service day used left left_at".split()
_SUM = "ON CONFLICT (client_id, service, period) DO UPDATE SET used = period_counter.used + excluded.used"
_DAY_SUM = "ON CONFLICT (client_id, service, day) DO UPDATE SET used = day_fact.used + excluded.used"
_MOST = 60
"""Batches made ready before the clock starts: more than a second takes."""

Batch = tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]
_names = itertools.count()


def batches(agency: str, clients: list[str], count: int) -> list[Batch]:
    """Events, and the sums of them as the portal writes them."""
    numbers = itertools.count()
    return [_batch(agency, clients, numbers) for _ in range(count)]


def _batch(agency: str, clients: list[str], numbers: Iterator[int]) -> Batch:
    events, used = [], Counter[str]()
    for _ in range(SIZE):
        name, client = f"raw-{next(_names)}", clients[next(numbers) * 7919 % len(clients)]
        body_hash = sha256(name.encode()).hexdigest()
        row = (new_id().hex, agency, name, body_hash, client, "push_notification", 1, None, _MOMENT, _MOMENT, "2026-06")
        events.append(row)
        used[client] += 1
    ordered, service = sorted(used.items()), "push_notification"
    counters = [(new_id().hex, client, service, "2026-06", n, 0, 0, n) for client, n in ordered]
    days = [(new_id().hex, client, service, date(2026, 6, 15).isoformat(), n, 0, None) for client, n in ordered]
    return events, counters, days


def _insert(table: str, columns: list[str], place: str, then: str = "") -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join([place] * len(columns))}) {then}"


class Raw:
    """`executemany` into a copy of the database, a thousand events and their sums in one durable transaction."""

    def __init__(self, name: str, stage: Stage, clients: int) -> None:
        self.name = name
        self.file, self.agency, self.clients = copy_of(stage, name, clients)

    def run(self) -> Round:
        made, n = batches(self.agency, self.clients, _MOST), 0
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = 1"):
                connection.execute(f"PRAGMA {pragma}")
            began = time.perf_counter()
            while time.perf_counter() - began < 1 and n < len(made):
                events, counters, days = made[n]
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_insert("usage_event", _EVENT, "?"), events)
                connection.executemany(_insert("period_counter", _COUNTER, "?", _SUM), counters)
                connection.executemany(_insert("day_fact", _DAY, "?", _DAY_SUM), days)
                connection.execute("COMMIT")
                n += 1
            return {self.name: n * SIZE / (time.perf_counter() - began)}


class RowByRow:
    """peewee as one would first write it: each event looked up, created and added, and committed."""

    name = "peewee"

    def __init__(self, stage: Stage, clients: int) -> None:
        self.stage = stage
        self.file, self.agency, self.clients = copy_of(stage, self.name, clients)

    def run(self) -> Round:
        from portal import db  # noqa: PLC0415 (bound anew for each slice)

        [(events, _, _)] = batches(self.agency, self.clients, 1)
        db.connect(f"sqlite:///{self.file}")
        database.connect(reuse_if_open=True)
        began, n = time.perf_counter(), 0
        for event in events:
            if time.perf_counter() - began >= 1:
                break
            _create(dict(zip(_EVENT, event, strict=True)))
            n += 1
        took = time.perf_counter() - began
        database.close()
        return {self.name: n / took}


def _create(event: dict[str, object]) -> None:
    with database.atomic():
        if UsageEvent.get_or_none(
            (UsageEvent.agency == event["agency_id"]) & (UsageEvent.event_id == event["event_id"])
        ):
            return
        UsageEvent.create(**event)
        where = {"client": event["client_id"], "service": event["service"]}
        counter, _ = PeriodCounter.get_or_create(**where, period=event["period"])
        PeriodCounter.update(used=PeriodCounter.used + 1).where(PeriodCounter.id == counter.id).execute()
        day, _ = DayFact.get_or_create(**where, day=date(2026, 6, 15), defaults={"used": 0})
        DayFact.update(used=DayFact.used + 1).where(DayFact.id == day.id).execute()


class Copy:
    """PostgreSQL's COPY into the same tables, where they must be unique too; the sums by `executemany`."""

    name = "copy"

    def __init__(self, stage: Stage, clients: int) -> None:
        self.stage = stage
        ids = _ids_of(stage, clients)
        self.agency, self.clients = stage.agency.id.hex, ids

    def run(self) -> Round:
        made, n = batches(self.agency, self.clients, _MOST), 0
        names = ", ".join(_EVENT)
        with psycopg.connect(self.stage.installation.database_url) as connection:
            cursor = connection.cursor()
            began = time.perf_counter()
            while time.perf_counter() - began < 1 and n < len(made):
                events, counters, days = made[n]
                with cursor.copy(f"COPY usage_event ({names}) FROM STDIN") as copy:
                    for event in events:
                        copy.write_row(event)
                cursor.executemany(_insert("period_counter", _COUNTER, "%s", _SUM), counters)
                cursor.executemany(_insert("day_fact", _DAY, "%s", _DAY_SUM), days)
                connection.commit()
                n += 1
            return {self.name: n * SIZE / (time.perf_counter() - began)}


def copy_of(stage: Stage, name: str, clients: int) -> tuple[Path, str, list[str]]:
    """A database file of its own with the same content; the agency, and so many of its clients."""
    ids, target = _ids_of(stage, clients), stage.folder / f"{name}.db"
    with closing(sqlite3.connect(stage.folder / "portal.db")) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target, stage.agency.id.hex, ids


def _ids_of(stage: Stage, clients: int) -> list[str]:
    with stage.bound():
        rows = database.execute_sql("SELECT id FROM client ORDER BY id").fetchall()
    ids = [value if isinstance(value, str) else value.hex for (value,) in rows]
    return ids[:: max(1, len(ids) // clients)][:clients]
