"""htmx: what it asks for, and how it is answered. The one module that knows its headers."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask, Response, make_response, redirect, render_template
from flask_htmx import HTMX
from werkzeug.wrappers import Response as AnyResponse

_htmx = HTMX()

_OWN_PATH = re.compile(r"/(?![/\\])")

ASK_NO_MORE = 286
"""The status that ends what a page asks again and again."""


def init_htmx(app: Flask) -> None:
    _htmx.app = app  # without its context processor: templates ask nothing about htmx
    app.extensions["htmx"] = _htmx


def is_htmx() -> bool:
    """Whether htmx sent the request, for a part of a page or a whole one."""
    return bool(_htmx)


def is_fragment_request() -> bool:
    """Whether a part of a page is wanted: not for restored history nor boosted links, which need it whole."""
    return bool(_htmx) and not _htmx.history_restore_request and not _htmx.boosted


def fragment(template: str, *, status: int = 200, **values: Any) -> Response:
    """The fragment alone, whoever asks."""
    return make_response(render_template(template, **values), status)


def fragment_or_redirect(
    template: str, *, to: str, trigger: str | dict[str, Any] | None = None, **values: Any
) -> AnyResponse:
    """The answer to a change: the fragment as it is now for htmx, else back to the page it is part of.

    `trigger` names an event that other places of the page listen for (or a dict of events with details).
    """
    if not is_fragment_request():
        return redirect(to, 303)
    response = fragment(template, **values)
    return with_event(response, trigger) if trigger else response


def fragment_or_page(part: str, page: str, *, status: int = 200, **values: Any) -> Response:
    """A page, or only the part of it that htmx asked for (a filter, a next page, a form refused)."""
    return fragment(part if is_fragment_request() else page, status=status, **values)


def go(to: str) -> AnyResponse:
    """Elsewhere, as a whole page: htmx is told to load it, everybody else is redirected.

    Raises ValueError where `to` is not our own path.
    """
    if not _OWN_PATH.match(to):
        raise ValueError(f"not our own path: {to!r}")
    if not is_htmx():
        return redirect(to, 303)
    response = Response(status=204)
    response.headers["HX-Redirect"] = to
    return response


def with_event(response: Response, event: str | dict[str, Any]) -> Response:
    """Let the page know that something changed: `right-changed`, or `{"toast": "Saved"}`."""
    events = event if isinstance(event, dict) else {event: True}
    response.headers["HX-Trigger"] = json.dumps(events, default=str)
    return response


def into_alerts(response: Response) -> Response:
    """Show the answer where the page shows what went wrong, whatever asked for it."""
    response.headers["HX-Retarget"] = "#alerts"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
