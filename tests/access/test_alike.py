"""What is not one's own is refused with the same work, whether it exists or not (AZ-05, without a clock)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from portal import db
from tests.access.bodies import json_of
from tests.access.cells import objects
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM, Principal
from tests.access.tables import Line, Route

NEAR = 2
"""Statements by which two refusals may differ: about a tenth of a millisecond."""


def test_a_foreign_object_takes_as_many_statements_as_one_that_never_was(stage):
    judged = 0
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        who, host = _asker(stage, line)
        if who is None or not route.parts:
            continue
        counts: dict[bool, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for one in objects(stage.world, route):
            if one.kind != "A1":
                with _counted() as statements:
                    status = _ask(stage, route, who, host, one.path)
                stage.snapshot.back()
                if status == 404:
                    below_ones_own = one.place == "A1"
                    counts[below_ones_own][len(statements)].append(f"{one.kind}: {[text[:60] for text in statements]}")
        for alike in counts.values():
            judged += sum(map(len, alike.values())) > 1
            assert max(alike) - min(alike) <= NEAR, f"{route.method} {route.path}: {dict(alike)}"
    assert judged > 90


def _asker(stage: Stage, line: Line) -> tuple[Principal | None, str]:
    """Somebody whose right is large enough, in his own house."""
    if line.table == "office":
        return stage.person("A1.full"), OFFICE
    if line.table == "dashboard":
        return stage.person("A.staff" if line.columns[2] not in ("403", "404") else "A.owner"), PLATFORM
    if line.table == "machines":
        scope = line.columns[0]
        return stage.person({"usage:write": "A.w", "usage:read": "A.ro"}.get(scope, "A.rw")), PLATFORM
    return None, PLATFORM


def _ask(stage: Stage, route: Route, who: Principal, host: str, path: str) -> int:
    json = json_of(route)
    form = stage.bodies.form(route, "A1") if route.is_unsafe and json is None else None
    headers = {} if who.bearer else {"X-CSRFToken": who.tokens[host]}
    cookie = "" if who.bearer else who.cookie_at(host)
    answer = stage.asker.ask(
        route.method, host, path, cookie=cookie, bearer=who.bearer, form=form, json=json, headers=headers
    )
    return answer.status


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    found: list[str] = []
    here = db.database.connection()
    here.set_trace_callback(found.append)
    try:
        yield found
    finally:
        here.set_trace_callback(None)
