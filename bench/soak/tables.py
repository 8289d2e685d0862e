"""The tables read plainly, past the portal's own code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from bench.soak.expected import Counter, Day
from bench.soak.world import World

Ask = Any
"""`ask(sql)`: all rows."""


@contextmanager
def asking(url: str) -> Iterator[Ask]:
    """A connection of its own to the installation's database."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            yield lambda sql: connection.execute(sql).fetchall()
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            yield lambda sql: connection.execute(sql).fetchall()


def counters(ask: Ask, world: World) -> dict[tuple[int, str, str], Counter]:
    places = _places(world)
    rows = ask("SELECT client_id, service, period, used, carried, peak, current, current_at FROM period_counter")
    return {(places[_hex(client)], service, period): Counter(*rest) for client, service, period, *rest in rows}


def days(ask: Ask, world: World) -> dict[tuple[int, str, str], Day]:
    places = _places(world)
    rows = ask('SELECT client_id, service, day, used, "left", left_at FROM day_fact')
    return {(places[_hex(client)], service, str(day)): Day(*rest) for client, service, day, *rest in rows}


def alerts(ask: Ask, world: World) -> list[tuple[str, tuple[int, str, int], int, int]]:
    """(id, what it speaks of, when it was raised, version of the limit) of each."""
    places = _places(world)
    rows = ask("SELECT id, client_id, service, threshold, raised_at, limit_version FROM alert")
    return [
        (_hex(alert), (places[_hex(client)], service, threshold), raised_at, version)
        for alert, client, service, threshold, raised_at, version in rows
    ]


def messages(ask: Ask, topic: str) -> list[str]:
    """The keys of all messages of a topic."""
    assert topic.replace(".", "").isalpha()
    return [key for (key,) in ask(f"SELECT key FROM outbox_message WHERE topic = '{topic}'")]


def letters(ask: Ask) -> list[str]:
    """The keys of all letters, wherever they were sorted to."""
    return [key for (key,) in ask("SELECT key FROM outbox_message WHERE topic LIKE 'mail.%'")]


def notices(ask: Ask) -> list[tuple[str, str, bool]]:
    """(address, source, whether a letter was written at once) for each thing that somebody of the staff was told."""
    rows = ask(
        "SELECT p.email, n.source, n.at_once FROM limit_notice n JOIN person p ON p.id = n.person_id ORDER BY p.email"
    )
    return [(email, source.replace("-", ""), bool(at_once)) for email, source, at_once in rows]


def one(ask: Ask, sql: str) -> int:
    return int(ask(sql)[0][0] or 0)


def _places(world: World) -> dict[str, int]:
    return {client_id: place for place, client_id in enumerate(world.client_ids)}


def _hex(value: Any) -> str:
    return value if isinstance(value, str) else value.hex
