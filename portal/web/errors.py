"""The one place that decides on status codes: what becomes of every error. Its face: `refusal_face`."""

from __future__ import annotations

import math
from urllib.parse import unquote

import structlog
from flask import Flask, Response, g, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.accounts import TooManyAttempts
from portal.domain.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Refused
from portal.languages import gettext
from portal.web import denials, htmx, log, maintenance, sessions
from portal.web.brand import name_of
from portal.web.hosts import house
from portal.web.landing import open_memberships
from portal.web.messages import problems_of, said_of
from portal.web.paths import here_exists, next_after_sign_in
from portal.web.refusal_face import Refusal, answer, is_api, problem
from portal.web.refusal_words import DEAD_LINK, DEAD_LINKS, FORGED, TEXTS, TITLES
from portal.web.refusals import FactorNeeded, Forged, NotAdmitted, SignInNeeded, TokenNeeded

_log = structlog.get_logger("portal")

# The first class that fits decides.
STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (TooManyAttempts, 429),
    (Conflict, 409),
    (Invalid, 422),
    (Refused, 422),
    (DomainError, 422),
)


def init_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.before_request(_slash)
    app.register_error_handler(MethodNotAllowed, _wrong_verb)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(FactorNeeded, _factor)
    app.register_error_handler(TokenNeeded, _token)
    app.register_error_handler(NotAdmitted, _not_admitted)
    app.register_error_handler(Forged, _forged)
    app.register_error_handler(maintenance.Maintained, _maintained)
    app.register_error_handler(Exception, crash)


def unavailable(error: Exception) -> AnyResponse:
    """The database is busy or away: to be tried again, by the reader or by his machine."""
    g.without_database = True
    _log.error("database unavailable", reason=str(error)[:200])
    return _out_of_reach() if house() is None else _plain(503, headers={"Retry-After": "5"})


def status_of(error: DomainError) -> int:
    """The status under which a page shows an error beside its form: what the view caught is written down, too."""
    denials.note(error)
    return _status(error)


def _status(error: DomainError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def _domain(error: DomainError) -> AnyResponse:
    denials.note(error)
    status = _status(error)
    headers = {"Retry-After": str(math.ceil(error.values["seconds"]))} if isinstance(error, TooManyAttempts) else {}
    return answer(
        Refusal(status, error.code, said_of(error), _title(status, error.code), problems_of(error), headers),
    )


def _http(error: HTTPException) -> AnyResponse:
    if error.response is not None:
        return make_response(error.response)
    return _plain(error.code or 500)


def _slash() -> AnyResponse | None:
    """A path without its last slash: onwards on this host, where the page exists here."""
    # A hook, for Flask asks no error handler about these.
    error = request.routing_exception
    if not isinstance(error, RequestRedirect):
        return None
    path = error.new_url.partition("://")[2].partition("/")[2]
    there = f"/{path}"
    return redirect(there, 308) if here_exists(unquote(there.partition("?")[0])) else _plain(404)


def _wrong_verb(error: MethodNotAllowed) -> AnyResponse:
    if not here_exists(request.path, *(error.valid_methods or ())):
        return _plain(404)
    return _plain(405, headers={"Allow": ", ".join(sorted(set(error.valid_methods or ()) - {"OPTIONS"}))})


def _sign_in(_error: SignInNeeded) -> AnyResponse:
    if is_api():
        return _token(TokenNeeded())
    if sessions.is_polled():
        return Response(status=htmx.ASK_NO_MORE)  # nobody is torn from a form half filled in
    if htmx.is_htmx():
        response = Response(status=401)
        response.headers["HX-Redirect"] = url_for("account.sign_in.show")
        return response
    return redirect(url_for("account.sign_in.show", next=next_after_sign_in()), 302)


def _factor(_error: FactorNeeded) -> AnyResponse:
    """To the page where a second factor is set up, whatever was asked for."""
    if sessions.is_polled():
        return Response(status=htmx.ASK_NO_MORE)
    return htmx.go(url_for("account.security.index"))


def _token(_error: TokenNeeded) -> AnyResponse:
    return _plain(401, headers={"WWW-Authenticate": "Bearer"})


def _not_admitted(error: NotAdmitted) -> AnyResponse:
    found = sessions.signed_in()
    if found and not open_memberships(found):
        sessions.end()  # nobody stays signed in where nothing is open for him
    text = gettext(
        "Your access is closed at the moment. What you made is kept. Ask %(agency)s to open it.",
        agency=name_of(error.agency),
    )
    return answer(Refusal(403, "not_admitted", text, gettext("Closed for now")))


def _forged(_error: Forged) -> AnyResponse:
    return answer(Refusal(400, "forged", gettext(FORGED), gettext("Please try that once more")))


def _maintained(_error: maintenance.Maintained) -> AnyResponse:
    g.without_database = True
    return _out_of_reach()


def _out_of_reach() -> AnyResponse:
    """Before anybody could be asked whose host this is."""
    if not is_api():
        return maintenance.page()
    response = problem(Refusal(503, "http_503", gettext(TEXTS[503]), _title(503)))
    response.headers["Retry-After"] = str(maintenance.RETRY_SECONDS)
    return response


def crash(error: Exception) -> AnyResponse:
    _log.error("crash", exc_info=error)
    try:
        return _plain(500)
    except Exception as second:  # noqa: BLE001 (the page that says so must not be the next to fail)
        _log.error("crash", exc_info=second)
        return Response(f"{_title(500)}. {log.request_id()}", 500, content_type="text/plain; charset=utf-8")


def _plain(status: int, headers: dict[str, str] | None = None) -> AnyResponse:
    status = status if status in TITLES else 400 if status < 500 else 500
    text = gettext(TEXTS[status]) if status in TEXTS else _title(status)
    return answer(Refusal(status, f"http_{status}", text, _title(status), headers=headers or {}))


def _title(status: int, code: str = "") -> str:
    return gettext(DEAD_LINK if code in DEAD_LINKS else TITLES[status])
