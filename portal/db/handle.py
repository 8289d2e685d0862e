"""The database in use: SQLite or PostgreSQL, by its address alone."""

from __future__ import annotations

import re
from pathlib import Path

from peewee import Database, DatabaseProxy, InterfaceError, OperationalError, ProgrammingError, SqliteDatabase
from playhouse.db_url import parse as parse_url
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

database = DatabaseProxy()

PATIENCE = 10
"""Seconds that a writer waits for the others."""
_CACHE_KB = 8_000
"""What a connection to SQLite keeps at most. In a fifth of it, a page of fifty clients threw out its own beginning."""


def connect(url: str) -> Database:
    """Bind the handle to `sqlite:///file` or `postgresql://…` and return the real database.

    SQLite runs in WAL with `synchronous=FULL`: NORMAL loses acknowledged commits when the power goes.
    """
    if url.startswith("sqlite:"):
        file = url.removeprefix("sqlite:///")
        if not Path(file).exists():
            Path(file).touch(mode=0o600)  # SQLite would let every user of the machine read it
        real: Database = SqliteDatabase(
            file,
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "busy_timeout": PATIENCE * 1000,
                "cache_size": -_CACHE_KB,
            },
        )
    elif url.startswith(("postgresql:", "postgres:")):
        options = parse_url(url, unquote_user=True, unquote_password=True)
        name = options.pop("database")
        options.setdefault("options", "-c lock_timeout=10s")  # as patient as SQLite's busy timeout
        real = PooledPostgresqlDatabase(
            name, **options, max_connections=20, stale_timeout=300, timeout=10, prefer_psycopg3=True
        )
    else:
        raise ValueError("PORTAL_DATABASE_URL starts with sqlite:/// or postgresql://")
    database.initialize(real)
    return real


def disconnect() -> None:
    """Close every connection of this thread and of the pool; the next question opens one."""
    database.close()
    if isinstance(database.obj, PooledPostgresqlDatabase):
        database.obj.close_all()


AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, MaxConnectionsExceeded)
"""What a database raises that is busy, full or gone; SQLite also for a slip in SQL, see `is_away`."""

NO_TABLE: tuple[type[Exception], ...] = (OperationalError, ProgrammingError)
"""What a question raises whose table is not there; and other slips in SQL."""


def is_away(error: Exception) -> bool:
    """Whether trying again later may help."""
    return not re.search(r"no such|syntax error|has no column|ambiguous column", str(error))


def answers() -> bool:
    """Whether the database answers a question."""
    return bool(database.execute_sql("SELECT 1").fetchone())


def is_postgres() -> bool:
    return isinstance(database.obj, PooledPostgresqlDatabase)
