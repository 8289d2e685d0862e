"""Raw rows for the hot paths, read and written, many at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

from peewee import (  # type: ignore[attr-defined]
    BigIntegerField,
    CharField,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
    __exception_wrapper__,
)

from portal.db.handle import database, is_postgres

M = TypeVar("M", bound=Model)


def fields_of(model: type[M]) -> list[Field]:
    """All columns of a table, to be selected and read back with `row_of`."""
    return list(model._meta.sorted_fields)


def columns_of(model: type[Model]) -> str:
    """The same as SQL."""
    return ", ".join(field.column_name for field in fields_of(model))


def row_of(model: type[M], values: Sequence[Any]) -> M:
    """The row whose raw `fields_of` these are."""
    row = model(__no_default__=True)
    columns = zip(_columns(model), values, strict=True)
    row.__data__ = {name: read(value) if read and value is not None else value for (name, read), value in columns}
    return row


@cache
def _columns(model: type[Model]) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """Each column with what makes of its raw value what peewee would; None where it is that already."""
    return [(field.name, _reader(field)) for field in model._meta.sorted_fields]


def _reader(field: Field) -> Callable[[Any], Any] | None:
    if isinstance(field, ForeignKeyField):
        return _reader(field.rel_field)
    read: Callable[[Any], Any] = field.python_value
    return None if type(field) in (CharField, TextField, IntegerField, BigIntegerField) else read


def rows_of(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Raw rows for the hot paths. `?` stands for a value, with PostgreSQL's type where it can't guess it
    (`?::uuid`); `IN ?ids` and `IN ?texts` for a list; JSON is made as PostgreSQL calls it. Ids come as the
    database keeps them: see `key_of`.
    """
    return _execute(sql, values).fetchall()


def change(sql: str, *values: Any) -> int:
    """A statement that writes, in the words of `rows_of`: how many rows it met."""
    return int(_execute(sql, values).rowcount)


def _execute(sql: str, values: tuple[Any, ...]) -> Any:
    if not is_postgres():
        values = tuple(json.dumps(value) if isinstance(value, list) else value for value in values)
    return database.execute_sql(_spoken(sql, postgres=is_postgres()), values)


@lru_cache(maxsize=100)
def _spoken(sql: str, *, postgres: bool) -> str:
    """The statement in the words of the database."""
    if postgres:
        lists = sql.replace("IN ?ids", "= ANY(?::uuid[])").replace("IN ?texts", "= ANY(?::text[])")
        return lists.replace("?", "%s")
    lists = re.sub(r"IN \?(ids|texts)", "IN (SELECT value FROM json_each(?))", sql)
    made = lists.replace("json_build_array(", "json_array(").replace("json_agg(", "json_group_array(")
    return re.sub(r"::\w+", "", made)


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
