"""The vendor, as the sections that carry its mark show it. Whoever may see none of them is never given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, url_for

from portal.domain.branding import Picture
from portal.languages import language
from portal.web.hosts import is_platform

if TYPE_CHECKING:
    from portal.domain.branding import Brand, Shelf

MARKS = ("badge", "logo")


@dataclass(frozen=True)
class Vendor:
    """Its name and where it answers from, in the language in force; the addresses of its pictures on this host."""

    name: str
    region: str
    contact: str | None
    badge: str
    logo: str


def vendor() -> Vendor:
    """For pages of sections that carry its mark, of the rights to them, and of the dashboard."""
    brand = _brand()
    region = brand.region.get(language()) or next(iter(brand.region.values()), "")
    badge, logo = (_address(brand, name) for name in MARKS)
    return Vendor(brand.name, region, brand.contact, badge, logo)


def mark(name: str) -> Picture:
    """One picture of MARKS: the badge beside a box, or the logo for a dark ground."""
    return _picture(_brand(), name)


def _address(brand: Brand, name: str) -> str:
    """On an agency's host behind the right to see it, at an address that says nothing."""
    if is_platform():
        return f"/brand/{brand.version}/{_picture(brand, name).file_name}"
    return url_for("office.marks.show", name=name)


def _picture(brand: Brand, name: str) -> Picture:
    return brand.logo_on_dark if name == "logo" else brand.pictures.get("badge", brand.icon)


def _brand() -> Brand:
    shelf: Shelf = current_app.extensions["shelf"]
    return shelf.vendor()
