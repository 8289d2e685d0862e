"""The brand of a request: its host's, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app
from markupsafe import Markup

from portal.config import Settings
from portal.domain import branding
from portal.domain.branding import Brand, Shelf, ThemeStore
from portal.domain.tenants import Agency
from portal.languages import language
from portal.web import theme_page
from portal.web.hosts import AgencyHouse, Platform, address_on_agency_host, house

_LOGO = Markup(
    '<img class="door-logo on-light" src="{light}" alt="{name}">'
    '<img class="door-logo on-dark" src="{dark}" alt="{name}" loading="lazy">'
)


@dataclass(frozen=True)
class ShownBrand:
    """A brand as templates read it: names, words in the language in force, addresses on this host."""

    brand: Brand

    @property
    def name(self) -> str:
        return self.brand.name

    @property
    def contact(self) -> str | None:
        return self.brand.contact

    @property
    def sign_in_layout(self) -> str:
        return self.brand.layout

    @property
    def headline(self) -> str | None:
        return self.brand.sign_in[language()].headline

    @property
    def text(self) -> str | None:
        return self.brand.sign_in[language()].text

    @property
    def footer(self) -> str | None:
        return self.brand.sign_in[language()].footer

    @property
    def css(self) -> str:
        return f"/brand/{self.brand.version}.css"

    @property
    def logo(self) -> str:
        return self._address("logo")

    @property
    def logo_on_dark(self) -> str:
        return self._address("logo-on-dark")

    @property
    def icon(self) -> str:
        return self._address("icon")

    @property
    def favicon(self) -> str:
        return self._address("favicon")

    @property
    def touch_icon(self) -> str:
        return f"/brand/{self.brand.version}/icon-180.png"

    @property
    def manifest(self) -> str:
        """What a phone reads that puts the back office among its apps."""
        return f"/brand/{self.brand.version}/office.webmanifest"

    @property
    def grounds(self) -> tuple[str, str]:
        """The colour of the page, light and dark, for the frame that a browser draws around it."""
        return self.brand.light["bg"], self.brand.dark["bg"]

    @property
    def badge(self) -> str:
        """For beside whatever shows this brand among another's."""
        return self._address("badge" if "badge" in self.brand.pictures else "icon")

    def _address(self, role: str) -> str:
        return f"/brand/{self.brand.version}/{self.brand.pictures[role].file_name}"


def init_brands(app: Flask, settings: Settings, store: ThemeStore) -> None:
    """Raises BrandError, with file and line, for a theme folder that can't be used."""
    branding.load_all(settings.themes_dir)
    app.extensions["shelf"] = Shelf(settings.themes_dir)
    app.extensions["theme_store"] = store


def brand_here() -> Brand | None:
    """The brand of this request's host; None on a host that is not ours."""
    here = house()
    if isinstance(here, Platform):
        return _shelf().vendor()
    return brand_of(here.agency) if isinstance(here, AgencyHouse) else None


def brand_of(agency: Agency) -> Brand:
    return _shelf().brand(agency.slug, agency.name)


def name_of(agency: Agency) -> str:
    """What the people of its clients know an agency by: the name it published, not the one its operator wrote down."""
    return brand_of(agency).name


def brand_at(version: str) -> Brand | None:
    """This host's brand if that is its version, or was until just now."""
    here = house()
    if isinstance(here, Platform):
        return _shelf().version(version)
    return _shelf().version(version, here.agency.slug, here.agency.name) if isinstance(here, AgencyHouse) else None


def theme_store() -> ThemeStore:
    """Where brands are written to."""
    store: ThemeStore = current_app.extensions["theme_store"]
    return store


def own_page(form: str, draft: ShownBrand | None = None) -> Markup | None:
    """The sign-in page that the theme of this host brings itself, with our `form` in it; None where it has none.

    For a preview, in the brand of a `draft`; under which policy it is shown the caller says then.
    """
    here, shown = house(), draft or shown_brand()
    if not isinstance(here, AgencyHouse) or shown is None:
        return None
    values = {
        "name": shown.name,
        "headline": shown.headline or "",
        "text": shown.text or "",
        "logo": _LOGO.format(light=shown.logo, dark=shown.logo_on_dark, name=shown.name),
        "form": f'<div class="door-forms" id="door-forms">{form}</div>',
    }
    assets = current_app.extensions["assets"]
    script = None if draft else address_on_agency_host(here.agency, assets.url("office", "js"))
    return theme_page.themed(theme_store().folder / here.agency.slug, values, script)


def shown_brand() -> ShownBrand | None:
    found = brand_here()
    return ShownBrand(found) if found else None


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions["shelf"]
    return shelf
