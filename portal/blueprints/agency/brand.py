"""The brand of an agency: made in a draft, seen before anybody else sees it, and published in one step."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import brand_form, brand_notes, brand_pictures, brand_preview
from portal.blueprints.agency.brand_changes import in_words
from portal.blueprints.agency.brand_form import back_with, expected_of
from portal.domain import branding
from portal.domain.accounts import Staff
from portal.domain.branding import Draft
from portal.domain.errors import AT_THE_FORM, Conflict
from portal.domain.rights import Permission
from portal.domain.tenants import Agency
from portal.languages import gettext as _
from portal.web import errors, theme_page
from portal.web.access import agency_staff
from portal.web.brand import theme_store
from portal.web.forms import FormState
from portal.web.htmx import fragment, is_fragment_request, with_event

bp = Blueprint("brand", __name__, url_prefix="/brand")


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> Response:
    return _page(staff.agency, {})


@bp.post("/names")
@agency_staff(may=Permission.PRICES)
def names(staff: Staff) -> AnyResponse:
    return _saved(staff, "names")


@bp.post("/colours")
@agency_staff(may=Permission.PRICES)
def colours(staff: Staff) -> AnyResponse:
    return _saved(staff, "colours")


@bp.post("/entrance")
@agency_staff(may=Permission.PRICES)
def entrance(staff: Staff) -> AnyResponse:
    return _saved(staff, "entrance")


@bp.get("/bar")
@agency_staff(may=Permission.PRICES)
def bar(staff: Staff) -> Response:
    """What waits to be published, anew."""
    return fragment(
        "agency/brand/_bar.html", **standing_of(staff.agency, branding.draft_of(staff.agency, theme_store()))
    )


@bp.post("/discard")
@agency_staff(may=Permission.PRICES)
def discard(staff: Staff) -> AnyResponse:
    version = expected_of(request.form)
    try:
        branding.discard_draft(staff.agency, theme_store(), expected=version, now=clock.now(), by=staff.actor)
    except Conflict as error:
        return back_with(error, url_for("agency.brand_review.index"))
    flash(_("The draft is discarded. What is shown here is what is live."))
    return redirect(url_for(".index"), 303)


def standing_of(agency: Agency, draft: Draft) -> dict[str, Any]:
    """How the draft stands against what is live."""
    shown = branding.brand_of_draft(agency, draft, theme_store())
    return {"agency": agency, "draft": draft, "shown": shown, "changes": in_words(draft.changes)}


def _saved(staff: Staff, part: str) -> AnyResponse:
    """One part of the page into the draft; the rest of the draft stays as it is."""
    form = brand_form.typed(request.form, part)
    try:
        sent, version = brand_form.sent(form, part), expected_of(request.form)
        draft = branding.save_draft(
            staff.agency, sent, theme_store(), expected=version, now=clock.now(), by=staff.actor
        )
    except AT_THE_FORM as error:
        return _refused(staff.agency, part, form.take(error), errors.status_of(error))
    if not is_fragment_request():
        flash(_("Kept in the draft."))
        return redirect(url_for(".index", _anchor=part), 303)
    return _kept(staff.agency, part, draft)


def _kept(agency: Agency, part: str, draft: Draft) -> Response:
    """What htmx changes on the page: not the form, in which somebody may be typing on, but what follows from it."""
    redrawn = request.form.get("again") == "yes"
    response = fragment("agency/brand/_kept.html", part=part, kept=not redrawn, **_values(agency, draft, {}))
    if not redrawn:
        response.headers["HX-Reswap"] = "none"
    drawn = {} if part == "entrance" else {"brand-drawn": True}
    return with_event(response, {"brand-changed": True, "toast": _("Kept in the draft."), **drawn})


def _refused(agency: Agency, part: str, form: FormState, status: int) -> Response:
    """The part as it was typed, with what is wrong; a conflict is over once it was said."""
    if is_fragment_request():
        values = _values(agency, branding.draft_of(agency, theme_store()), {part: form})
        return fragment(f"agency/brand/_{part}.html", status=status, part=part, **values)
    return _page(agency, {part: form}, status)


def _page(agency: Agency, forms: dict[str, FormState], status: int = 200) -> Response:
    draft = branding.draft_of(agency, theme_store())
    view = brand_preview.view_of(request.args, agency)
    values = _values(agency, draft, forms)
    html = render_template(
        "agency/brand/index.html",
        notes=brand_notes.at_pictures(draft, values["shown"]),
        **values,
        **brand_pictures.values_of(),
        **brand_preview.frames_of(agency, draft, view),
    )
    return brand_preview.framing(make_response(html, status), agency)


def _values(agency: Agency, draft: Draft, forms: dict[str, FormState]) -> dict[str, Any]:
    """What every part of the page may need; `forms` are those that are shown as they were typed."""
    standing = standing_of(agency, draft)
    return {
        **standing,
        "forms": {part: forms.get(part) or brand_form.stored(draft, part) for part in brand_form.PARTS},
        "stored": {part: brand_form.stored(draft, part) for part in brand_form.PARTS},
        "languages_here": brand_form.languages_of(agency),
        "by_hand": brand_form.by_hand(draft),
        "own_page": (theme_store().folder / agency.slug / theme_page.FILE).is_file(),
        "ratio": brand_form.ratio,
        "readable": branding.readable(standing["shown"].primary, standing["shown"].accent),
    }
