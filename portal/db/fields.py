"""What every table is made of: ids in the order of their making, exact moments, JSON."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

from peewee import BigIntegerField, Model, Node, TextField, UUIDField
from uuid_utils import reseed_rng
from uuid_utils import uuid7 as fast_uuid7
from uuid_utils.compat import uuid7

from portal.db.handle import database, is_postgres

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

os.register_at_fork(after_in_child=reseed_rng)  # two processes that go on with the same chance draw the same ids


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

    @classmethod
    def create(cls, **values: Any) -> Self:
        """Insert a row, by a statement compiled once for each table: peewee would put it together anew each time."""
        row = cls(**values)
        if cls._meta.auto_increment or any(isinstance(value, Node) for value in row.__data__.values()):
            row.save(force_insert=True)
        else:
            row.place()
        return row

    def place(self, then: str = "") -> None:
        """Insert this row, with its own key; `then`: the ON CONFLICT clause. Errors are those of `create`."""
        values, fields = self.__data__, self._meta.sorted_fields
        if missing := [field.name for field in fields if not field.null and field.name not in values]:
            raise ValueError(f"Missing value for {', '.join(missing)}.")
        sql = _insertion(type(self), then, "%s" if is_postgres() else "?")
        self._meta.database.execute_sql(sql, [field.db_value(values.get(field.name)) for field in fields])
        self.dirty_fields.clear()


class Entity(BaseModel):
    """A row with an identity of its own that may be seen outside."""

    id = UUIDField(primary_key=True, default=new_id)


@lru_cache(maxsize=200)
def _insertion(model: type[Model], then: str, mark: str) -> str:
    fields = model._meta.sorted_fields
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    marks = ", ".join([mark] * len(fields))
    return f'INSERT INTO "{model._meta.table_name}" ({columns}) VALUES ({marks}) {then}'
