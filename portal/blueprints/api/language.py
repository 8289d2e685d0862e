"""The language of machines: English, unless the request asks for another one of ours."""

from __future__ import annotations

from flask import Blueprint, request

from portal import languages
from portal.languages import LANGUAGES
from portal.web.reader import LANGUAGE_COOKIE

_PAGE = "api.description.page"
"""The one answer of the API that people read in a browser."""

bp = Blueprint("language", __name__)


@bp.before_app_request
def _speak() -> None:
    """For every path below /api/, known or not: what people read begins in Portuguese, what machines get does not."""
    if request.path.startswith("/api/"):
        chosen = request.cookies.get(LANGUAGE_COOKIE) if request.endpoint == _PAGE else None
        languages.speak(chosen if chosen in LANGUAGES else "pt-BR" if _asks_for_portuguese() else "en")


def _asks_for_portuguese() -> bool:
    """Whether Portuguese comes before English among the languages that the request names."""
    if "HTTP_ACCEPT_LANGUAGE" not in request.environ:
        return False
    for tag, _quality in request.accept_languages:
        spoken = tag.partition("-")[0].lower()
        if spoken in ("pt", "en"):
            return spoken == "pt"
    return False
