"""Who reaches for what is not his changes nothing, and his own house reads of it (AZ-06, LG-01)."""

from __future__ import annotations

import pytest

from portal.domain.audit import AuditEntry
from tests.access.asking import Answer
from tests.access.bodies import json_of
from tests.access.cells import NO, ROLES
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM, Principal
from tests.access.tables import Line, Route
from tests.access.world import WORDS

HOUSE_OF_B = {"B", "B1"}


@pytest.mark.parametrize("foreign", ["A2", "B1"])
def test_whoever_reaches_for_a_foreign_object_is_written_down_in_his_own_house(stage, foreign):
    agency = stage.world.houses["A"].agency.id
    asked = 0
    for route, line in _with_objects(stage):
        who, host = _who(stage, line, foreign)
        if who is None:
            continue
        asked += 1
        answer = _ask(stage, route, who, host, foreign)
        rows = list(AuditEntry.select().where(AuditEntry.action == "access.denied"))
        changed = stage.snapshot.changed().keys() - {"audit_entry", "credential"}
        stage.snapshot.back()
        where = f"{route.method} {route.path} by {who.name}"
        assert answer.status == 404 and not changed, f"{where}: {answer.status}, {changed}"
        assert [(row.agency_id, row.subject) for row in rows] == [(agency, f"{route.method} {route.endpoint}")], where
        told = f"{rows[0].__data__}".lower()
        assert rows[0].details == {"why": "absent"} and not any(WORDS[name] in told for name in HOUSE_OF_B), where
    assert asked > {"A2": 40, "B1": 75}[foreign]


def test_whoever_has_not_the_right_is_written_down_too_and_looking_never(stage):
    asked = 0
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        who, host = _too_small(stage, line)
        if who is None:
            continue
        answer = _ask(stage, route, who, host, "A1")
        rows = [row.details["why"] for row in AuditEntry.select().where(AuditEntry.action == "access.denied")]
        stage.snapshot.back()
        asked += route.is_unsafe
        assert answer.status == 403 and rows == ["right"] * route.is_unsafe, f"{route.method} {route.path}: {rows}"
    assert asked > 80


def _with_objects(stage: Stage) -> list[tuple[Route, Line]]:
    found = [(route, stage.lines[route.method, route.path]) for route in stage.known() if route.is_unsafe]
    return [(route, line) for route, line in found if line.table != "doors" and route.parts]


def _who(stage: Stage, line: Line, foreign: str) -> tuple[Principal | None, str]:
    """Somebody of house A who may do it with what is his own; nobody where that is his as well."""
    if line.table == "office":
        return stage.person("A1.full"), OFFICE
    if line.table == "machines":
        name = {"usage:write": "A.w", "usage:read": "A.ro"}.get(line.columns[0], "A.rw")
        return stage.person(name) if foreign == "B1" else None, PLATFORM
    roles = [role for role, code in zip(ROLES, line.columns, strict=True) if code not in (NO, "404")]
    if foreign == "A2":
        return stage.person("A.staff") if "manager" in roles else None, PLATFORM
    return stage.person("A.owner"), PLATFORM


def _too_small(stage: Stage, line: Line) -> tuple[Principal | None, str]:
    """Somebody in his own house whose right is too small for it."""
    if line.table == "machines":
        return stage.person("A.ro" if line.columns[0] != "usage:read" else "A.w"), PLATFORM
    if line.table == "office":
        return stage.person("A1.none") if line.columns[0] != "home" else None, OFFICE
    return stage.person("A.billing") if line.table == "dashboard" and line.columns[3] == NO else None, PLATFORM


def _ask(stage: Stage, route: Route, who: Principal, host: str, foreign: str) -> Answer:
    json = json_of(route)
    headers = {} if who.bearer else {"X-CSRFToken": who.tokens[host]}
    return stage.asker.ask(
        route.method,
        host,
        route.fill(stage.world.values(foreign, route.endpoint)),
        cookie="" if who.bearer else who.cookie_at(host),
        bearer=who.bearer,
        form=stage.bodies.form(route, foreign) if route.is_unsafe and json is None else None,
        json=json,
        headers=headers,
    )
