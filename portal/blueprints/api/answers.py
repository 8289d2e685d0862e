"""What a call can answer: its success, and every refusal with the codes that lead to it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from werkzeug.routing import Rule

from portal.blueprints.api.operations import Operation
from portal.blueprints.api.parameters import PROBLEM
from portal.blueprints.api.problems import PROBLEMS

ELSEWHERE = {
    "token_missing": 401,
    "invalid_token": 401,
    "insufficient_scope": 403,
    "agency_suspended": 403,
    "not_found": 404,
    "http_413": 413,
    "http_500": 500,
    "http_503": 503,
}
"""Codes that are not of the API's own table, and their statuses."""

_OURS = ("http_500", "http_503")
_TOKEN = ("token_missing", "invalid_token", "insufficient_scope", "agency_suspended", "too_many_requests", *_OURS)
_JSON = (
    "empty_body", "not_utf8", "not_json", "duplicate_key", "not_a_number", "number_too_long", "too_deep",
    "broken_text", "http_413", "content_type", "content_encoding",
)  # fmt: skip
_PROBLEM_CONTENT = "application/problem+json"
_LIMITS = ("RateLimit", "RateLimit-Policy")
_HEADERS = {401: ("WWW-Authenticate",), 403: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
_WORDS = {
    400: "Can't be read", 401: "No token, or none that is alive", 403: "Not with this token",
    404: "Not there, or not yours", 409: "Not as things stand", 413: "Larger than 1 MiB", 415: "Another kind of body",
    422: "Read, but can't be taken", 429: "Too fast", 500: "Our fault", 503: "The database is busy for a moment",
}  # fmt: skip


def answers_of(rule: Rule, operation: Operation, scope: str | None) -> dict[str, Any]:
    """The responses of one call, by status."""
    found = {str(operation.status): _success(operation, paced=scope is not None)}
    by_status: dict[int, list[str]] = {}
    for code in _codes(rule, operation, scope):
        by_status.setdefault(PROBLEMS[code][0] if code in PROBLEMS else ELSEWHERE[code], []).append(code)
    for status in sorted(by_status.keys() | operation.refusals.keys()):
        found[str(status)] = _refusal(status, by_status.get(status, []), operation, paced=scope is not None)
    return found


def _codes(rule: Rule, operation: Operation, scope: str | None) -> list[str]:
    codes = [*operation.problems]
    if scope is None:
        codes += ("too_many_requests", "http_413", *_OURS) if operation.body else _OURS
    else:
        codes += _TOKEN
    if rule.arguments:
        codes.append("not_found")
    if operation.body and operation.body_content == "application/json":
        codes += _JSON
    return list(dict.fromkeys(codes))


def _success(operation: Operation, *, paced: bool) -> dict[str, Any]:
    headers = (*operation.headers, *(_LIMITS if paced or operation.group == "Tokens" else ()))
    schema: dict[str, Any] = {"type": "string"} if operation.content == "text/html" else {}
    if operation.answer:
        schema = {"$ref": f"#/components/schemas/{operation.answer.__name__}"}
    content: dict[str, Any] = {"schema": schema}
    if operation.example is not None:
        content["example"] = operation.example
    words = "Opened" if operation.status == 201 else "As asked"
    return {"description": words, "headers": _headers(headers), "content": {operation.content: content}}


def _refusal(status: int, codes: list[str], operation: Operation, *, paced: bool) -> dict[str, Any]:
    model: type[BaseModel] = operation.refusals.get(status, PROBLEM)
    known = paced and status not in (401, 500, 503)  # without a credential there is no pace
    headers = (*_HEADERS.get(status, ()), *(_LIMITS if known else ()))
    said = ": " + ", ".join(f"`{code}`" for code in codes) if codes else ""
    content = "application/json" if model.__name__ == "TokenError" else _PROBLEM_CONTENT
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {
        "description": _WORDS[status] + said,
        "headers": _headers(headers),
        "content": {content: {"schema": schema}},
    }


def _headers(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
