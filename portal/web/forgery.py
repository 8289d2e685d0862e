"""Requests that somebody else's page could have sent: judged by a token and by what the browser says of them."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect, ValidationError, generate_csrf, validate_csrf

from portal.web.hosts import normal_host, settings
from portal.web.refusals import Forged

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_forgery(app: Flask) -> None:
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which ends on its own
        WTF_CSRF_CHECK_DEFAULT=False,  # asked by the access stamp, after the host and the person
    )
    CSRFProtect(app)


def token() -> str:
    """The token of this session, for forms."""
    return str(generate_csrf())


def check() -> None:
    """Raises Forged for an unsafe request that this session's own pages did not send."""
    if request.method not in _UNSAFE:
        return
    if not _from_here():
        raise Forged
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
    keys = (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])
    if not any(_is_signed(sent, key) for key in keys):
        raise Forged


def _is_signed(sent: str | None, key: str) -> bool:
    """Whether it is the token of this session, signed with that key: a form may be older than the present one."""
    try:
        validate_csrf(sent, secret_key=key)
    except ValidationError:
        return False
    return True


def _from_here() -> bool:
    """What the browser says about where the request began; pages can't make it lie.

    A page with `no-referrer` (links with a token in them) sends `Origin: null`; then only
    Sec-Fetch-Site can vouch for it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        return False
    if origin == "null":
        return site == "same-origin"
    here = settings().address_of(normal_host(request.environ.get("HTTP_HOST", "")))
    return origin is None or origin in (here, request.host_url.rstrip("/"))
