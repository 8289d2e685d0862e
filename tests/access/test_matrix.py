"""Every route × everybody × own, sibling, foreign, unknown and deleted objects × page, fragment and API (AZ-02).

The expected answers stand in `expected/`, written by hand from what the product promises and read from nothing in
the application. Beside the answer itself, every cell is asked four more questions: did a refusal or a look write
anything (AZ-06, SE-11), does a word of somebody else stand in the answer (AZ-04), is a 404 of one object another
than that of the next (AZ-05), and did anything crash.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from tests.access.asking import LOOSE, Answer
from tests.access.bodies import json_of
from tests.access.cells import SIGN_IN, Cell, cells
from tests.access.conftest import Stage
from tests.access.people import PLATFORM
from tests.access.tables import Line, Route, without_line
from tests.access.world import WORDS

HTMX = {"HX-Request": "true", "HX-Target": "main", "HX-Current-URL": "http://localhost:8000/agency/"}

PARTS = {
    "clients": ("/agency/clients/",),
    "agency": ("/agency/imports/", "/agency/changes/", "/agency/prices/", "/agency/packages/"),
    "agency-rest": ("/agency/",),
    "menus": ("/office/<app>/menus/",),
    "office": ("/office/",),
    "doors": ("/",),
}
"""The routes in parts of about the same length, so that several processes share them; the first that fits has it."""


def test_every_route_has_an_expectation_and_every_expectation_a_route(stage):
    missing = sorted(f"{route.method} {route.path}" for route in without_line(stage.routes, stage.lines))
    stale = sorted(" ".join(key) for key in stage.lines.keys() - {(route.method, route.path) for route in stage.routes})
    head = "write lines in tests/access/expected/, from the product and not from the code, for"
    assert not missing, "\n".join([head, *missing])
    assert not stale, "\n".join(["no such route any more:", *stale])


@pytest.mark.parametrize("part", PARTS)
def test_everybody_gets_what_the_product_says_and_nothing_else(stage, part, capsys, request):
    everything, only = request.config.getoption("--all"), request.config.getoption("--routes-of")
    faults: dict[str, list[str]] = defaultdict(list)
    asked: Counter[str] = Counter()
    for route in _routes_of(stage, part, only):
        line = stage.lines[route.method, route.path]
        asked["routes"] += 1
        for htmx in (False, True):
            whole = everything or not htmx
            gone: dict[tuple[str, str, bool], dict[bytes, str]] = defaultdict(dict)
            for cell in cells(stage.world, stage.people, route, line, whole=whole, everybody=everything or bool(only)):
                answer = _ask(stage, cell, htmx=htmx)
                asked["cells"] += 1
                for fault in _judged(stage, cell, line, answer, htmx=htmx):
                    faults[f"{_named(cell, htmx)}: {fault}"].append(cell.who.name)
                assert not (faults and ":" in only), f"of one view the first is enough: {dict(faults)}"
                if answer.status == 404:
                    inside = _is_inside(cell)
                    gone[cell.who.name, cell.host, inside].setdefault(answer.plain, cell.object.path)
            for (who, _host, _inside), bodies in gone.items():
                if len(bodies) > 1:
                    faults[f"{route.method} can be told apart: {', '.join(bodies.values())}"].append(who)
    with capsys.disabled():
        print(f"\n{part}: {asked['routes']} routes, {asked['cells']} cells", end=" ")
    told = [f"{fault} ({', '.join(who)})" for fault, who in faults.items()]
    assert not told, "\n".join([f"{len(told)} faults:", *told[:60]])


def _routes_of(stage: Stage, part: str, only: str) -> Iterator[Route]:
    """The routes of one part, or those of it whose views are in the file `only`; `FILE:VIEW` is one view of it.

    Those without an expectation fail in a test of their own.
    """
    for route in stage.routes:
        first = next(name for name, starts in PARTS.items() if route.path.startswith(starts))
        if first == part and (route.method, route.path) in stage.lines and only in ("", *_view_of(stage, route)):
            yield route


def _view_of(stage: Stage, route: Route) -> tuple[str, str]:
    """Where the view of a route is written: the file, and the view in it."""
    view = stage.app.view_functions[route.endpoint]
    file = view.__module__.replace(".", "/") + ".py"
    return file, f"{file}:{view.__name__}"


def _ask(stage: Stage, cell: Cell, *, htmx: bool) -> Answer:
    who, host, route = cell.who, cell.host, cell.route
    headers = dict(HTMX) if htmx else {}
    json = json_of(route)
    if route.is_unsafe and json is None:
        headers["X-CSRFToken"] = who.tokens.get(host) or next(iter(who.tokens.values()), "")
    return stage.asker.ask(
        route.method,
        host,
        cell.object.path,
        cookie=who.cookie_at(host),
        bearer=who.bearer,
        form=stage.bodies.form(route, cell.object.place) if route.is_unsafe and json is None else None,
        json=json,
        headers=headers,
    )


def _judged(stage: Stage, cell: Cell, line: Line, answer: Answer, *, htmx: bool) -> Iterator[str]:
    if not any(_fits(cell, line, wanted, answer, htmx=htmx) for wanted in cell.expected.split("|")):
        yield f"{answer.status} {answer.location}, expected {cell.expected}"
    if answer.status >= 500:
        yield "it crashed"
    read = answer.body.lower() + str(answer.headers).lower().encode()
    allowed = cell.who.may_read(cell.host)
    if "shows" in line.flags and cell.object.place:
        allowed = allowed | {WORDS[cell.object.place], WORDS[cell.object.place[0]]}
    for word in set(WORDS.values()) - allowed:
        if word.encode() in read:
            yield f"the word {word} of somebody else"
    if stage.snapshot.wrote():
        if not cell.route.is_unsafe or answer.status in (400, 401, 403, 404) or cell.expected == SIGN_IN:
            changed = {name: rows for name, rows in stage.snapshot.changed().items() if name not in LOOSE}
            if changed:
                yield f"it wrote to {changed}"
        stage.snapshot.back()


def _is_inside(cell: Cell) -> bool:
    """Whether the refusal is shown within a back office that is open to him: its frame is another than outside."""
    who, place = cell.who, cell.object.place
    if who.rank_at(cell.host).startswith("inside"):
        return place == f"{who.house}1"
    return who.rank_at(cell.host).startswith("person") and place in who.tenants


def _fits(cell: Cell, line: Line, wanted: str, answer: Answer, *, htmx: bool) -> bool:
    if wanted == SIGN_IN:
        if "polled" in line.flags:
            return answer.status == 286 and not answer.body
        if htmx:
            return answer.status == 401 and answer.location == "/sign-in"
        return answer.status == 302 and answer.location.partition("?")[0] == "/sign-in"
    if wanted == "open":
        return answer.status in (200, 204, 303, 409, 422) and not answer.location.startswith("/sign-in")
    if htmx and wanted[0] in "23":
        return answer.status in (200, 201, 204, 286, 302, 303) and not answer.location.startswith("/sign-in?")
    return answer.status == int(wanted)


def _named(cell: Cell, htmx: bool) -> str:
    host = "" if cell.host == PLATFORM else f" at {cell.host}"
    what = f"{cell.route.method} {cell.object.path} ({cell.object.kind})"
    return f"{'htmx ' if htmx else ''}{what}{host}"
