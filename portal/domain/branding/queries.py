"""Brands out of the themes folder, read strictly: a mistake in it is an error that names file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from portal.domain.branding.brand import Brand, SignInText
from portal.domain.branding.calculations import palette, too_faint
from portal.domain.branding.catalogue import (
    DEFAULT_FOLDER,
    LANGUAGES,
    SETTINGS_FILE,
    VENDOR_FOLDER,
)
from portal.domain.branding.marks import mark, wordmark
from portal.domain.branding.picture import Picture, made
from portal.domain.branding.pictures import read_pictures
from portal.domain.branding.theme_file import BrandError, ThemeFile, line_of, read_theme

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_brand(themes_dir: Path, slug: str, name: str) -> Brand:
    """The brand of the agency `slug`; what its folder leaves out comes from `_default` and its `name`.

    Raises BrandError naming file and line.
    """
    if not _SLUG.fullmatch(slug):
        raise BrandError(themes_dir / slug, None, "is not a name for a theme folder")
    return _load(themes_dir, slug, name)


def load_vendor(themes_dir: Path) -> Brand:
    """The vendor's own brand, from `_vendor`; it has to name itself. Raises BrandError."""
    return _load(themes_dir, VENDOR_FOLDER, None)


def load_all(themes_dir: Path) -> list[Brand]:
    """Every theme of the folder, each checked: what the start asks for. Raises BrandError."""
    if not themes_dir.is_dir():
        raise BrandError(themes_dir, None, "there is no themes folder")
    folders = sorted(entry.name for entry in themes_dir.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    agencies = [slug for slug in folders if slug not in (DEFAULT_FOLDER, VENDOR_FOLDER)]
    neutral = _load(themes_dir, DEFAULT_FOLDER, "Portal")
    return [load_vendor(themes_dir), neutral, *(load_brand(themes_dir, slug, slug) for slug in agencies)]


_NEUTRAL = ThemeFile(primary="#40566b", radius=8, layout="centre")


def assemble(
    themes_dir: Path,
    slug: str,
    own: ThemeFile,
    pictures: tuple[Mapping[str, Picture], Mapping[str, Picture]],
) -> Brand:
    """The brand of settings with a name and of pictures by role, for pages and for letters. Raises BrandError."""
    fallback = themes_dir / DEFAULT_FOLDER
    neutral = _over(read_theme(fallback), _NEUTRAL)
    spare_pages, _ = read_pictures(fallback)
    brand = _assemble(slug, own.name or slug, own, neutral, ({**_spared(spare_pages), **pictures[0]}, pictures[1]))
    _check_contrast(themes_dir / slug, brand)
    return brand


def nameless(name: str) -> Brand:
    """The brand of whom nothing is known but the name."""
    return _assemble(name, name, ThemeFile(), _NEUTRAL, ({}, {}))


def _load(themes_dir: Path, slug: str, name: str | None) -> Brand:
    folder = themes_dir / slug
    own = read_theme(folder)
    named = own.name or name
    if not named:
        raise BrandError(f"{themes_dir.name}/{slug}/{SETTINGS_FILE}", 1, "name is missing")
    return assemble(themes_dir, slug, replace(own, name=named), read_pictures(folder))


def _spared(pictures: Mapping[str, Picture]) -> dict[str, Picture]:
    """Of the neutral folder only the background stands in; a logo of nobody's would be a lie."""
    return {role: picture for role, picture in pictures.items() if role == "login"}


def _over(own: ThemeFile, neutral: ThemeFile) -> ThemeFile:
    return ThemeFile(
        primary=own.primary or neutral.primary,
        accent=own.accent,
        radius=own.radius if own.radius is not None else neutral.radius,
        layout=own.layout or neutral.layout,
        sign_in=own.sign_in,
    )


def _assemble(
    slug: str,
    name: str,
    own: ThemeFile,
    neutral: ThemeFile,
    pictures: tuple[Mapping[str, Picture], Mapping[str, Picture]],
) -> Brand:
    primary = own.primary or neutral.primary or ""
    accent = own.accent or (own.primary or neutral.accent or primary)
    light = palette(primary, accent) | dict(own.light)
    dark = palette(primary, accent, dark=True) | dict(own.dark)
    values = {
        "slug": slug,
        "name": name,
        "primary": primary,
        "accent": accent,
        "radius": own.radius if own.radius is not None else neutral.radius,
        "layout": own.layout or neutral.layout,
        "contact": own.contact,
        "sender_name": own.sender_name or name,
        "light": light,
        "dark": dark,
        "region": dict(own.region),
    }
    sign_in = {tag: _words(own.sign_in.get(tag), neutral.sign_in.get(tag)) for tag in LANGUAGES}
    pages = _drawn(name, light, dark) | dict(pictures[0])
    if "logo" in pictures[0] and "logo-on-dark" not in pictures[0]:
        pages["logo-on-dark"] = _as("logo-on-dark", pages["logo"])
    if "icon" in pictures[0] and "favicon" not in pictures[0]:
        pages["favicon"] = _as("favicon", pages["icon"])
    seen = [values, sorted((tag, str(words)) for tag, words in sign_in.items())]
    seen += sorted((role, picture.sha256, picture.extension) for role, picture in pages.items())
    seen += sorted((role, picture.sha256) for role, picture in pictures[1].items())
    version = hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:20]
    return Brand(**values, sign_in=sign_in, pictures=pages, mail_files=dict(pictures[1]), version=version)  # type: ignore[arg-type]


def _words(own: SignInText | None, neutral: SignInText | None) -> SignInText:
    own, neutral = own or SignInText(), neutral or SignInText()
    return SignInText(own.headline or neutral.headline, own.text or neutral.text, own.footer or neutral.footer)


def _drawn(name: str, light: Mapping[str, str], dark: Mapping[str, str]) -> dict[str, Picture]:
    square = mark(name, light["brand"], light["on-brand"])
    return {
        "logo": made("logo", wordmark(name, light["brand"], light["on-brand"], light["text"])),
        "logo-on-dark": made("logo-on-dark", wordmark(name, dark["brand"], dark["on-brand"], dark["text"])),
        "icon": made("icon", square),
        "favicon": made("favicon", square),
    }


def _as(role: str, picture: Picture) -> Picture:
    return Picture(role, picture.extension, picture.content_type, picture.data, picture.sha256, picture.made_from_name)


def _check_contrast(folder: Path, brand: Brand) -> None:
    """Colours set by hand must be as readable as computed ones."""
    for table, tokens in (("light", brand.light), ("dark", brand.dark)):
        for token, ground, got, wanted in too_faint(tokens):
            path = folder / SETTINGS_FILE
            text = path.read_text("utf-8-sig") if path.is_file() else ""
            shown = f"{folder.parent.name}/{folder.name}/{SETTINGS_FILE}"
            reason = f"{table}.{token} on {ground} has a contrast of {got:.2f}, it needs {wanted}"
            raise BrandError(shown, line_of(text, table, token), reason)
