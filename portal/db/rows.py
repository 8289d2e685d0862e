"""Raw rows for the hot paths: statements compiled once, many rows written at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, Generic, TypeVar

from peewee import Field, Model, ModelSelect, Value, __exception_wrapper__  # type: ignore[attr-defined]

from portal.db.handle import database, is_postgres

M = TypeVar("M", bound=Model)


class Prepared:
    """A question written with peewee and compiled once.

    `build` receives one parameter for each value. Values are given as the database keeps them: ids
    as 32 digits, moments as microseconds.
    """

    def __init__(self, build: Callable[..., ModelSelect[Any]]) -> None:
        self._build = build
        self._compiled: dict[bool, tuple[str, list[Any]]] = {}

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows."""
        sql, marks = self._sql(len(values))
        return database.execute_sql(sql, [values[m.place] if isinstance(m, _Mark) else m for m in marks]).fetchall()

    def _sql(self, count: int) -> tuple[str, list[Any]]:
        if is_postgres() not in self._compiled:
            marks = [Value(_Mark(place), converter=False) for place in range(count)]
            self._compiled[is_postgres()] = self._build(*marks).sql()
        return self._compiled[is_postgres()]


class Lookup(Generic[M]):
    """The question for one row of `model`, with the rows that it points to, compiled once.

    `joined`: the field names to follow, with their tables; `where` receives one parameter for each
    value (see `Prepared`); `first`: the order, where several may fit.
    """

    def __init__(self, model: type[M], where: Callable[..., Any], first: Any = None, **joined: type[Model]) -> None:
        self._model, self._where, self._first, self._joined = model, where, first, joined
        self._ask = Prepared(self._query)

    def __call__(self, *values: Any) -> M | None:
        """The first row that fits."""
        found = self._ask(*values)
        if not found:
            return None
        cells = iter(found[0])
        row = row_of(self._model, list(islice(cells, len(fields_of(self._model)))))
        for name, model in self._joined.items():
            setattr(row, name, row_of(model, list(islice(cells, len(fields_of(model))))))
            row.dirty_fields.clear()
        return row

    def _query(self, *marks: Value) -> ModelSelect[M]:
        columns = [*fields_of(self._model), *chain.from_iterable(map(fields_of, self._joined.values()))]
        query = self._model.select(*columns)
        for name, model in self._joined.items():
            query = query.join_from(self._model, model, on=getattr(self._model, name) == model._meta.primary_key)
        query = query.where(self._where(*marks))
        return (query.order_by(self._first) if self._first else query).limit(1)


def fields_of(model: type[M]) -> list[Field]:
    """All columns of a table, to be selected and read back with `row_of`."""
    return list(model._meta.sorted_fields)


def row_of(model: type[M], values: Sequence[Any]) -> M:
    """The row whose raw `fields_of` these are."""
    row = model(__no_default__=True)
    row.__data__ = {f.name: f.python_value(v) for f, v in zip(model._meta.sorted_fields, values, strict=True)}
    return row


@dataclass(frozen=True)
class _Mark:
    """Stands for a value while the question is compiled."""

    place: int


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
