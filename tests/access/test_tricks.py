"""Ways around a guard, tried on every route: other verbs, other origins, no token, fields that no form has."""

from __future__ import annotations

import json as jsonlib
from typing import Any

import pytest
from werkzeug.test import stream_encode_multipart

from tests.access.asking import LOOSE, Answer
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM, Principal
from tests.access.tables import Route, without_line
from tests.access.trying import forgeable, path_of, place

REFUSED = (400, 403)
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://bbb.localhost:8000"},
    {"Origin": "http://aaa.localhost:8000.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)
KINDS = ("application/json", "text/plain", "multipart/form-data")


def test_a_route_that_nobody_thought_of_is_found(stage):
    forgotten = Route("GET", "/agency/forgotten/", "agency.forgotten.index")
    assert forgotten in without_line([*stage.routes, forgotten], stage.lines)


def test_nothing_is_changed_without_the_token_of_this_very_session(stage):
    """SE-10: none, a wrong one, that of another session, host or moment, in the address; in bodies of every kind."""
    other, elsewhere, before = stage.person("A.billing"), stage.person("A1.one"), stage.person("nobody")
    for route, who, host, path in forgeable(stage):
        stranger = other if host == PLATFORM else stage.person("A1.none")
        body = stage.bodies.form(route, "A1")
        tokens = ("", "x" * 90, stranger.tokens[host], elsewhere.tokens[OFFICE] if host == PLATFORM else "")
        for token in (*tokens, before.tokens[host]):
            _refused(stage, route, _send(stage, route, who, host, path, {"X-CSRFToken": token}, body))
        query = f"{path}?csrf_token={who.tokens[host]}"
        _refused(stage, route, _send(stage, route, who, host, query, {}, body))
        bodies = [_written(kind, body | {"csrf_token": stranger.tokens[host]}) for kind in KINDS]
        bodies.append(_written("text/plain", body | {"csrf_token": who.tokens[host]}))  # nobody reads a form in it
        for sent, kind in bodies:
            headers, cookie = {"Content-Type": kind}, who.cookie_at(host)
            answer = stage.asker.ask(route.method, host, path, cookie=cookie, json=sent, headers=headers)
            _refused(stage, route, answer)


def _written(kind: str, form: dict[str, Any]) -> tuple[bytes, str]:
    """The form as a body of this kind, as a page elsewhere could send it; and the header that says so."""
    if kind == "multipart/form-data":
        file, length, boundary = stream_encode_multipart(form)
        return file.read(length), f"{kind}; boundary={boundary}"
    if kind == "application/json":
        return jsonlib.dumps(form).encode(), kind
    return "".join(f"{name}={value}\r\n" for name, value in form.items()).encode(), kind


def test_nothing_is_changed_from_another_origin_though_the_token_is_right(stage):
    for route, who, host, path in forgeable(stage):
        body = stage.bodies.form(route, "A1")
        for headers in FOREIGN:
            sent = {**headers, "X-CSRFToken": who.tokens[host]}
            _refused(stage, route, _send(stage, route, who, host, path, sent, body))


def test_another_verb_opens_nothing(stage):
    rules: dict[str, set[str]] = {}
    for route in stage.known():
        rules.setdefault(route.path, set()).add(route.method)
    for route in stage.known():
        host, who = place(stage.lines[route.method, route.path]), stage.person("A.staff")
        path = path_of(stage, route)
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
        host, path = place(line), path_of(stage, route)
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
        host, path = place(stage.lines[route.method, route.path]), path_of(stage, route)
        for origin in ("https://evil.example", "null", f"http://{host}:8000.evil.example"):
            who = stage.person("A.owner")
            answer = _send(stage, route, who, host, path, {"Origin": origin}, {}, method="GET")
            assert "Access-Control-Allow-Origin" not in answer.headers, f"{path} to {origin}"
            stage.snapshot.back()


def _decision(answer: Answer) -> str:
    led = answer.location.startswith("/sign-in")
    return "sign-in" if led else str(answer.status) if answer.status in (401, 403, 404) else "in"


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
