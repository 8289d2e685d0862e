"""Fields that no form has, sent along with every form: what they name stays as it was (AZ-08)."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

from peewee import BooleanField, CharField, Field, IntegerField, TextField, UUIDField

from portal import db, schema
from tests.access.asking import LOOSE, Snapshot
from tests.access.bodies import json_of
from tests.access.cells import NO, ROLES
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM
from tests.access.tables import Line, Route
from tests.access.trying import path_of, place, who_may

MORE: dict[str, Any] = {
    "id": str(uuid4()),
    "agency_id": str(uuid4()),
    "client_id": str(uuid4()),
    "is_operator": "1",
    "rights": "team",
    "usage_total": "0",
    "verified_at": "2026-01-01T00:00:00+00:00",
    "role": "owner",
    "price": "0",
}

_SENT = {value.replace("-", "") for value in MORE.values()}
_KEY = re.compile(r"[0-9a-f]{32}|[a-z]{3}-[0-9a-f]{12}")


def test_fields_that_no_form_has_change_nothing(stage):
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        if line.table in ("dashboard", "office") and route.is_unsafe:
            form = stage.bodies.form(route, "A1")
            plain = _after(stage, route, line, form)
            more = _after(stage, route, line, MORE | form)
            assert more == plain, f"{route.method} {route.path}"


OWN = {"POST /agency/imports/<batch_id>/lines/<number>"}
"""Forms whose own fields, named like columns, are left out of what is sent otherwise."""


def test_no_column_of_any_table_can_be_written_by_naming_it_in_a_form(stage):
    columns = {field.column_name: field for model in schema.MODELS for field in model._meta.sorted_fields}
    names = {name: field for field in columns.values() for name in (field.name, field.column_name)}
    assert len(names) > 250
    for route in stage.known():
        line, what = stage.lines[route.method, route.path], f"{route.method} {route.path}"
        if not route.is_unsafe or json_of(route) is not None:
            continue
        host = place(line)
        who, form = who_may(stage, line, host), stage.bodies.form(route, "A1")
        sent = {name: _smuggled(name, field) for name, field in names.items()} | form
        path, headers = path_of(stage, route), {"X-CSRFToken": who.tokens[host]}
        answer = stage.asker.ask(route.method, host, path, cookie=who.cookie_at(host), form=sent, headers=headers)
        assert answer.status < 500, what
        assert _arrived(stage) == set() or what in OWN, what
        stage.snapshot.back()


def test_a_machine_that_names_more_than_its_call_takes_changes_nothing(stage):
    asked = 0
    for route in stage.known():
        body = json_of(route)
        if body is None:
            continue
        for name, value in MORE.items():
            plain, who = json.loads(body), stage.person("A.w" if "usage:write" in _scope(stage, route) else "A.rw")
            target = plain["events"][0] if "events" in plain else plain
            target.update({name: value} if name not in target else {f"{name}_id": value})
            sent = json.dumps(plain).encode()
            answer = stage.asker.ask(route.method, PLATFORM, path_of(stage, route), bearer=who.bearer, json=sent)
            changed, asked = stage.snapshot.changed().keys() - LOOSE, asked + 1
            refused = answer.status == 422 or len(json.loads(answer.body).get("rejected", [])) == 1
            assert refused and not changed, f"{route.method} {route.path} with {name}: {answer.body!r}, {changed}"
            stage.snapshot.back()
    assert asked == 4 * len(MORE)


def _scope(stage: Stage, route: Route) -> str:
    return stage.lines[route.method, route.path].columns[0]


def _smuggled(name: str, field: Field) -> str:
    """What could stand in that column, and can be told wherever it turns up."""
    if isinstance(field, (CharField, TextField)):
        return f"smuggled {name}"
    if isinstance(field, UUIDField):
        return _SMUGGLED_ID
    if isinstance(field, BooleanField):
        return "yes"
    return "42424242" if isinstance(field, IntegerField) else "2031-07-31T00:00:00+00:00"


_SMUGGLED_ID = str(uuid4())
_TELLING = ("smuggled", "42424242", "2031-07-31", _SMUGGLED_ID, _SMUGGLED_ID.replace("-", ""))


def _arrived(stage: Stage) -> set[str]:
    """In which tables something of it stands now."""
    if not stage.snapshot.wrote():
        return set()
    rows = {name: str(stage.snapshot.rows(name)) for name in stage.snapshot.changed()}
    return {name for name, text in rows.items() if any(one in text for one in _TELLING)}


def _after(stage: Stage, route: Route, line: Line, form: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """How it was answered, and what then stands in the columns that a form could reach for; all is put back."""
    role = next((r for r, code in zip(ROLES, line.columns, strict=False) if code not in (NO, "404")), "owner")
    names = {"manager": "A.staff"}
    at_office = line.table == "office"
    who = stage.person("A1.full" if at_office else names.get(role, f"A.{role}"))
    host = OFFICE if at_office else PLATFORM
    path = route.fill(stage.world.values("A1", route.endpoint))
    headers = {"X-CSRFToken": who.tokens[host]}
    answer = stage.asker.ask(route.method, host, path, cookie=who.cookie_at(host), form=form, headers=headers)
    known = {one.agency.id.hex for one in stage.world.houses.values()}
    known |= {one.client.id.hex for one in stage.world.tenants.values()}
    found = _reached(stage.snapshot, known) if stage.snapshot.wrote() else {}
    stage.snapshot.back()
    return answer.status, found


def _reached(snapshot: Snapshot, known: set[str]) -> dict[str, list[tuple[Any, ...]]]:
    """By table, what stands in those columns. Keys that are drawn anew each time are left out."""
    found = {}
    for table in snapshot.tables():
        columns = [column.name for column in db.database.get_columns(table) if column.name in MORE]
        kept = [name for name in columns if name != "id"]
        if kept:
            rows = db.database.execute_sql(f'SELECT {", ".join(kept)} FROM "{table}"').fetchall()
            found[table] = sorted((tuple(_told(value, known) for value in row) for row in rows), key=repr)
        if "id" in columns:
            taken = db.database.execute_sql(f'SELECT COUNT(*) FROM "{table}" WHERE id = ?', (MORE["id"],)).fetchone()
            assert taken == (0,), f"{table} took the id that was sent"
    return found


def _told(value: Any, known: set[str]) -> Any:
    """Keys that were drawn just now are the same to us, but not the ones that were sent along."""
    drawn = isinstance(value, str) and _KEY.fullmatch(value) and value not in known
    return "drawn" if drawn and value not in _SENT else value
