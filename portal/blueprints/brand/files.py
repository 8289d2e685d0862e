"""Theme, pictures and bundles: named by their content, so that they may be kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from portal.domain.branding import Brand, Picture
from portal.domain.errors import NotFound
from portal.web.access import public
from portal.web.brand import brand_at, brand_here
from portal.web.hosts import Platform, house_here
from portal.web.manifests import manifest

bp = Blueprint("files", __name__)

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=300"
_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/brand/<version>.css")
@public("the colours of this host's brand", on="both")
def theme(version: str) -> Response:
    brand = _present(version)
    return _kept(Response(brand.css("/brand/"), content_type="text/css; charset=utf-8"), _FOR_EVER)


@bp.get("/brand/<version>/office.webmanifest")
@public("the back office is installed from its sign-in page", on="agency")
def office(version: str) -> Response:
    brand = _present(version)
    return _kept(manifest(brand, brand.name, "/"), _FOR_EVER)


@bp.get("/brand/<version>/<name>")
@public("the pictures of this host's brand", on="both")
def picture(version: str, name: str) -> Response:
    found = _present(version).picture(name)
    if found is None:
        raise NotFound
    return _picture(found, _FOR_EVER)


@bp.get("/favicon.ico")
@public("what browsers ask for on their own", on="both")
def favicon() -> Response:
    brand = brand_here()
    assert brand is not None, "both of our kinds of host have a brand"
    return _picture(brand.picture("favicon.ico") or brand.favicon, _FOR_A_WHILE)


@bp.get("/assets/<path:name>")
@public("style sheets, scripts, fonts and icons of this host's pages", on="both")
def asset(name: str) -> Response:
    worlds = ("dashboard",) if isinstance(house_here(), Platform) else ("office", "app")
    found: Response | None = current_app.extensions["assets"].serve(worlds, f"/assets/{name}", dict(request.headers))
    if found is None:
        raise NotFound
    return found


def _present(version: str) -> Brand:
    """This host's brand under its present version or the one just before; older addresses lead to nothing."""
    brand = brand_at(version)
    if brand is None:
        raise NotFound
    return brand


def _picture(found: Picture, caching: str) -> Response:
    """A picture is opened by nobody's script, not even when it is opened on its own; one that passes is not kept."""
    response = Response(found.data, content_type=found.content_type)
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # mails are read in other people's pages
    return _kept(response, _FOR_A_WHILE if found.is_passing else caching)


def _kept(response: Response, caching: str) -> Response:
    response.headers["Cache-Control"] = caching
    return response
