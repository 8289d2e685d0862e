"""Every answer in the tests of the API is held against its description."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask

from portal.blueprints.api import openapi
from tests.browser import Page


@cache
def document(app: Flask) -> dict[str, Any]:
    return openapi.describe(app.url_map, app.view_functions, "http://localhost")


def check(app: Flask, method: str, path: str, page: Page) -> None:
    """The status, the kind of content, the headers and the body are among those that the call may answer with."""
    operation = operation_at(app, method, path)
    if operation is None:
        assert page.status in (404, 405), f"{method} {path} is not described and answers {page.status}"
        return
    answers = operation["responses"]
    assert str(page.status) in answers, f"{method} {path} answers {page.status}, which is not described"
    answer = answers[str(page.status)]
    kind = page.headers["Content-Type"].partition(";")[0]
    assert kind in answer["content"], f"{method} {path} answers {page.status} as {kind}"
    known = page.status < 400 or "code" in (page.json or {})
    if page.status not in (401, 403) and known:
        missing = [name for name in answer["headers"] if name not in page.headers]
        assert not missing, f"{method} {path} answers {page.status} without {missing}"
    schema = answer["content"][kind]["schema"]
    if kind.endswith("json"):
        jsonschema_rs.Draft202012Validator(schema | {"components": document(app)["components"]}).validate(page.json)
        if kind == "application/problem+json":
            assert f"`{page.json['code']}`" in answer["description"], f"{page.json['code']} is not described"


def operation_at(app: Flask, method: str, path: str) -> dict[str, Any] | None:
    """What the document says of this call; None where it knows none."""
    adapter = app.url_map.bind("localhost")
    try:
        rule, _ = adapter.match(openapi.BEGINNING + path.partition("?")[0], method, return_rule=True)
    except Exception:  # noqa: BLE001 (no such address, whatever the reason)
        return None
    return document(app)["paths"][openapi.path_of(rule)][method.lower()]
