"""Ways around a guard, tried on every route: other verbs, other origins, no token, fields that no form has."""

from __future__ import annotations

import pytest

from tests.access.asking import LOOSE, Answer
from tests.access.bodies import json_of
from tests.access.cells import NO, ROLES
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM, Principal
from tests.access.tables import Line, Route, without_line

REFUSED = (400, 403)
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://bbb.localhost:8000"},
    {"Origin": "http://aaa.localhost:8000.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)
KINDS = ("application/json", "text/plain", "multipart/form-data; boundary=x")


def test_a_route_that_nobody_thought_of_is_found(stage):
    forgotten = Route("GET", "/agency/forgotten/", "agency.forgotten.index")
    assert forgotten in without_line([*stage.routes, forgotten], stage.lines)


def test_nothing_is_changed_without_the_token_of_this_very_session(stage):
    other, elsewhere = stage.person("A.billing"), stage.person("A1.one")
    for route, who, host, path in _forgeable(stage):
        stranger = other if host == PLATFORM else stage.person("A1.none")
        body = stage.bodies.form(route, "A1")
        for token in ("", "x" * 90, stranger.tokens[host], elsewhere.tokens[OFFICE] if host == PLATFORM else ""):
            _refused(stage, route, _send(stage, route, who, host, path, {"X-CSRFToken": token}, body))
        query = f"{path}?csrf_token={who.tokens[host]}"
        _refused(stage, route, _send(stage, route, who, host, query, {}, body))
        for kind in KINDS:
            _refused(stage, route, _send(stage, route, who, host, path, {"Content-Type": kind}, body))


def test_nothing_is_changed_from_another_origin_though_the_token_is_right(stage):
    for route, who, host, path in _forgeable(stage):
        body = stage.bodies.form(route, "A1")
        for headers in FOREIGN:
            sent = {**headers, "X-CSRFToken": who.tokens[host]}
            _refused(stage, route, _send(stage, route, who, host, path, sent, body))


def test_another_verb_opens_nothing(stage):
    rules: dict[str, set[str]] = {}
    for route in stage.known():
        rules.setdefault(route.path, set()).add(route.method)
    for route in stage.known():
        host, who = _place(stage, stage.lines[route.method, route.path]), stage.person("A.staff")
        path = _path(stage, route)
        for verb in ("TRACE", "PUT", "DELETE", "PATCH", "OPTIONS"):
            if verb not in rules[route.path]:
                answer = _send(stage, route, who, host, path, {}, {}, method=verb)
                assert answer.status in (404, 405), f"{verb} {path}: {answer.status}"
                _clean(stage, f"{verb} {path}")
        if route.method == "GET":
            _as_get(stage, route, who, host, path)


def _as_get(stage: Stage, route: Route, who: Principal, host: str, path: str) -> None:
    """HEAD decides as GET does, and no header or field makes a GET anything else."""
    plain = _send(stage, route, who, host, path, {}, {}, method="GET")
    _clean(stage, f"GET {path}")
    head = _send(stage, route, who, host, path, {}, {}, method="HEAD")
    _clean(stage, f"HEAD {path}")
    assert (head.status, head.body) == (plain.status, b""), f"HEAD {path}: {head.status}"
    for disguised in (f"{path}?_method=POST", path):
        sent = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "DELETE", "X-CSRFToken": who.tokens.get(host, "")}
        answer = _send(stage, route, who, host, disguised, sent, {}, method="GET")
        assert answer.status == plain.status, f"GET as POST {path}: {answer.status}"
        _clean(stage, f"GET as POST {path}")


def test_no_header_of_htmx_changes_a_decision(stage):
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        if line.table not in ("dashboard", "office"):
            continue
        host, path = _place(stage, line), _path(stage, route)
        for name in ("A.staff", "A1.one", "nobody"):
            who = stage.person(name)
            decided = {
                _decision(_send(stage, route, who, host, path, headers, {})): stage.snapshot.back()
                for headers in (
                    {},
                    {"HX-Boosted": "true", "HX-Request": "true"},
                    {"HX-Target": "main", "HX-Trigger": "x"},
                    {"HX-Request": "true", "HX-History-Restore-Request": "true"},
                )
            }
            assert len(decided) == 1, f"{route.method} {path} by {name}: {list(decided)}"


def test_no_other_origin_may_read_any_answer(stage):
    for route in stage.known():
        host, path = _place(stage, stage.lines[route.method, route.path]), _path(stage, route)
        for origin in ("https://evil.example", "null", f"http://{host}:8000.evil.example"):
            who = stage.person("A.owner")
            answer = _send(stage, route, who, host, path, {"Origin": origin}, {}, method="GET")
            assert "Access-Control-Allow-Origin" not in answer.headers, f"{path} to {origin}"
            stage.snapshot.back()


def _decision(answer: Answer) -> str:
    led = answer.location.startswith("/sign-in")
    return "sign-in" if led else str(answer.status) if answer.status in (401, 403, 404) else "in"


def _forgeable(stage: Stage) -> list[tuple[Route, Principal, str, str]]:
    """Every route that a browser could be made to send, with somebody who may, where he is, and a path of his own."""
    found = []
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        if route.is_unsafe and json_of(route) is None and "cookieless" not in line.flags:
            host = _place(stage, line)
            found.append((route, _who_may(stage, line, host), host, _path(stage, route)))
    return found


def _who_may(stage: Stage, line: Line, host: str) -> Principal:
    if line.table == "dashboard":
        role = next((r for r, code in zip(ROLES, line.columns, strict=True) if code not in (NO, "404")), "owner")
        return stage.person({"manager": "A.staff"}.get(role, f"A.{role}"))
    return stage.person("A.owner" if host == PLATFORM else "A1.full")


def _place(stage: Stage, line: Line) -> str:
    agency_alone = line.table == "office" or (line.table == "doors" and line.columns[0] == "agency")
    return OFFICE if agency_alone else PLATFORM


def _path(stage: Stage, route: Route) -> str:
    return route.fill(stage.world.values("A1", route.endpoint))


def _send(
    stage: Stage,
    route: Route,
    who: Principal,
    host: str,
    path: str,
    headers: dict[str, str],
    form: dict[str, object],
    *,
    method: str = "",
) -> Answer:
    return stage.asker.ask(method or route.method, host, path, cookie=who.cookie_at(host), form=form, headers=headers)


def _refused(stage: Stage, route: Route, answer: Answer) -> None:
    assert answer.status in REFUSED, f"{route.method} {route.path}: {answer.status} {answer.location}"
    _clean(stage, f"{route.method} {route.path}")


def _clean(stage: Stage, what: str) -> None:
    if stage.snapshot.wrote():
        changed = {name: rows for name, rows in stage.snapshot.changed().items() if name not in LOOSE}
        assert not changed, f"{what} wrote to {changed}"
        stage.snapshot.back()


NEXT = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "https:evil.example",
    "http:///evil.example",
    "https://evil.example/",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%252fevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "@evil.example",
    "evil.example",
    "aaa.localhost.evil.example",
    "http://localhost:8000@evil.example/",
    "http://localhost:8000.evil.example/",
    "http://localhost:8001/agency/",
    "http://bbb.localhost:8000/",
    "//bbb.localhost:8000/agency/",
    "/..//evil.example",
    "/.//evil.example",
    "/agency/..//..//evil.example",
    "./\\evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\u2028//evil.example",
    "/\u200b/evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "/agency/\n//evil.example",
    "/no/such/page",
    "mailto:a@evil.example",
    "ftp://evil.example/",
)


@pytest.mark.parametrize("page", ["/sign-in", "/account/preferences"])
def test_nobody_is_sent_to_another_place(stage, page):
    who, visitor = stage.person("A.owner"), stage.person("nobody")
    email = stage.world.houses["A"].staff["owner"].person.email
    for wanted in NEXT:
        one = visitor if page == "/sign-in" else who
        form = {"email": email, "password": "corda de violão 42", "language": "en", "next": wanted}
        sent = {"X-CSRFToken": one.tokens[PLATFORM]}
        answer = stage.asker.ask("POST", PLATFORM, page, cookie=one.cookie_at(PLATFORM), form=form, headers=sent)
        assert answer.status == 303, f"{page} {wanted!r}: {answer.status}"
        assert answer.location in ("/", "/agency/"), f"{page} {wanted!r} leads to {answer.location!r}"
        stage.snapshot.back()
