"""What every template finds without being given it."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from portal import languages
from portal.languages import LANGUAGES
from portal.web import reader
from portal.web.assets import Assets
from portal.web.brand import shown_brand
from portal.web.hosts import Platform, house
from portal.web.icons import Icons


def init_pages(app: Flask) -> None:
    assets = Assets()
    app.extensions["assets"] = assets
    app.jinja_env.globals["drawn_icon"] = Icons(lambda: assets.icons(world()))

    @app.context_processor
    def _common() -> dict[str, Any]:
        kind = "dashboard" if isinstance(house(), Platform) else "office"
        return {
            "frame": f"layouts/{kind}.html",
            "door": f"layouts/door_{kind}.html",
            "assets": assets,
            "language": languages.language(),
            "languages": list(LANGUAGES.items()),
            "appearance": reader.appearance(),
            "brand": shown_brand(),
        }


def world() -> str:
    """The set of assets that this request's pages are made of."""
    if isinstance(house(), Platform):
        return "dashboard"
    return "app" if request.path.startswith("/app/") else "office"
