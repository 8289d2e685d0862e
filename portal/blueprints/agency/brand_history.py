"""What was live before, and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency.brand_changes import Change, in_words
from portal.blueprints.agency.brand_form import back_with, expected_of
from portal.domain import branding
from portal.domain.accounts import Staff
from portal.domain.branding import Version
from portal.domain.errors import Conflict
from portal.domain.rights import Permission
from portal.formatting import moment
from portal.languages import N_, Text
from portal.languages import gettext as _
from portal.web.access import agency_staff
from portal.web.brand import theme_store

bp = Blueprint("brand_history", __name__, url_prefix="/brand/history")

HOW: dict[str, Text] = {
    "published": N_("Published by %(person)s, %(moment)s"),
    "restored": N_("Version %(number)s brought back by %(person)s, %(moment)s"),
    "reset": N_("Reset to the name alone by %(person)s, %(moment)s"),
    "found": N_("Found in the theme folder, %(moment)s"),
}


@dataclass(frozen=True)
class Past:
    """A brand that was live, as the list shows it."""

    version: Version
    zone: str

    @property
    def said(self) -> str:
        """How it became live, by whom and when."""
        version = self.version
        values = {
            "person": version.by_name,
            "moment": moment(version.created_at, self.zone),
            "number": version.restored,
        }
        return _(HOW[version.how], **values)

    @property
    def changes(self) -> list[Change]:
        return in_words(self.version.changes)

    @property
    def mark(self) -> str:
        """The SHA-256 of the picture by which it is recognised; "" where it has none."""
        names = [
            name for role in ("logo", "icon", "favicon") for name in self.version.files if name.startswith(f"{role}.")
        ]
        return self.version.files[names[0]] if names else ""


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    versions = [Past(version, staff.agency.timezone) for version in branding.versions(staff.agency, theme_store())]
    draft = branding.draft_of(staff.agency, theme_store())
    return render_template("agency/brand_history/index.html", agency=staff.agency, versions=versions, draft=draft)


@bp.post("/<int:number>/restore")
@agency_staff(may=Permission.PRICES)
def restore(staff: Staff, number: int) -> AnyResponse:
    version = expected_of(request.form)
    try:
        branding.restore(staff.agency, number, theme_store(), expected=version, now=clock.now(), by=staff.actor)
    except Conflict as error:
        return back_with(error, url_for(".index"))
    flash(_("Version %(number)s is live again.", number=number))
    return redirect(url_for(".index"), 303)


@bp.post("/reset")
@agency_staff(may=Permission.PRICES)
def reset(staff: Staff) -> AnyResponse:
    version = expected_of(request.form)
    try:
        branding.reset(staff.agency, theme_store(), expected=version, now=clock.now(), by=staff.actor)
    except Conflict as error:
        return back_with(error, url_for("agency.brand.index"))
    flash(_("The brand is the name alone again. What was live before is in the history."))
    return redirect(url_for("agency.brand.index"), 303)
