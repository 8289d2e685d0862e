"""The pictures of a brand: put into the draft as a whole or in part, shown at the sizes they will have, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import brand_notes
from portal.blueprints.agency.brand_changes import ROLES
from portal.blueprints.agency.brand_form import expected_of
from portal.domain import branding
from portal.domain.accounts import Staff
from portal.domain.branding import Picture
from portal.domain.errors import AT_THE_FORM, DomainError, NotFound
from portal.domain.rights import Permission
from portal.domain.tenants import Agency
from portal.languages import N_, Text
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.bodies import takes
from portal.web.brand import theme_store
from portal.web.htmx import fragment, is_fragment_request, with_event
from portal.web.messages import problems_of, said

bp = Blueprint("brand_pictures", __name__, url_prefix="/brand/pictures")

MEGABYTES = branding.PICTURE_BYTES // 1024**2
_FORM = 64 * 1024
_LIMITS = {
    "bytes": branding.PICTURE_BYTES,
    "megabytes": MEGABYTES,
    "kilobytes": branding.DRAWING_BYTES // 1024,
    "side": branding.SIDE,
    "pixels": branding.PIXELS,
    "millions": branding.PIXELS // 1_000_000,
}
_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True)
class Kind:
    """How one picture is asked for: what it is for, which files fit, what shape is cut from them."""

    words: Text
    accept: str
    shape: str = "free"
    formats: str = "SVG, PNG, JPEG, WebP, GIF"


_RASTER = "image/png,image/jpeg,image/webp,image/gif"
_DRAWN = f"{_RASTER},image/svg+xml,.svg"
KINDS: dict[str, Kind] = {
    "logo": Kind(N_("On the sign-in page, in the back office, in mails and on statements."), _DRAWN),
    "logo-on-dark": Kind(
        N_("For whoever reads light on dark. Without one, the sign-in logo stands there too."), _DRAWN
    ),
    "icon": Kind(N_("When somebody puts the back office on a phone's home screen."), _DRAWN, "square"),
    "favicon": Kind(
        N_("In the tab of the browser. Without one, it is made from the icon."),
        f"{_DRAWN},image/x-icon,.ico",
        "square",
        "SVG, PNG, JPEG, WebP, GIF, ICO",
    ),
    "login": Kind(N_("Behind or beside the form in which people sign in."), _DRAWN),
}


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> Response:
    """All of them anew: those made from the name change with it."""
    return _list(staff.agency, {})


@bp.get("/<role>/<sha256>")
@agency_staff(may=Permission.PRICES)
def file(staff: Staff, role: str, sha256: str) -> Response:
    """A picture of the draft, of what is live or was once, for these pages alone."""
    found = branding.picture_bytes(staff.agency, sha256, theme_store()) or _drawn(staff.agency, role, sha256)
    response = Response(found.data, content_type=found.content_type)
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response


@bp.post("/<role>")
@agency_staff(may=Permission.PRICES)
@takes(MEGABYTES * 1024 * 1024 + _FORM, parts=12)
def put(staff: Staff, role: str) -> AnyResponse:
    _check(role)
    sent = request.files.get("picture")
    data, part, version = sent.read() if sent else b"", _crop(request.form), expected_of(request.form)
    store, now, by = theme_store(), clock.now(), staff.actor
    try:
        branding.put_picture(staff.agency, role, data, store, crop=part, expected=version, now=now, by=by)
    except AT_THE_FORM as error:
        return _refused(staff.agency, role, error)
    return _done(staff.agency, role, _("Kept in the draft."))


@bp.post("/<role>/remove")
@agency_staff(may=Permission.PRICES)
def remove(staff: Staff, role: str) -> AnyResponse:
    _check(role)
    version = expected_of(request.form)
    try:
        branding.drop_picture(staff.agency, role, theme_store(), expected=version, now=clock.now(), by=staff.actor)
    except AT_THE_FORM as error:
        return _refused(staff.agency, role, error)
    return _done(staff.agency, role, _("Taken out of the draft."))


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> AnyResponse:
    """Refused before it was read; said at the field like every other refusal."""
    role = (request.view_args or {}).get("role", "")
    _check(role)
    words = said("brand_picture_large", {"most": MEGABYTES})
    return _list(g.who.agency, {role: words}, 413) if is_fragment_request() else _back(role, words)


def values_of(problems: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the list of pictures needs beside the draft: its roles, and what was wrong with what was sent."""
    return {"roles": ROLES, "kinds": KINDS, "problems": problems or {}, "limits": _LIMITS}


def _list(agency: Agency, problems: Mapping[str, str], status: int = 200, *, newer: bool = False) -> Response:
    draft = branding.draft_of(agency, theme_store())
    shown, values = branding.brand_of_draft(agency, draft, theme_store()), values_of(problems)
    return fragment(
        "agency/brand_pictures/_list.html",
        status=status,
        agency=agency,
        draft=draft,
        shown=shown,
        newer=newer,
        notes=brand_notes.at_pictures(draft, shown),
        **values,
    )


def _drawn(agency: Agency, role: str, sha256: str) -> Picture:
    """What stands in for a picture, made from the name. Raises NotFound."""
    shown = branding.brand_of_draft(agency, branding.draft_of(agency, theme_store()), theme_store())
    found = shown.pictures.get(role)
    if found is None or found.sha256 != sha256:
        raise NotFound
    return found


def _done(agency: Agency, role: str, words: str) -> AnyResponse:
    if not is_fragment_request():
        flash(words)
        return redirect(url_for("agency.brand.index", _anchor=f"picture-{role}"), 303)
    return with_event(_list(agency, {}, newer=True), {"brand-changed": True, "toast": words})


def _refused(agency: Agency, role: str, error: DomainError) -> AnyResponse:
    words = next(iter(problems_of(error).values()))
    return _list(agency, {role: words}, errors.status_of(error)) if is_fragment_request() else _back(role, words)


def _back(role: str, words: str) -> AnyResponse:
    """The page again, with what was wrong at the picture: a file can't be shown again anyhow."""
    flash(words, "error")
    return redirect(url_for("agency.brand.index", _anchor=f"picture-{role}"), 303)


def _crop(form: Mapping[str, str]) -> tuple[float, float, float, float] | None:
    """The part of the picture that was chosen, as fractions of it: left, top, width, height."""
    try:
        left, top, width, height = (float(form[name]) for name in ("left", "top", "width", "height"))
    except (KeyError, ValueError):
        return None
    return left, top, width, height


def _check(role: str) -> None:
    """Raises NotFound."""
    if role not in ROLES:
        raise NotFound
