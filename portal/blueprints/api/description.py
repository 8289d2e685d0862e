"""The description of the API: as OpenAPI for programs, as a page for people."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Response, current_app, render_template, url_for

from portal.blueprints.api import openapi, reference
from portal.blueprints.api.problems import resource
from portal.blueprints.api.replies import reply
from portal.web.access import public
from portal.web.hosts import address_on_platform

bp = resource("description", __name__)


@bp.get("/openapi.json")
@public("whoever writes a sender reads it first", on="platform")
def document() -> Response:
    return reply(_described(address_on_platform("")))


@bp.get("/docs")
@public("whoever writes a sender reads it first", on="platform")
def page() -> str:
    shown = reference.page_of(_described(address_on_platform("")))
    shell = {
        "home": url_for("account.start.index"),
        "menu": shown["menu"],
        "language": url_for("account.preferences.save"),
    }
    return render_template("api/description/page.html", shell=shell, **shown)


@cache
def _described(address: str) -> dict[str, Any]:
    """The document of this process: routes and services stay what they were at its start."""
    return openapi.describe(current_app.url_map, current_app.view_functions, address)
