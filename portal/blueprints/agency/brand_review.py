"""The last look before a draft becomes what everybody sees: what changes, and all of it side by side."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import brand_notes, brand_preview
from portal.blueprints.agency.brand import standing_of
from portal.blueprints.agency.brand_form import expected_of
from portal.domain import branding
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.domain.tenants import Agency
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.brand import theme_store
from portal.web.messages import said_of

bp = Blueprint("brand_review", __name__, url_prefix="/brand/review")


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> Response:
    return _page(staff.agency)


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def publish(staff: Staff) -> AnyResponse:
    """What was looked at goes live; what somebody changed in between is looked at first."""
    try:
        branding.publish(
            staff.agency, theme_store(), expected=expected_of(request.form), now=clock.now(), by=staff.actor
        )
    except AT_THE_FORM as error:
        return _page(staff.agency, said_of(error), errors.status_of(error))
    flash(_("Published. From their next page on, your clients' people see it."))
    return redirect(url_for("agency.brand.index"), 303)


def _page(agency: Agency, problem: str = "", status: int = 200) -> Response:
    draft = branding.draft_of(agency, theme_store())
    standing = standing_of(agency, draft)
    html = render_template(
        "agency/brand_review/index.html",
        problem=problem,
        notes=brand_notes.before_publishing(draft, standing["shown"]),
        **standing,
        **brand_preview.frames_of(agency, draft, brand_preview.view_of(request.args, agency)),
    )
    return brand_preview.framing(make_response(html, status), agency)
