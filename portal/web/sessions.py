"""Signed-in browsers: flask-login over the session rows of `accounts`.

The cookie holds a random token and nothing about the person; the row behind it can be ended at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer

from portal import clock
from portal.config import Settings
from portal.domain import accounts
from portal.domain.accounts import Person, SignIn
from portal.web import bodies
from portal.web.hosts import house, normal_host

_lent: ContextVar[SignIn | None] = ContextVar("lent", default=None)


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """What flask-login calls a user: one living session, its person loaded."""

    def __init__(self, token: str, row: SignIn) -> None:
        self.token = token
        self.row = row

    def get_id(self) -> str:
        return self.token

    @property
    def person(self) -> Person:
        found: Person = self.row.person
        return found


class HostBoundSessions(SecureCookieSessionInterface):
    """Signed cookies that hold on the host that set them and on no other."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Machines and newcomers bring no cookie: nothing needs to be signed to know that.

        Whoever brings two that differ is nobody: one was planted from a sibling domain, and nothing tells which.
        """
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        brought = set(request.cookies.getlist(self.get_cookie_name(app)))
        if len(brought) != 1 or brought == {""}:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Only what changed is written (none is permanent): Flask would look up all of a cookie to send none."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.salt = f"session at {normal_host(request.environ.get('HTTP_HOST', ''))}".encode()
        return serializer


def init_sessions(app: Flask, settings: Settings) -> None:
    app.session_interface = HostBoundSessions()
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_key_fallbacks],
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    manager = LoginManager()
    manager.session_protection = None  # the row is the protection; an address may change on a train
    manager.user_loader(_load)
    manager.request_loader(_load_lent)
    # Its `init_app` would ask the database for every template, and look into the session after every request for a
    # cookie that is never set.
    app.login_manager = manager  # type: ignore[attr-defined]


def polled(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that an open page asks by itself: it does not count as something that its reader did."""
    view.__polled__ = True  # type: ignore[attr-defined]
    return view


def is_polled() -> bool:
    """Whether this is a view that only an open page asks."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), "__polled__", False))


def signed_in() -> SignedIn | None:
    """Who is signed in here; asked of the database once a request, and only if somebody wants to know."""
    found = current_user._get_current_object()
    return found if isinstance(found, SignedIn) else None


def this_sign_in() -> SignedIn:
    """The same, for views whose access stamp has asked for it."""
    found = signed_in()
    assert found is not None, "the access stamp has asked for somebody who is signed in"
    return found


def begin(token: str) -> SignedIn:
    """Let this browser be the new session of `token`. Whatever the cookie held before is gone."""
    before = signed_in()
    if before:
        accounts.end_session(before.row, now=clock.now())
    session.clear()
    found = _load(token)
    assert found is not None, "a session that was just made is alive"
    login_user(found)
    session.pop("_id", None)  # flask-login's hash of address and browser, which nobody asks for
    return found


def end() -> None:
    """Sign this browser out; a copy of its cookie is worth nothing from now on."""
    found = signed_in()
    if found:
        accounts.end_session(found.row, now=clock.now())
    logout_user()
    session.clear()


@contextmanager
def lent(session: SignIn) -> Iterator[None]:
    """Requests made meanwhile by this very code, in this process, are those of a session that is in no table."""
    before = _lent.set(session)
    try:
        yield
    finally:
        _lent.reset(before)


def _load_lent(_request: Request) -> SignedIn | None:
    session, here = _lent.get(), house()
    return SignedIn("", session) if session and here and session.house == here.key else None


def _load(token: str) -> SignedIn | None:
    here = house()
    # parts of pages that look again on a timer say so; what changes something was pressed
    by_itself = is_polled() or (request.method in bodies.SAFE and "X-Polled" in request.headers)
    row = accounts.session_of(token, here.key, seen=not by_itself, now=clock.now()) if here else None
    return SignedIn(token, row) if row else None
