"""The log is one line of JSON for each thing, whatever somebody sends."""

from __future__ import annotations

import io
import json
import logging

import pytest

from portal.web.log import configure_logs


@pytest.fixture
def lines(app):
    """What was logged since, as a program reads it that collects logs: one line, one object."""
    configure_logs()
    handler = next(h for h in logging.getLogger().handlers if "ProcessorFormatter" in type(h.formatter).__name__)
    written = handler.setStream(io.StringIO())
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    handler.setStream(written)


def test_line_breaks_and_escapes_stay_inside_their_line(browser, lines):
    evil = "/x%0d%0a%7b%22event%22:%22forged%22%7d%1b[2J%e2%80%a8"
    browser.request("GET", evil, headers={"User-Agent": "a\tb\x1b[31m", "X-Request-Id": "forged"})
    [line] = lines()
    assert line["event"] == "request" and line["path"].startswith("/x\r\n") and line["request_id"] != "forged"


@pytest.mark.parametrize("where", ["path", "agent", "host"])
def test_a_megabyte_is_cut(browser, lines, where):
    much = "é" * 1_000_000
    path = f"/{much}" if where == "path" else "/"
    headers = {"User-Agent": "A" * 1_000_000} if where == "agent" else {}
    headers |= {"Host": "h" * 1_000_000} if where == "host" else {}
    browser.request("GET", path, headers=headers)
    assert len(lines()) == 1 and len(json.dumps(lines()[0])) < 4_000


def test_an_error_that_carries_a_megabyte_is_cut_and_keeps_its_end(lines):
    try:
        raise ValueError("\n".join(["x" * 1_000_000, "the end"]))
    except ValueError:
        logging.getLogger("some.library").exception("failed\nbadly")
    [line] = lines()
    assert line["event"] == "failed\nbadly" and line["exception"].endswith("the end")
    assert len(line["exception"]) < 21_000
