"""The description of the API, OpenAPI 3.1: assembled from the routes, their stamps, the models and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Map, Rule

from portal.blueprints.api import parameters
from portal.blueprints.api.answers import answers_of
from portal.blueprints.api.operations import GROUPS, OPERATIONS, Operation
from portal.domain import settings
from portal.web.access import Stamp, stamp_of

BEGINNING = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_ABOUT = """What a client used, what it may use, who the clients are and what was billed.

Refusals are problem documents (RFC 9457): programs read `status` and `code`. Their `detail` is for people, in English,
or in Portuguese with `Accept-Language: pt-BR`. Amounts are whole numbers in minor units of the currency."""
_SCOPES = {
    "usage:write": "report usage, consume",
    "usage:read": "read what a client may use",
    "clients:read": "read clients, settings and statements",
    "clients:write": "open clients, change settings",
}


Views = Mapping[str, Callable[..., Any]]


def describe(rules: Map, views: Views, address: str) -> dict[str, Any]:
    """The whole document; `address` is where the platform is reached."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "API", "version": "1", "description": _ABOUT},
        "servers": [{"url": address + BEGINNING}],
        "tags": [{"name": name, "description": text} for name, text in GROUPS.items()],
        "paths": _paths(rules, views),
        "components": {
            "schemas": _schemas(),
            "headers": parameters.HEADERS,
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {"tokenUrl": f"{address}{BEGINNING}/oauth/token", "scopes": _SCOPES}
                    },
                },
                "secret": {"type": "http", "scheme": "basic", "description": "Id and secret of a credential."},
            },
        },
    }


def routes(rules: Map, views: Views) -> Iterator[tuple[Rule, str, Stamp]]:
    """Every route of the API with its verb and its stamp, in the order of the catalogue."""
    order = list(OPERATIONS)
    ours = [rule for rule in rules.iter_rules() if rule.rule.startswith(BEGINNING)]
    for rule in sorted(ours, key=lambda rule: order.index(rule.endpoint) if rule.endpoint in order else -1):
        stamp = stamp_of(views[rule.endpoint])
        assert stamp is not None, "the portal does not start with a route that has none"
        for verb in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, verb, stamp


def path_of(rule: Rule) -> str:
    """The route as OpenAPI writes it: `/clients/{client}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(BEGINNING))


def _paths(rules: Map, views: Views) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for rule, verb, stamp in routes(rules, views):
        paths.setdefault(path_of(rule), {})[verb.lower()] = _operation(rule, OPERATIONS[rule.endpoint], stamp)
    return paths


def _operation(rule: Rule, operation: Operation, stamp: Stamp) -> dict[str, Any]:
    scope = getattr(stamp, "scope", None)
    found: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api."),
        "tags": [operation.group],
        "summary": operation.summary,
        "description": operation.text,
        "security": _security(operation, scope),
        "parameters": parameters.of(rule, operation),
        "responses": answers_of(rule, operation, scope),
    }
    if operation.body:
        content: dict[str, Any] = {"schema": _reference(operation.body), "example": operation.body_example}
        found["requestBody"] = {"required": True, "content": {operation.body_content: content}}
    return {name: value for name, value in found.items() if value not in ("", [])} | {"security": found["security"]}


def _security(operation: Operation, scope: str | None) -> list[dict[str, list[str]]]:
    if scope:
        return [{"token": [scope]}]
    return [{"secret": []}, {}] if operation.group == "Tokens" else []


def _schemas() -> dict[str, Any]:
    named: dict[type[BaseModel], None] = {}
    for operation in OPERATIONS.values():
        named |= dict.fromkeys(
            model for model in (operation.answer, operation.body, *operation.refusals.values()) if model
        )
    named |= dict.fromkeys((parameters.PROBLEM,))
    _, found = models_json_schema([(model, "validation") for model in named], ref_template=_REFERENCE)
    schemas: dict[str, Any] = found["$defs"]
    keys = {"enum": [service.key for service in settings.metered_services()]}
    for name in ("Settings", "SettingsChange", "InForce"):
        schemas[name]["properties"]["services"]["propertyNames"] = keys
    return schemas


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}
