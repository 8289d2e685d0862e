"""Very many clients quickly: a few are made by the portal's own actions, the others are copies of their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from peewee import AutoField, Field, ForeignKeyField, UUIDField

from portal.db import BaseModel, database, new_id, transaction
from portal.domain.audit.models import AuditEntry
from portal.domain.metering.models import UsageEvent
from portal.domain.outbox.models import Message
from portal.domain.tenants.models import Agency, Client
from portal.schema import MODELS
from tests.factories import NOW, START, make_client, record_usage

_LEFT_OUT = (AuditEntry, Message)
_WORD = "qzx"
_PART = 500

Row = dict[str, Any]


def make_templates(agency: Agency) -> list[Client]:
    """Every second is over a limit, so that the first page of those who are is full with a hundred clients too."""
    found = []
    for n, used in enumerate((1, 14, 3, 30, 0, 12, 8, 11)):
        card = "agency_card" if n % 4 == 0 else "client_card"
        client = make_client(agency, f"Padaria {_WORD}{n}", email=f"{_WORD}{n}@client.example", payment_option=card)
        if used:
            record_usage(client, "litmus_test", used, at=NOW)
            record_usage(client, "shutterstock", 2, at=START.replace(month=6))
            record_usage(client, "email_sync", 1, at=NOW)
        found.append(client)
    return found


def fill(agency: Agency, count: int) -> None:
    """Bring the agency to so many clients."""
    templates = [_Template(client, f"{_WORD}{n}") for n, client in enumerate(make_templates(agency))]
    for start in range(len(templates), count, _PART):
        with transaction():
            rows: dict[type[BaseModel], list[Row]] = {}
            for n in range(start, min(start + _PART, count)):
                for model, row in templates[n % len(templates)].copied(n):
                    rows.setdefault(model, []).append(row)
            for model, copies in rows.items():
                _insert(model, copies)


class _Template:
    """A client with every row that hangs on it, as they lie in the tables."""

    def __init__(self, client: Client, word: str) -> None:
        self.word = word
        self.owned: set[UUID] = {client.id}
        self.rows: list[tuple[type[BaseModel], Row]] = []
        for model in MODELS:
            if model not in _LEFT_OUT and model is not Agency:
                self._collect(model)

    def _collect(self, model: type[BaseModel]) -> None:
        """Rows that name something owned; what they are is owned as well."""
        names = [field for field in model._meta.sorted_fields if isinstance(field, (ForeignKeyField, UUIDField))]
        if not names:
            return
        wanted = names[0].in_(self.owned)
        for field in names[1:]:
            wanted |= field.in_(self.owned)
        for row in model.select().where(wanted).dicts():
            self.rows.append((model, row))
            if isinstance(key := row.get("id"), UUID):
                self.owned.add(key)

    def copied(self, n: int) -> Iterator[tuple[type[BaseModel], Row]]:
        """The rows of another client: other ids, and another word in every text."""
        ids = {key: new_id() for key in self.owned}
        word = _spelled(n)
        for model, row in self.rows:
            copy = {name: self._changed(value, ids, word) for name, value in row.items()}
            if isinstance(model._meta.primary_key, AutoField) or isinstance(copy.get("id"), int):
                copy["id"] = (row["id"] & ~0xFFFFFFFF) + 1000 + n  # ids of one agency lie in one range
            if model is UsageEvent:
                copy["event_id"] = f"{copy['event_id']}-{n}"
            yield model, copy

    def _changed(self, value: Any, ids: dict[UUID, UUID], word: str) -> Any:
        if isinstance(value, UUID):
            return ids.get(value, value)
        if isinstance(value, str):
            return value.replace(self.word, word).replace(self.word.capitalize(), word.capitalize())
        return value


def _spelled(n: int) -> str:
    """A word of its own for each number, so that a search for it finds one."""
    letters, rest = "", n * 7_368_787 % 26**6
    for _ in range(6):
        rest, letter = divmod(rest, 26)
        letters += chr(97 + letter)
    return letters


def _insert(model: type[BaseModel], rows: list[Row]) -> None:
    fields: list[Field] = [model._meta.fields[name] for name in rows[0]]
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    places = ", ".join([database.param] * len(fields))
    values = [[field.db_value(row[field.name]) for field in fields] for row in rows]
    sql = f'INSERT INTO "{model._meta.table_name}" ({columns}) VALUES ({places})'
    database.cursor().executemany(sql, values)
