"""The description as a page shows it: groups of calls, each with its fields, a curl line and its answers."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

_BEARER = '-H "Authorization: Bearer $TOKEN"'
_ICONS = {"GET": "arrow-down", "POST": "send", "PATCH": "pencil"}

Document = dict[str, Any]


def page_of(document: Document) -> dict[str, Any]:
    """What the page needs: groups with their calls, in the order of the document, and the menu that leads to them."""
    calls = [
        _call(document, path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    ]
    groups = [
        {
            "name": tag["name"],
            "text": tag["description"],
            "calls": [call for call in calls if call["group"] == tag["name"]],
        }
        for tag in document["tags"]
    ]
    return {
        "menu": [_menu(group) for group in groups],
        "about": document["info"]["description"].split("\n\n"),
        "address": document["servers"][0]["url"],
        "groups": groups,
    }


def _menu(group: dict[str, Any]) -> dict[str, Any]:
    items = [
        {"label": _english(call["summary"]), "href": f"#{call['id']}", "icon": _ICONS[call["verb"]]}
        for call in group["calls"]
    ]
    return {"label": _english(group["name"]), "items": items}


def _call(document: Document, path: str, verb: str, operation: dict[str, Any]) -> dict[str, Any]:
    status, answer = next(iter(operation["responses"].items()))
    [(kind, content)] = answer["content"].items()
    return {
        "id": operation["operationId"].replace(".", "-"),
        "group": operation["tags"][0],
        "verb": verb.upper(),
        "path": path,
        "summary": operation["summary"],
        "text": operation.get("description", ""),
        "scope": next((scopes[0] for need in operation["security"] for scopes in need.values() if scopes), None),
        "parameters": [_parameter(document, each) for each in operation.get("parameters", [])],
        "body": _body(document, operation),
        "curl": _curl(path, verb, operation),
        "status": status,
        "kind": kind,
        "example": _pretty(content["example"]) if "example" in content else None,
        "fields": [each | {"must": False} for each in _fields_of(document, content)],
        "refusals": [_refusal(code, each) for code, each in operation["responses"].items() if code != status],
    }


def _body(document: Document, operation: dict[str, Any]) -> dict[str, Any] | None:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        return {"kind": kind, "fields": _fields_of(document, content)}
    return None


def _refusal(status: str, answer: dict[str, Any]) -> dict[str, Any]:
    text, _, codes = answer["description"].partition(": ")
    return {"status": status, "text": text, "codes": codes.replace("`", "").split(", ") if codes else []}


def _curl(path: str, verb: str, operation: dict[str, Any]) -> str:
    """A line for a shell in which API, and TOKEN or ID and SECRET, are set."""
    parameters = operation.get("parameters", [])
    for each in parameters:
        path = path.replace(f"{{{each['name']}}}", str(each.get("example", "")))
    parts = [f"curl {'-X PATCH ' if verb == 'patch' else ''}$API{path}"]
    parts += ['-u "$ID:$SECRET"' if "secret" in need else _BEARER for need in operation["security"][:1]]
    parts += [f"-H '{each['name']}: {each['example']}'" for each in parameters if each["in"] == "header"]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        if kind == "application/json":
            parts += [f"-H 'Content-Type: {kind}'", f"-d {shlex.quote(_pretty(content['example']))}"]
        else:
            parts += [f"-d {name}={value}" for name, value in content["example"].items()]
    if "application/pdf" in next(iter(operation["responses"].values()))["content"]:
        parts.append("-O")
    return " \\\n  ".join(parts)


def _parameter(document: Document, each: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": each["name"],
        "kind": _kind(document, each["schema"]),
        "place": each["in"],
        "must": each["required"],
        "text": each["description"],
    }


def _fields_of(document: Document, content: dict[str, Any]) -> list[dict[str, Any]]:
    return list(_fields(document, _found(document, content.get("schema", {})), ""))


def _fields(document: Document, schema: dict[str, Any], above: str) -> Iterator[dict[str, Any]]:
    """Each field with the fields inside it, named as `services.*.limit`."""
    needed = schema.get("required", [])
    for name, part in schema.get("properties", {}).items():
        found = _found(document, part)
        text = part.get("description") or found.get("description", "")
        yield {"name": above + name, "kind": _kind(document, part), "must": name in needed, "text": text}
        inside, mark = found, "."
        if found.get("type") == "array":
            inside, mark = _found(document, found["items"]), "[]."
        elif isinstance(found.get("additionalProperties"), dict):
            inside, mark = _found(document, found["additionalProperties"]), ".*."
        if inside.get("properties"):
            yield from _fields(document, inside, above + name + mark)


def _found(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference; of one that may be null, what it is else."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next(part for part in schema["anyOf"] if part.get("type") != "null")
    return schema


def _kind(document: Document, schema: dict[str, Any]) -> str:
    """What kind of value it is, in a few words of JSON."""
    found = _found(document, schema)
    null = " or null" if any(part.get("type") == "null" for part in schema.get("anyOf", [])) else ""
    if "const" in found:
        return json.dumps(found["const"]) + null
    if "enum" in found:
        return " | ".join(found["enum"]) + null
    if found.get("type") == "array":
        return "list of " + _kind(document, found["items"]) + null
    words = {"integer": "whole number", "boolean": "true or false", "string": "text", "object": "object"}
    return found.get("format", words.get(found.get("type", ""), "file")) + null


def _english(text: str) -> Markup:
    return Markup('<span lang="en">%s</span>') % text


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
