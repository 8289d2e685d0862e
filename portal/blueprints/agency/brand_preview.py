"""The frames in which the draft of a brand is seen: one beside the page where it is made, all before publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from portal import clock
from portal.domain import branding
from portal.domain.accounts import Staff
from portal.domain.branding import Draft
from portal.domain.rights import Permission
from portal.domain.tenants import Agency
from portal.languages import LANGUAGES, N_, Text
from portal.web import previews
from portal.web.access import agency_staff
from portal.web.brand import theme_store
from portal.web.headers import show_frames_of
from portal.web.hosts import address_on_agency_host
from portal.web.htmx import fragment

bp = Blueprint("brand_preview", __name__, url_prefix="/brand/preview")

SCENES: dict[str, Text] = {
    "sign-in": N_("Sign-in page"),
    "home": N_("Back office"),
    "mail": N_("Mail"),
    "statement": N_("Statement"),
}
_DEVICES, _APPEARANCES = ("laptop", "phone"), ("light", "dark")


@dataclass(frozen=True)
class View:
    """How the previews are looked at. Each choice is one of a few, whatever was asked for."""

    scene: str = "sign-in"
    device: str = "laptop"
    appearance: str = "light"
    language: str = "pt-BR"

    def query(self, **changes: str) -> str:
        """The choices as the end of an address, some of them changed."""
        return urlencode(vars_of(replace(self, **changes)))


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> Response:
    """The one frame beside the page, anew."""
    agency = staff.agency
    draft, view = branding.draft_of(agency, theme_store()), view_of(request.args, agency)
    return fragment("agency/brand_preview/_frame.html", **frames_of(agency, draft, view))


def view_of(asked: Mapping[str, str], agency: Agency) -> View:
    """What was asked for, where it is one of the choices."""
    first = View(language=agency.language)
    offered = {"scene": SCENES, "device": _DEVICES, "appearance": _APPEARANCES, "language": LANGUAGES}
    return replace(first, **{name: asked[name] for name, kept in offered.items() if asked.get(name) in kept})


def frames_of(agency: Agency, draft: Draft, view: View) -> dict[str, Any]:
    """What the frames' template needs: the address of each scene, with a fresh pass in it."""
    token = previews.issue(agency, draft.version, now=clock.now())
    query = {"appearance": view.appearance, "language": view.language}
    return {
        "view": view,
        "scenes": SCENES,
        "frames": {key: address_on_agency_host(agency, f"/preview/{token}/{key}", **query) for key in SCENES},
        "document": address_on_agency_host(agency, f"/preview/{token}/statement.pdf", language=view.language),
        "sender": draft.values.sender_name or draft.values.name or agency.name,
        "host": address_on_agency_host(agency, "").partition("://")[2],
    }


def framing(response: Response, agency: Agency) -> Response:
    """A page of the dashboard that may show frames of this agency's host."""
    return show_frames_of(response, address_on_agency_host(agency, ""))


def vars_of(view: View) -> dict[str, str]:
    return {
        "scene": view.scene,
        "device": view.device,
        "appearance": view.appearance,
        "language": view.language,
    }
