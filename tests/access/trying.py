"""Who may try a route, where, and on which path: what the tests of tricks have in common."""

from __future__ import annotations

from tests.access.bodies import json_of
from tests.access.cells import NO, ROLES
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM, Principal
from tests.access.tables import Line, Route


def forgeable(stage: Stage) -> list[tuple[Route, Principal, str, str]]:
    """Every route that a browser could be made to send, with somebody who may, where he is, and a path of his own."""
    found = []
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        if route.is_unsafe and json_of(route) is None and "cookieless" not in line.flags:
            host = place(line)
            found.append((route, who_may(stage, line, host), host, path_of(stage, route)))
    return found


def who_may(stage: Stage, line: Line, host: str) -> Principal:
    """Somebody with just the right that the route asks for."""
    if line.table == "dashboard":
        role = next((r for r, code in zip(ROLES, line.columns, strict=True) if code not in (NO, "404")), "owner")
        return stage.person({"manager": "A.staff"}.get(role, f"A.{role}"))
    return stage.person("A.owner" if host == PLATFORM else "A1.full")


def place(line: Line) -> str:
    """A host on which the route exists."""
    agency_alone = line.table == "office" or (line.table == "doors" and line.columns[0] == "agency")
    return OFFICE if agency_alone else PLATFORM


def path_of(stage: Stage, route: Route) -> str:
    return route.fill(stage.world.values("A1", route.endpoint))
