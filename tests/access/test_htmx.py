"""What htmx says of itself decides nothing but how much of a page is sent, and no cache mixes the two up."""

from __future__ import annotations

import json
import re

import pytest

from tests.access.asking import LOOSE, Answer
from tests.access.bodies import json_of
from tests.access.conftest import Stage
from tests.access.tables import Route
from tests.access.trying import path_of, place, who_may

ASKS = {"HX-Request": "true"}
SAID = ("HX-Current-URL", "HX-Prompt", "HX-Target", "HX-Trigger", "HX-Trigger-Name")
HOSTILE = (
    "https://evil.example/agency/",
    "javascript:alert(1)",
    "x" * 10_000,
    "\xff\xfe\xc3(",  # no UTF-8
    '{"path": "//evil.example"}',
)
TYPED = (
    'a"}\r\nHX-Redirect: //evil.example\r\nx: {"',
    "javascript:alert('evil.example')",
    "https://evil.example/",
    '{"evil.example": ',
)
TELLS = ("HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "HX-Trigger", "HX-Retarget", "HX-Reswap")
EVENTS = {"toast", "menu-changed", "right-changed", "brand-changed", "brand-drawn"}

_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}")


def test_what_a_cache_keeps_is_never_a_piece_where_a_page_was_asked_for(stage):
    """HX-07."""
    both = 0
    for route in stage.known():
        if route.method != "GET":
            continue
        whole, piece = _ask(stage, route, {}), _ask(stage, route, ASKS)
        if (whole.status, whole.plain) == (piece.status, piece.plain):
            continue
        both += 1
        for answer in (whole, piece):
            kept = "no-store" not in answer.headers.get("Cache-Control", "")
            apart = "hx-request" in answer.headers.get("Vary", "").lower()
            assert apart or not kept, f"{route.path}: {dict(answer.headers)}"
    assert both > 15


@pytest.mark.parametrize("turn", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, len(HOSTILE)))])
def test_what_htmx_says_of_itself_changes_no_answer(stage, turn):
    """HX-10: byte for byte, but for what is never the same twice."""
    compared = 0
    for number, route in enumerate(stage.known()):
        hostile = {name: HOSTILE[(number + turn + n) % len(HOSTILE)] for n, name in enumerate(SAID)}
        if number % len(HOSTILE) == turn:
            _alike_to_nobody(stage, route, hostile)
        first, other = _ask(stage, route, ASKS), _ask(stage, route, ASKS | hostile)
        assert other.status == first.status, f"{route.method} {route.path}: {other.status} instead of {first.status}"
        if _same(first) != _same(other):
            again = _ask(stage, route, ASKS)
            assert _same(again) != _same(first), f"{route.method} {route.path} answers otherwise"
            continue
        compared += 1
        assert b"evil.example" not in other.body, route.path
    assert compared > len(stage.known()) * 0.95


def _alike_to_nobody(stage: Stage, route: Route, hostile: dict[str, str]) -> None:
    """Who is signed out is led to the same door."""
    nobody, host = stage.person("nobody"), place(stage.lines[route.method, route.path])
    asked = [
        stage.asker.ask(route.method, host, path_of(stage, route), cookie=nobody.cookies[host], headers=headers)
        for headers in (ASKS, ASKS | hostile)
    ]
    stage.snapshot.back()
    first, other = asked
    assert (first.status, _same(first)) == (other.status, _same(other)), f"{route.method} {route.path} signed out"


def test_nothing_typed_gets_into_what_htmx_is_told(stage):
    """HX-08: in every field of every form."""
    told = 0
    for number, route in enumerate(stage.known()):
        if not route.is_unsafe or json_of(route) is not None:
            continue
        fields, typed = stage.bodies.form(route, "A1"), TYPED[number % len(TYPED)]
        wrong = {name: typed if isinstance(value, str) else value for name, value in fields.items()}
        for form in (wrong, *(fields | {name: wrong[name]} for name in list(fields)[:2])):
            told += _told_well(_ask(stage, route, ASKS, form))
    assert told > 20


def test_a_switch_is_set_to_what_was_wanted_however_often_that_is_sent(stage):
    """HX-09: from an old page, by a double click, by two people; without a wanted value nothing is switched."""
    switches = [r for r in stage.known() if r.is_unsafe and r.endpoint.endswith((".switch", ".optimizer", ".access"))]
    assert len(switches) >= 6
    for route in switches:
        form = stage.bodies.form(route, "A1")
        for wanted in ({name: _other(value) for name, value in form.items()}, form):
            once = _ask(stage, route, ASKS, wanted, keep=True)
            stage.snapshot.hold()
            twice = _ask(stage, route, ASKS, wanted, keep=True)
            changed = {name: rows for name, rows in stage.snapshot.changed().items() if name not in LOOSE}
            assert once.status == twice.status < 400 and changed == {}, f"{route.path}: {once.status} {changed}"
            assert _same(once) == _same(twice), f"{route.path} shows something else the second time"
        refused = _ask(stage, route, ASKS, dict.fromkeys(form, "flip"), keep=True)
        assert refused.status == 422 and not set(stage.snapshot.changed()) - LOOSE, f"{route.path}: {refused.status}"
        stage.snapshot.anew()


def _other(value: object) -> object:
    return {"yes": "no", "no": "yes", "hidden": "offered", "offered": "hidden"}.get(str(value), value)


def _told_well(answer: Answer) -> bool:
    """Whether htmx was told anything; all of it plain, on this host, and none of it typed."""
    told = [(name, answer.headers[name]) for name in TELLS if name in answer.headers]
    for name, value in told:
        assert "evil" not in value and not re.search(r"[\x00-\x1f\x7f-\uffff]", value), f"{name}: {value!r}"
        if name in ("HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"):
            assert re.match(r"/(?![/\\])|http://(aaa\.)?localhost:8000/", value), f"{name}: {value!r}"
        if name == "HX-Trigger":
            assert set(json.loads(value)) <= EVENTS, value
    return bool(told)


def _ask(
    stage: Stage, route: Route, headers: dict[str, str], form: dict[str, object] | None = None, *, keep: bool = False
) -> Answer:
    """Somebody who may, with the fields that the route wants unless others are given; then the world is put back."""
    host = place(stage.lines[route.method, route.path])
    who = who_may(stage, stage.lines[route.method, route.path], host)
    plain = json_of(route) is None
    answer = stage.asker.ask(
        route.method,
        host,
        path_of(stage, route),
        cookie=who.cookie_at(host),
        form=(stage.bodies.form(route, "A1") if form is None else form) if route.is_unsafe and plain else None,
        json=None if plain else json_of(route),
        headers={**headers, "X-CSRFToken": who.tokens[host]},
    )
    if not keep:
        stage.snapshot.back()
    return answer


def _same(answer: Answer) -> bytes:
    """The body and what a browser acts on, without the numbers of what was just made."""
    names = (*TELLS, "Location", "Content-Type", "Cache-Control", "Vary", "Content-Security-Policy")
    told = "\n".join(f"{name}: {answer.headers.get(name, '')}" for name in names)
    return _ID.sub(b"-", told.encode() + b"\n\n" + answer.plain)
