"""How a refusal looks to whoever asked: a page, a fragment, or a problem document of the API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.accounts import Member, Staff
from portal.languages import gettext
from portal.web import htmx, log
from portal.web.hosts import Platform, house
from portal.web.refusal_words import DEAD_LINKS, TEXTS, TITLES

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

    @property
    def leads_to_sign_in(self) -> bool:
        return self.code in DEAD_LINKS


def answer(refusal: Refusal) -> AnyResponse:
    """The refusal in the form that the asker reads."""
    if house() is None:
        response = _bare(refusal)
    elif is_api():
        response = problem(refusal)
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


def is_api() -> bool:
    return request.path.startswith("/api/")


def _bare(refusal: Refusal) -> Response:
    """Nobody's page: a host that is not ours has nothing, and before the host is known there is no brand."""
    status = 404 if "house" in g else refusal.status
    return make_response(
        render_template("errors/bare.html", title=gettext(TITLES[status]), text=gettext(TEXTS[status])), status
    )


def _layout(refusal: Refusal) -> str:
    """The frame that the reader knows; after a crash the one that asks least."""
    who = g.get("who") if refusal.status < 500 else None
    kind = "dashboard" if isinstance(house(), Platform) else "office"
    return f"layouts/{kind}.html" if isinstance(who, (Staff, Member)) else f"layouts/door_{kind}.html"


def problem(refusal: Refusal) -> Response:
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
