"""The headers of htmx: what a view may hand over, nothing in it breaks out of its header (HX-08)."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.web import htmx

HOSTILE = (
    'x"}\r\nSet-Cookie: a=b',
    "\r\n\r\n<script>alert(1)</script>",
    '", "evil": "',
    "{broken",
    "javascript:alert(1)",
    "\x00\x1f\x7f\u2028",
    "São João 🎭",
)


@pytest.mark.parametrize("said", HOSTILE)
def test_what_an_event_carries_is_one_line_of_json_whatever_is_in_it(app: Flask, said: str):
    with app.test_request_context("/"):
        response = htmx.with_event(app.response_class(), {"toast": said})
    written = response.headers["HX-Trigger"]
    assert json.loads(written) == {"toast": said}
    assert written.isascii() and written.isprintable()


@pytest.mark.parametrize("to", ["/x\r\nSet-Cookie: a=b", "/x\nHX-Location: //evil.example"])
def test_no_header_is_begun_by_an_address(app: Flask, to: str):
    with app.test_request_context("/", headers={"HX-Request": "true"}), pytest.raises(ValueError, match="newline"):
        htmx.go(to)


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", ""]
)
@pytest.mark.parametrize("asks", [{"HX-Request": "true"}, {}])
def test_nobody_is_sent_anywhere_but_to_a_path_of_this_host(app: Flask, asks: dict[str, str], to: str):
    with app.test_request_context("/", headers=asks), pytest.raises(ValueError, match="own path"):
        htmx.go(to)


def test_only_one_module_tells_htmx_where_to_go(app: Flask):
    with app.test_request_context("/", headers={"HX-Request": "true"}):
        assert htmx.go("/agency/").headers["HX-Redirect"] == "/agency/"
