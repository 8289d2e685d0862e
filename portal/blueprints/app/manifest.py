from __future__ import annotations

from flask import Blueprint, Response

from portal.domain import tenants
from portal.web.access import public
from portal.web.brand import brand_of
from portal.web.hosts import agency_here
from portal.web.manifests import manifest

bp = Blueprint("manifest", __name__)


@bp.get("/manifest.webmanifest")
@public("a client's app is installed by everybody", on="agency")
def show(app: str) -> Response:
    """Also while the app is closed: installed apps ask, and would lose name and icon."""
    found = tenants.app_by_slug(agency_here(), app)
    response = manifest(brand_of(found.agency), found.name, f"/app/{found.slug}/")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
