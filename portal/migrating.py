"""Bring the database to the present schema."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huey.contrib.sql_huey import SqlHuey
from playhouse.migrations import Runner

from portal.db import database, is_postgres

FOLDER = Path(__file__).with_name("migrations")
_LOCK = 7_241_956


def migrate() -> list[str]:
    """Apply what is pending; the names of what was applied. Several processes may ask at once.

    The queue brings tables of its own, which it creates itself.
    """
    with _alone():
        applied = list(runner().up())
        SqlHuey("portal", database=database.obj)
    return applied


def pending() -> list[str]:
    """Migrations that the database has not seen."""
    return [step.name for step in runner().status() if step.applied is None]


def has_begun() -> bool:
    """Whether the database has ever been migrated."""
    return bool(database.table_exists("schema_migration"))


def runner() -> Runner:
    return Runner(database.obj, directory=str(FOLDER))


@contextmanager
def _alone() -> Iterator[None]:
    """The runner takes no lock of its own: on PostgreSQL an advisory one, on SQLite a file beside the database's.

    Never that file itself: closing it would end the locks that SQLite holds on it.
    """
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (_LOCK,))
        return
    with Path(f"{database.database}.migrating").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
