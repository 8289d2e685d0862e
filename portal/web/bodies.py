"""The body of a request, read to its end before anybody asks who sent it.

A server hands a request over when its headers are there. Whoever sends the rest slowly would otherwise be judged by the
session and the rights that he had when he began, and keep a connection of the database meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

View = Callable[..., Any]


def init_bodies(app: Flask) -> None:
    """Must come before whatever asks the database."""
    app.before_request(_read)


def takes(most: int, *, parts: int) -> Callable[[View], View]:
    """Mark a view whose form may be larger than others: `most` bytes in so many `parts`."""

    def mark(view: View) -> View:
        view.__takes__ = (most, parts)  # type: ignore[attr-defined]
        return view

    return mark


def check() -> None:
    """Raises what was wrong with the body, a RequestEntityTooLarge above all; once it is known who sent it."""
    if error := g.get("unreadable"):
        raise error


def _read() -> None:
    if request.method in SAFE or request.endpoint is None:
        return
    most, parts = getattr(current_app.view_functions[request.endpoint], "__takes__", (None, None))
    # One byte more than is taken: a chunked body is cut off in silence, and the last byte tells.
    request.max_content_length = (most or current_app.config["MAX_CONTENT_LENGTH"]) + 1
    if parts:
        request.max_form_parts = parts
    try:
        request.get_data(parse_form_data=True)
    except HTTPException as error:
        g.unreadable = error
