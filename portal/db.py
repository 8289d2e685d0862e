"""The database handle, the base of all tables, and the one way to write: `transaction()`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
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
    __exception_wrapper__,  # type: ignore[attr-defined]
)
from playhouse.db_url import parse as parse_url
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase
from uuid_utils import uuid7 as fast_uuid7
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


def rows_of(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Raw rows for the hot paths. `?` stands for a value, with PostgreSQL's type where it can't guess it
    (`?::uuid`); `IN ?ids` and `IN ?texts` for a list. Ids come as the database keeps them: see `key_of`.
    """
    if not is_postgres():
        values = tuple(json.dumps(value) if isinstance(value, list) else value for value in values)
    return database.execute_sql(_spoken(sql, postgres=is_postgres()), values).fetchall()


@lru_cache(maxsize=100)
def _spoken(sql: str, *, postgres: bool) -> str:
    """The statement in the words of the database."""
    if postgres:
        lists = sql.replace("IN ?ids", "= ANY(?::uuid[])").replace("IN ?texts", "= ANY(?::text[])")
        return lists.replace("?", "%s")
    return re.sub(r"::\w+", "", re.sub(r"IN \?(ids|texts)", "IN (SELECT value FROM json_each(?))", sql))


def key_of(value: Any) -> str:
    """An id as text of 32 digits, whatever the database returned."""
    return value if isinstance(value, str) else value.hex


@dataclass(frozen=True)
class Insert:
    """One INSERT for many rows at once. `columns`: each with its type on PostgreSQL; `then`: the ON CONFLICT clause."""

    table: str
    columns: dict[str, str]
    then: str = ""

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Errors are those that peewee raises."""
        if not rows:
            return
        with __exception_wrapper__:
            if is_postgres():
                columns = [list(column) for column in zip(*rows, strict=True)]
                database.cursor().execute(self._for_postgres, columns)
            else:
                database.cursor().executemany(self._for_sqlite, rows)

    @cached_property
    def _for_sqlite(self) -> str:
        return f"{self._beginning} VALUES ({', '.join('?' * len(self.columns))}) {self.then}"

    @cached_property
    def _for_postgres(self) -> str:
        lists = ", ".join(f"%s::{kind}[]" for kind in self.columns.values())
        return f"{self._beginning} SELECT * FROM unnest({lists}) {self.then}"

    @property
    def _beginning(self) -> str:
        columns = ", ".join(f'"{name}"' for name in self.columns)
        return f"INSERT INTO {self.table} ({columns})"


def new_id() -> UUID:
    """A time-ordered id that is never used again and tells a stranger nothing."""
    return uuid7()


def new_key() -> str:
    """A new id as `Insert` writes it, made faster."""
    key: str = fast_uuid7().hex
    return key


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exact (no binary float between)."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(value: int) -> datetime:
    """The instant so many microseconds after 1970 began."""
    return _EPOCH + value * _MICROSECOND


class MomentField(BigIntegerField):
    """An aware UTC instant, stored as microseconds since 1970: the same order and value on every database."""

    def db_value(self, value: datetime | None) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return microseconds(value)

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else moment_of(value)


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
