"""Questions written with peewee and compiled once: it would put the same words together anew at each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from peewee import Model, ModelSelect, Value

from portal.db.handle import database, is_postgres
from portal.db.rows import fields_of, row_of

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
        kind = is_postgres()
        sql, marks = self._compiled.get(kind) or self._compile(kind, len(values))
        return database.execute_sql(sql, [values[m.place] if type(m) is _Mark else m for m in marks]).fetchall()

    def _compile(self, kind: bool, count: int) -> tuple[str, list[Any]]:
        marks = [Value(_Mark(place), converter=False) for place in range(count)]
        found = self._compiled[kind] = self._build(*marks).sql()
        return found


class Rows(Generic[M]):
    """The question for rows of `model`, with the rows that they point to, compiled once.

    `joined`: the field names to follow, with their tables; `where` receives one parameter for each
    value (see `Prepared`).
    """

    def __init__(
        self,
        model: type[M],
        where: Callable[..., Any],
        order: Sequence[Any] = (),
        most: int | None = None,
        **joined: type[Model],
    ) -> None:
        self._model, self._where, self._order, self._most, self._joined = model, where, order, most, joined
        self._ask = Prepared(self._query)

    def __call__(self, *values: Any) -> list[M]:
        """All rows that fit."""
        return [self._row(cells) for cells in self._ask(*values)]

    def _row(self, cells: Sequence[Any]) -> M:
        end = len(self._model._meta.sorted_fields)
        row = row_of(self._model, cells[:end])
        for name, model in self._joined.items():
            start, end = end, end + len(model._meta.sorted_fields)
            setattr(row, name, row_of(model, cells[start:end]))
            row.dirty_fields.clear()
        return row

    def _query(self, *marks: Value) -> ModelSelect[M]:
        columns = [*fields_of(self._model), *chain.from_iterable(map(fields_of, self._joined.values()))]
        query = self._model.select(*columns)
        for name, model in self._joined.items():
            query = query.join_from(self._model, model, on=getattr(self._model, name) == model._meta.primary_key)
        return query.where(self._where(*marks)).order_by(*self._order).limit(self._most)


class Lookup(Generic[M]):
    """The question for one row: as `Rows`; `first`: the order, where several may fit."""

    def __init__(self, model: type[M], where: Callable[..., Any], first: Any = None, **joined: type[Model]) -> None:
        self._rows = Rows(model, where, () if first is None else (first,), 1, **joined)

    def __call__(self, *values: Any) -> M | None:
        """The first row that fits."""
        found = self._rows(*values)
        return found[0] if found else None


@dataclass(frozen=True)
class _Mark:
    """Stands for a value while the question is compiled."""

    place: int
