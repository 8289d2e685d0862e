"""How the reader wants to be spoken to: language, and light or dark."""

from __future__ import annotations

from flask import Flask, g, request
from werkzeug.wrappers import Response as AnyResponse

from portal import languages
from portal.domain.accounts import THEMES
from portal.languages import LANGUAGES
from portal.web import sessions
from portal.web.hosts import AgencyHouse, house, settings

LANGUAGE_COOKIE, APPEARANCE_COOKIE = "language", "appearance"
_YEAR = 365 * 24 * 3600
_QUIET = ("/assets/", "/brand/", "/healthz", "/readyz")
"""Answers without words: nobody needs to be known for them."""


def init_reader(app: Flask) -> None:
    app.before_request(_speak)
    app.teardown_request(_fall_silent)


def appearance() -> str:
    """`auto`, `light` or `dark`: the person's choice, else what this browser chose at the door."""
    found = sessions.signed_in() if house() and not g.get("without_database") else None
    chosen = found.person.theme if found else request.cookies.get(APPEARANCE_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def speak_to_guest(language: str) -> None:
    """Speak the language that somebody else chose for a guest, unless he chose one himself."""
    if sessions.signed_in() is None and request.cookies.get(LANGUAGE_COOKIE) not in LANGUAGES:
        languages.speak(language)


def remember(response: AnyResponse, *, language: str | None = None, appearance: str | None = None) -> None:
    """Keep a choice in this browser, for the pages before anyone signs in."""
    for name, value in ((LANGUAGE_COOKIE, language), (APPEARANCE_COOKIE, appearance)):
        if value:
            response.set_cookie(
                name, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings().secure, path="/"
            )


def _speak() -> None:
    g.spoken_before = languages.language()
    if not request.path.startswith(_QUIET):
        languages.speak(_wanted())


def _fall_silent(_error: BaseException | None) -> None:
    before = g.get("spoken_before")
    if before:
        languages.speak(before)


def _wanted() -> str | None:
    here = house()
    if request.path.startswith("/api/") or here is None:
        return _accepted()
    found = sessions.signed_in()
    if found:
        return str(found.person.language)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return _accepted() or (str(here.agency.language) if isinstance(here, AgencyHouse) else None)


def _accepted() -> str | None:
    """The best of ours among those the browser names; `pt` and `pt-PT` readers get Portuguese."""
    if "HTTP_ACCEPT_LANGUAGE" not in request.environ:
        return None
    for tag, _quality in request.accept_languages:
        for ours in LANGUAGES:
            if tag.split("-")[0].lower() == ours.split("-")[0]:
                return ours
    return None
