"""Parameters and headers of the description."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule

from portal.blueprints.api.operations import Operation
from portal.blueprints.api.pages import LARGEST_PAGE, PAGE
from portal.blueprints.api.usage_schemas import Problem
from portal.domain import settings

PROBLEM = Problem

HEADERS: dict[str, Any] = {
    "RateLimit": {
        "description": "What is left: r requests, all of them again in t seconds.",
        "schema": {"type": "string"},
        "example": '"credential";r=199;t=1',
    },
    "RateLimit-Policy": {
        "description": "What every credential has: q requests in w seconds.",
        "schema": {"type": "string"},
        "example": '"credential";q=200;w=2',
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {"description": "What kind of token is needed.", "schema": {"type": "string"}},
    "Location": {"description": "Where it is read.", "schema": {"type": "string"}},
    "ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}, "example": '"7"'},
    "Content-Disposition": {"description": "Names the file.", "schema": {"type": "string"}},
}

_QUERY: dict[str, dict[str, Any]] = {
    "limit": {
        "description": "How many at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
    },
    "cursor": {"description": "next of the page before. Means nothing elsewhere.", "schema": {"type": "string"}},
    "period": {
        "description": "Of this month alone.",
        "schema": {"type": "string", "pattern": "^(19[7-9][0-9]|[2-8][0-9]{3})-(0[1-9]|1[0-2])$"},
        "example": "2026-06",
    },
    "audience": {
        "description": "Those of clients (retail), or the agency's own (wholesale); both unless given.",
        "schema": {"enum": ["client", "agency"]},
    },
    "client": {"description": "Of this client alone, by id or slug.", "schema": {"type": "string"}},
    "If-Match": {"description": "The ETag of what you have read.", "schema": {"type": "string"}, "example": '"7"'},
}


def of(rule: Rule, operation: Operation) -> list[dict[str, Any]]:
    """The parameters of one call: those of its path, then those of query and headers."""
    found = [_in_path(name, rule) for name in sorted(rule.arguments)]
    for name in operation.query:
        place = "header" if name == "If-Match" else "query"
        found.append({"name": name, "in": place, "required": False, **_QUERY[name]})
    return found


def _in_path(name: str, rule: Rule) -> dict[str, Any]:
    keys = [service.key for service in settings.all_services() if service.is_metered or rule.endpoint != _CONSUME]
    said: dict[str, dict[str, Any]] = {
        "client": {"description": "Id or slug of the client.", "schema": {"type": "string"}},
        "service": {"description": "Key of the service.", "schema": {"enum": keys}},
        "number": {"description": "As printed on the statement.", "schema": {"type": "string"}},
    }
    samples = {"client": "cantina-da-praca", "service": "litmus_test", "number": "AUR-2026-000004"}
    return {"name": name, "in": "path", "required": True, **said[name], "example": samples[name]}


_CONSUME = "api.consume.create"
