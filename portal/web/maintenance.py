"""The page of an installation that is being looked after, or whose database is away: whole in itself, in the brand.

Nothing can be asked then, neither who is here nor for a style sheet, so the page carries its own. Which brand it is
in follows from the host: as this process has known it last, else by the name of the theme's folder.
"""

from __future__ import annotations

import base64
from pathlib import Path

from flask import Flask, Response, current_app, render_template, request

from portal import languages
from portal.config import Settings
from portal.domain import tenants
from portal.domain.branding import Brand, Shelf
from portal.languages import LANGUAGES
from portal.web.hosts import PROBES, AgencyHouse, house, normal_host, settings

RETRY_SECONDS = 30
_MOST_HOSTS = 10_000
_POLICY = (
    "default-src 'none'; style-src data:; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


class Maintained(Exception):
    """The installation is being looked after: nobody comes in for now."""


def init_maintenance(app: Flask, settings: Settings) -> None:
    """Must come before whatever asks the database."""
    app.extensions["known_hosts"] = {}
    file = _file(settings.data_dir)

    @app.before_request
    def _stop() -> None:
        if file.exists() and request.path not in PROBES:
            raise Maintained


def remember_house() -> None:
    """Know an agency's host by heart, for the time when nobody can be asked."""
    here = house()
    if not isinstance(here, AgencyHouse):
        return
    known = current_app.extensions["known_hosts"]
    if len(known) < _MOST_HOSTS:
        known[_host()] = (here.agency.slug, here.agency.name, here.agency.language)


def switch(settings: Settings, *, on: bool) -> None:
    """Begin or end it, for every process that shares the data folder."""
    file = _file(settings.data_dir)
    if on:
        file.touch(mode=0o600)
    else:
        file.unlink(missing_ok=True)


def page() -> Response:
    """The answer to everything meanwhile."""
    brand, language = _brand()
    wanted = request.cookies.get("language") or request.accept_languages.best_match(LANGUAGES) or language
    with languages.speaking(wanted):  # for this page alone: nobody would give this thread its language back
        style = render_template("errors/maintenance.css", b=brand)
        html = render_template(
            "errors/maintenance.html",
            house_brand=brand,
            style=_within("text/css", style.encode()),
            address=lambda picture: _within(picture.content_type, picture.data),
            retry=RETRY_SECONDS,
        )
    answer = Response(html, 503, content_type="text/html; charset=utf-8")
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def _brand() -> tuple[Brand | None, str]:
    """The brand of the host that was asked, and its language; None where nothing tells whose it is."""
    shelf: Shelf = current_app.extensions["shelf"]
    host = _host()
    if host == settings().platform_host:
        return shelf.vendor(), ""
    known: tuple[str, str, str] | None = current_app.extensions["known_hosts"].get(host)
    if known:
        return shelf.brand(known[0], known[1]), known[2]
    slug = host.removesuffix(settings().agency_host_suffix)
    if slug == host or not tenants.is_slug(slug) or not (settings().themes_dir / slug).is_dir():
        return None, ""
    found = shelf.brand(slug, "")
    return (found, "") if found.name else (None, "")


def _within(kind: str, data: bytes) -> str:
    """The thing itself as an address: there is nobody to ask for it."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _host() -> str:
    return normal_host(request.environ.get("HTTP_HOST", ""))


def _file(data_dir: Path) -> Path:
    return data_dir / "maintenance"
