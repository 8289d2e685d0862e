"""The database handle, the base of all tables, and the one way to write: `transaction()`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from peewee import (
    BigIntegerField,
    Database,
    DatabaseProxy,
    InterfaceError,
    Model,
    ModelSelect,
    OperationalError,
    SqliteDatabase,
    TextField,
    UUIDField,
)
from playhouse.db_url import parse as parse_url
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase
from uuid_utils.compat import uuid7

database = DatabaseProxy()

_M = TypeVar("_M", bound=Model)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
            pragmas={"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "busy_timeout": 10_000},
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


AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, MaxConnectionsExceeded)
"""What a database raises that is busy, full or gone; SQLite also for a slip in SQL, see `is_away`."""


def is_away(error: Exception) -> bool:
    """Whether trying again later may help."""
    return not re.search(r"no such|syntax error|has no column|ambiguous column", str(error))


def answers() -> bool:
    """Whether the database answers a question."""
    return bool(database.execute_sql("SELECT 1").fetchone())


def is_postgres() -> bool:
    return isinstance(database.obj, PooledPostgresqlDatabase)


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction; inside another one, a savepoint of it.

    IMMEDIATE on SQLite takes the write lock at once: a plain BEGIN that reads first and
    writes later fails under contention whatever the busy timeout. On PostgreSQL a rule
    that counts before it writes locks its parent row with `locked()`.
    """
    with database.atomic() if is_postgres() else database.atomic("IMMEDIATE"):
        yield


def locked(query: ModelSelect[_M], *, skip: bool = False) -> ModelSelect[_M]:
    """The query with row locks where the database has them; on SQLite the writer is alone already.

    `skip` leaves out the rows that somebody else holds instead of waiting for them.
    """
    return query.for_update(skip_locked=skip or None) if is_postgres() else query


def new_id() -> UUID:
    """A time-ordered id that is never used again and tells a stranger nothing."""
    return uuid7()


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exact (no binary float between)."""
    return (moment - _EPOCH) // _MICROSECOND


class MomentField(BigIntegerField):
    """An aware UTC instant, stored as microseconds since 1970: the same order and value on every database."""

    def db_value(self, value: datetime | None) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return microseconds(value)

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


class JsonField(TextField):
    """A value kept as JSON text; never searched inside."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class BaseModel(Model):
    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True


class Entity(BaseModel):
    """A row with an identity of its own that may be seen outside."""

    id = UUIDField(primary_key=True, default=new_id)
