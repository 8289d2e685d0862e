"""Paths of this host: which exist, and which one may be told to go to."""

from __future__ import annotations

import re
from urllib.parse import unquote

from flask import current_app, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from portal.web.access import stamp_of

_PLAIN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1500}")
_TRICKS = re.compile(r"[\x00-\x1f\x7f\\]|^//")


def here_exists(path: str, *methods: str) -> bool:
    """Whether a view of this host answers at the path, to one of the methods (GET unless named)."""
    adapter = request_ctx.url_adapter
    for method in methods or ("GET",):
        try:
            endpoint, _ = adapter.match(path, method=method)  # type: ignore[union-attr]
        except HTTPException:
            continue
        stamp = stamp_of(current_app.view_functions[endpoint])
        if stamp is not None and stamp.is_here():
            return True
    return False


def safe_next(wanted: str | None, default: str) -> str:
    """Where the reader wanted to go, when that is a page of this very host; else `default`.

    Whatever a browser might read as another place is none: schemes, `//`, backslashes, hidden characters.
    """
    if not wanted or not _PLAIN_PATH.fullmatch(wanted):
        return default
    once = unquote(wanted)
    if _TRICKS.search(once) or _TRICKS.search(unquote(once)):
        return default
    return wanted if here_exists(unquote(re.split("[?#]", wanted, maxsplit=1)[0])) else default


def next_after_sign_in() -> str | None:
    """The page asked for, to come back to; None where it can't be asked for again."""
    if request.method not in ("GET", "HEAD") or request.path == "/":
        return None
    return request.full_path.removesuffix("?")
