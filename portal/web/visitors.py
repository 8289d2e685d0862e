"""The browser of a request on its way in: where it comes from, the cookie that tells it again, what it has begun."""

from __future__ import annotations

from flask import after_this_request, request, session
from werkzeug.wrappers import Response

from portal.domain.sign_in import Entered, Site, Visitor
from portal.web import sessions
from portal.web.brand import shown_brand
from portal.web.hosts import normal_host, settings

_YEAR = 365 * 24 * 3600


def visitor() -> Visitor:
    """Who knocks, as far as a browser tells."""
    return Visitor(
        address=request.remote_addr or "",
        browser=request.user_agent.string[:200],
        known=request.cookies.get(_cookie(), "")[:100],
    )


def let_in(entered: Entered) -> sessions.SignedIn:
    """Let this browser be the new session, and know it again next time."""
    found = sessions.begin(entered.session)

    @after_this_request
    def _remember(response: Response) -> Response:
        response.set_cookie(
            _cookie(), entered.known, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings().secure, path="/"
        )
        return response

    return found


def keep(purpose: str, token: str) -> None:
    """Remember in this browser what it has begun."""
    session[f"begun-{purpose}"] = token


def kept(purpose: str) -> str:
    return str(session.get(f"begun-{purpose}", ""))


def site() -> Site:
    """This host, as passkeys are bound to it."""
    host = normal_host(request.environ.get("HTTP_HOST", ""))
    brand = shown_brand()
    assert brand is not None, "the access stamp has asked for the host"
    return Site(host, settings().address_of(host), brand.name)


def _cookie() -> str:
    return "__Host-browser" if settings().secure else "browser"
