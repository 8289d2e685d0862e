"""What the API refuses on its own, before any rule of the business is asked; and its blueprints, which say so."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.languages import N_, Text, gettext
from portal.web import denials, errors
from portal.web.errors import Refusal
from portal.web.hosts import Platform, house
from portal.web.messages import problems_of, said_of
from portal.web.refusals import TokenNeeded

# code: (status, what to do about it)
PROBLEMS: dict[str, tuple[int, Text]] = {
    "empty_body": (400, N_("The body is empty. Send a JSON object.")),
    "not_utf8": (400, N_("The body is not UTF-8. Write JSON in UTF-8.")),
    "not_json": (400, N_("The body is not JSON: see line %(line)s, column %(column)s.")),
    "duplicate_key": (400, N_("The key %(key)s is there twice in one object. Leave one out.")),
    "not_a_number": (400, N_("%(word)s is no number in JSON. Send a whole number.")),
    "number_too_long": (400, N_("A number in the body has thousands of digits. Send a shorter one.")),
    "too_deep": (
        400,
        N_("The body is nested more than %(most)s levels deep. Send it flat, as the documentation says."),
    ),
    "broken_text": (400, N_("A text in the body holds half a character (a lone surrogate). Send it whole.")),
    "content_type": (415, N_("Send the body as Content-Type: application/json.")),
    "content_encoding": (415, N_("Send the body as it is, without Content-Encoding.")),
    "not_a_batch": (422, N_('The body is an object with one key: {"events": […]}.')),
    "no_events": (422, N_("The list of events is empty. Send 1 to %(most)s events.")),
    "too_many_events": (422, N_("A batch holds 1 to %(most)s events. Send the others in the next one.")),
    "bad_limit": (400, N_("limit is a whole number from 1 to %(most)s.")),
    "bad_cursor": (400, N_("This cursor is not one that this list gave. Start again without it.")),
    "bad_period": (400, N_("period is a month, as in 2026-06.")),
    "bad_audience": (400, N_("audience is client or agency.")),
    "not_an_object": (422, N_("The body is an object, as in {…}.")),
    "invalid": (422, N_("These fields can't be taken: %(fields)s. errors says why.")),
    "settings_changed": (409, N_("Version %(version)s is in force by now. Read the settings again, then send yours.")),
    "pdf_not_ready": (404, N_("The PDF is still being made. Ask again after Retry-After seconds.")),
    "id_conflict": (409, N_("This id was used before with another body.")),
    "ceiling_reached": (409, N_("The limit or ceiling of the client leaves no room for it.")),
    "service_disabled": (409, N_("The service is switched off for this client.")),
    "client_suspended": (409, N_("The client is suspended.")),
    "too_many_requests": (429, N_("More than %(rate)s requests a second. Wait as long as Retry-After says.")),
}

_NOT_COUNTED = N_("Not counted")
_TITLES = dict.fromkeys(("id_conflict", "ceiling_reached", "service_disabled", "client_suspended"), _NOT_COUNTED)
"""Of codes that the title of their status does not fit."""


class Problem(Exception):
    """One refusal of this table. `errors` says what is wrong at which field, `more` stands beside the text."""

    def __init__(
        self,
        code: str,
        *,
        headers: dict[str, str] | None = None,
        errors: dict[str, str] | None = None,
        more: dict[str, Any] | None = None,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers or {}
        self.errors = errors or {}
        self.more = more or {}
        self.values = values


def wrong_fields(problems: dict[str, str]) -> Problem:
    """The refusal of fields: what is wrong by the field's name, as in `services.litmus_test.limit`."""
    return Problem("invalid", errors=problems, fields=", ".join(problems))


def resource(name: str, import_name: str) -> Blueprint:
    """The blueprint of one resource of the API."""
    bp = Blueprint(name, import_name)
    handlers: dict[type[Exception], Any] = {
        Problem: _problem,
        Invalid: _invalid,
        NotFound: _not_found,
        Forbidden: _forbidden,
        TokenNeeded: _token_needed,
    }
    for kind, handler in handlers.items():
        bp.register_error_handler(kind, handler)
    return bp


def _problem(error: Problem) -> Response:
    status, text = PROBLEMS[error.code]
    title, said = gettext(_TITLES.get(error.code, errors.TITLES[status])), gettext(text, **error.values)
    return errors.answer(Refusal(status, error.code, said, title, error.errors, error.headers, error.more))


def _invalid(error: Invalid) -> Response:
    return _problem(wrong_fields(problems_of(error)))


def _not_found(error: NotFound) -> Response:
    """One answer for what is not there and what is another agency's."""
    denials.note(error)
    if not isinstance(house(), Platform):
        return _answer(404, error.code, said_of(error))
    return _answer(404, "not_found", gettext("There is no such client or service here, or it is not yours."))


def _forbidden(error: Forbidden) -> Response:
    """RFC 6750 §3.1."""
    denials.note(error)
    if error.code != "scope_missing":
        return _answer(403, error.code, said_of(error))
    challenge = f'Bearer realm="api", error="insufficient_scope", scope="{error.values["scope"]}"'
    return _answer(403, "insufficient_scope", said_of(error), {"WWW-Authenticate": challenge})


def _token_needed(_error: TokenNeeded) -> Response:
    """RFC 6750 §3: the reason is named only to those who sent a token."""
    sent = "Authorization" in request.headers
    challenge = 'Bearer realm="api"' + (', error="invalid_token"' if sent else "")
    text = gettext(errors.TEXTS[401])
    return _answer(401, "invalid_token" if sent else "token_missing", text, {"WWW-Authenticate": challenge})


def _answer(status: int, code: str, text: str, headers: dict[str, str] | None = None) -> Response:
    return errors.answer(Refusal(status, code, text, gettext(errors.TITLES[status]), headers=headers or {}))
