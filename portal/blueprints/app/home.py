from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for

from portal.domain import publishing, tenants
from portal.domain.publishing import ALLERGENS
from portal.domain.tenants import App
from portal.web.access import public
from portal.web.hosts import agency_here

bp = Blueprint("home", __name__)

LATER = "3600"
"""Seconds until it is worth asking again where an app is closed for now."""


@bp.get("/")
@public("what a client published is for everybody", on="agency")
def index(app: str) -> Response:
    """503 rather than 404 for a suspended app: it is gone for now, not for good, and says nothing of why."""
    found = tenants.app_by_slug(agency_here(), app)
    manifest = url_for("app.manifest.show", app=found.slug)
    frame = {"shell": {"app": {"name": found.name, "css": None, "manifest": manifest}}}
    if _is_closed(found):
        page = render_template("app/home/closed.html", app=found, **frame)
        return Response(page, 503, headers={"Retry-After": LATER})
    categories = [category for category in publishing.published_menus(found) if category.dishes]
    published = publishing.last_publication(found)
    page = render_template(
        "app/home/index.html", app=found, categories=categories, published=published, allergens=ALLERGENS, **frame
    )
    return Response(page)


def _is_closed(app: App) -> bool:
    return bool(app.suspended_at or app.client.suspended_at or app.agency.suspended_at)
