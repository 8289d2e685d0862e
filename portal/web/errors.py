"""The one place that decides on status codes, and gives every refusal its face: page, fragment or problem document."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.accounts import Member, Staff, TooManyAttempts
from portal.domain.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Refused
from portal.languages import N_, Text, gettext
from portal.web import denials, htmx, log, maintenance, sessions
from portal.web.hosts import Platform, house
from portal.web.landing import open_memberships
from portal.web.messages import problems_of, said_of
from portal.web.paths import here_exists, next_after_sign_in
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
TITLES: dict[int, Text] = {
    400: N_("That request could not be read"),
    401: N_("A token is needed"),
    403: N_("You may not do this"),
    404: N_("There is nothing here"),
    405: N_("That is not how this works"),
    409: N_("Somebody was faster"),
    413: N_("That was too large"),
    414: N_("That address is too long"),
    415: N_("That kind of content can't be read"),
    422: N_("That can't be saved like this"),
    429: N_("One moment, please"),
    500: N_("Something went wrong here"),
    503: N_("Back in a moment"),
}
TEXTS: dict[int, Text] = {
    400: N_("The browser sent something that can't be understood. Go back, reload the page and try again."),
    401: N_("Send a bearer token that is alive; get one at /api/v1/oauth/token."),
    403: N_("You don't have the right for this. Ask whoever manages the team to give it to you."),
    404: N_("This page does not exist, or it is not for you. Check the address, or go back to the start."),
    405: N_("This address does not take that kind of request. Go back and use the buttons of the page."),
    413: N_("Send something smaller, or split it into several parts."),
    414: N_("Shorten the address and try again."),
    415: N_("Send it as the documentation says."),
    500: N_(
        "Nothing you did is lost that was confirmed. Try again; if it happens once more, tell us the number below."
    ),
    503: N_("It is busy at the moment. Nothing was changed; try again in a few seconds."),
}
FORGED = N_(
    "Nothing was changed: the page was open for too long, or the request did not come from it. "
    "Go back, reload the page and try again."
)


# Layouts echo the address into the language form. A refusal must not: nothing in it may tell one object from another.
_NAMELESS = {"request": None}


@dataclass(frozen=True)
class Refusal:
    """What is said about one error."""

    status: int
    code: str
    text: str
    title: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    """Members of a problem document beyond those of RFC 9457."""


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
    """The status under which a page shows an error beside its form."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def answer(refusal: Refusal) -> AnyResponse:
    """The refusal in the form that the asker reads."""
    if house() is None:
        response = _bare(refusal)
    elif _is_api():
        response = _problem(refusal)
    elif htmx.is_fragment_request():
        response = htmx.into_alerts(htmx.fragment("errors/_refusal.html", status=refusal.status, refusal=refusal))
    else:
        request_id = log.request_id() if refusal.status == 500 else None
        response = htmx.fragment(
            "errors/refusal.html",
            status=refusal.status,
            refusal=refusal,
            layout=_layout(refusal),
            request_id=request_id,
            **_NAMELESS,
        )
    response.headers.update(refusal.headers)
    return response


def _domain(error: DomainError) -> AnyResponse:
    denials.note(error)
    status = status_of(error)
    headers = {"Retry-After": str(math.ceil(error.values["seconds"]))} if isinstance(error, TooManyAttempts) else {}
    return answer(
        Refusal(status, error.code, said_of(error), _title(status), problems_of(error), headers),
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
    if _is_api():
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
        agency=error.agency.name,
    )
    return answer(Refusal(403, "not_admitted", text, gettext("Closed for now")))


def _forged(_error: Forged) -> AnyResponse:
    return answer(Refusal(400, "forged", gettext(FORGED), gettext("Please try that once more")))


def _maintained(_error: maintenance.Maintained) -> AnyResponse:
    g.without_database = True
    return _out_of_reach()


def _out_of_reach() -> AnyResponse:
    """Before anybody could be asked whose host this is."""
    if not _is_api():
        return maintenance.page()
    response = _problem(Refusal(503, "http_503", gettext(TEXTS[503]), _title(503)))
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


def _title(status: int) -> str:
    return gettext(TITLES[status])


def _bare(refusal: Refusal) -> Response:
    """Nobody's page: a host that is not ours has nothing, and before the host is known there is no brand."""
    status = 404 if "house" in g else refusal.status
    return make_response(render_template("errors/bare.html", title=_title(status), text=gettext(TEXTS[status])), status)


def _layout(refusal: Refusal) -> str:
    """The frame that the reader knows; after a crash the one that asks least."""
    who = g.get("who") if refusal.status < 500 else None
    kind = "dashboard" if isinstance(house(), Platform) else "office"
    return f"layouts/{kind}.html" if isinstance(who, (Staff, Member)) else f"layouts/door_{kind}.html"


def _problem(refusal: Refusal) -> Response:
    """RFC 9457."""
    body = {
        "type": "about:blank",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.text,
        "code": refusal.code,
        **refusal.more,
    }
    if any(refusal.problems):
        body["errors"] = [{"field": name, "detail": text} for name, text in refusal.problems.items()]
    if refusal.status >= 500:
        body["request_id"] = log.request_id()
    return Response(json.dumps(body, ensure_ascii=False), refusal.status, content_type="application/problem+json")


def _is_api() -> bool:
    return request.path.startswith("/api/")
