"""A brand as a value: what a theme folder comes to, for pages, letters and documents alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.branding.calculations import rgb
from portal.domain.branding.making import made_size, mail_pictures
from portal.domain.branding.picture import Picture


@dataclass(frozen=True, slots=True)
class SignInText:
    """What the sign-in page says in one language; None where the page's own words do."""

    headline: str | None = None
    text: str | None = None
    footer: str | None = None


@dataclass(frozen=True, slots=True)
class Brand:
    """Name, colours, pictures and words of an agency or of the vendor.

    `light` and `dark` map each token of the catalogue to `#rrggbb`, with readable contrasts. `mail_files` are PNG
    that stand beside the pictures.
    `version` changes with anything a reader could see and is safe in a URL.
    """

    slug: str
    name: str
    primary: str
    accent: str
    radius: int
    layout: str
    contact: str | None
    sender_name: str
    sign_in: Mapping[str, SignInText]
    region: Mapping[str, str]
    light: Mapping[str, str]
    dark: Mapping[str, str]
    pictures: Mapping[str, Picture]
    mail_files: Mapping[str, Picture]
    version: str

    @property
    def logo(self) -> Picture:
        return self.pictures["logo"]

    @property
    def logo_on_dark(self) -> Picture:
        return self.pictures["logo-on-dark"]

    @property
    def icon(self) -> Picture:
        return self.pictures["icon"]

    @property
    def favicon(self) -> Picture:
        return self.pictures["favicon"]

    @property
    def login(self) -> Picture | None:
        return self.pictures.get("login")

    def picture(self, file_name: str) -> Picture | None:
        """The picture served under `file_name`, as in `logo.svg`, or made for it, as in `icon-192.png`."""
        found = (picture for picture in self.pictures.values() if picture.file_name == file_name)
        return next(found, None) or made_size(self, file_name)

    @property
    def mail_pictures(self) -> Mapping[str, Picture]:
        """The logos that letters carry, as PNG by role; none where the name is written instead."""
        return mail_pictures(self)

    def css(self, base: str = "") -> str:
        """The theme as style sheet. Pictures are referred to as `<base><version>/<file name>`.

        A variable's address counts from the sheet that uses it, so a page needs an absolute base.
        """
        common = {
            "radius": f"{self.radius}px",
            "login": f"url({base}{self.version}/{self.login.file_name})" if self.login else "none",
        }
        dark = _declarations({**self.dark, "accent": self.accent})
        return (
            f":root {{\n{_declarations({**self.light, 'accent': self.accent}, common)}}}\n"
            f"[data-bs-theme=dark] {{\n{dark}}}\n"
            f"@media (prefers-color-scheme: dark) {{\n:root:not([data-bs-theme=light]) {{\n{dark}}}\n}}\n"
        )


def freeze(brand: Brand) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What an issued document keeps of a brand: a plain dict, and its pictures by SHA-256."""
    kept = {
        "name": brand.name,
        "contact": brand.contact,
        "radius": brand.radius,
        "layout": brand.layout,
        "colours": dict(brand.light),
        "logo": None,
    }
    if brand.logo.made_from_name:
        return kept, {}
    kept["logo"] = {"sha256": brand.logo.sha256, "content_type": brand.logo.content_type}
    return kept, {brand.logo.sha256: brand.logo.data}


def _declarations(colours: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    lines = [f"  --{token}: {value};\n" for token, value in colours.items()]
    lines += [f"  --{token}-rgb: {_triplet(colours[token])};\n" for token in ("brand", "link")]
    lines += [f"  --{token}: {value};\n" for token, value in (more or {}).items()]
    return "".join(lines)


def _triplet(colour: str) -> str:
    return ", ".join(str(round(channel * 255)) for channel in rgb(colour))
