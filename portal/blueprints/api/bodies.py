"""Bodies of requests, read into models; what does not fit is said at its field."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge

from portal.blueprints.api import strict_json
from portal.blueprints.api.problems import Problem, wrong_fields
from portal.languages import N_, Text, gettext

MOST_BYTES = 1024 * 1024

M = TypeVar("M", bound=BaseModel)

# What pydantic finds, and how it is said here. Its own values fill the sentences.
_SENTENCES: dict[str, Text] = {
    "missing": N_("This field is missing."),
    "extra_forbidden": N_("There is no such field. Leave it out."),
    "read_only": N_("This field can only be read. Leave it out."),
    "string_type": N_("Send a text."),
    "bool_type": N_("Send true or false."),
    "int_type": N_("Send a whole number."),
    "list_type": N_("Send a list."),
    "dict_type": N_("Send an object."),
    "model_type": N_("Send an object."),
    "literal_error": N_("Send one of these: %(expected)s."),
    "string_too_short": N_("Send at least %(min_length)s characters."),
    "string_too_long": N_("Send at most %(max_length)s characters."),
    "string_pattern_mismatch": N_("Send a text of this form: %(pattern)s"),
    "greater_than_equal": N_("Send %(ge)s or more."),
    "less_than_equal": N_("Send %(le)s or less."),
    "too_short": N_("Send at least %(min_length)s of them."),
    "too_long": N_("Send at most %(max_length)s of them."),
}
_ALIKE = {"int_from_float": "int_type", "int_parsing_size": "int_type"}
_LONGEST_NAME = 100


def whole_body() -> bytes:
    """The body, to its last byte. Raises RequestEntityTooLarge above 1 MiB."""
    body = request.get_data()
    if len(body) > MOST_BYTES:
        raise RequestEntityTooLarge
    return body


def read_object() -> dict[str, Any]:
    """The JSON object of the body. Raises Problem."""
    value = strict_json.read(whole_body(), dict(request.headers))
    if not isinstance(value, dict):
        raise Problem("not_an_object")
    return value


def fitted(model: type[M], value: dict[str, Any], *, read_only: frozenset[str] = frozenset()) -> M:
    """The value as the model. Raises Problem that names each field that does not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = {_name(each): _said(each, read_only) for each in error.errors(include_url=False, include_input=False)}
        raise wrong_fields(found) from None


def unknown_field(name: str) -> Problem:
    """The refusal of a field that is not there."""
    sentence = _SENTENCES["extra_forbidden"]
    return wrong_fields({name[:_LONGEST_NAME]: gettext(sentence)})


def _name(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"])[:_LONGEST_NAME]


def _said(error: ErrorDetails, read_only: frozenset[str]) -> str:
    kind = _ALIKE.get(error["type"], error["type"])
    if kind == "extra_forbidden" and error["loc"][-1] in read_only:
        kind = "read_only"
    sentence = _SENTENCES[kind]
    return gettext(sentence, **(error.get("ctx") or {}))
