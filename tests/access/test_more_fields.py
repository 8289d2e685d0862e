"""Fields that no form has, sent along with every form: what they name stays as it was (AZ-08)."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from portal import db
from tests.access.asking import Snapshot
from tests.access.cells import NO, ROLES
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM
from tests.access.tables import Line, Route

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
