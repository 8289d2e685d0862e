"""What every table is made of: ids in the order of their making, exact moments, JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from peewee import BigIntegerField, Model, TextField, UUIDField
from uuid_utils import uuid7 as fast_uuid7
from uuid_utils.compat import uuid7

from portal.db.handle import database

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
