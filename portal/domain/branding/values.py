"""The settings of a brand on their way: typed into a form, kept in the database, written to `theme.toml`."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from portal.domain.branding.brand import SignInText
from portal.domain.branding.catalogue import LANGUAGES, LAYOUTS, NAME_LENGTH, RADII, TEXT_LENGTH
from portal.domain.branding.theme_file import ADDRESS, COLOUR, ThemeFile
from portal.domain.errors import Invalid

PARTS = ("headline", "text", "footer")
FIELDS = (
    "name", "primary", "accent", "radius", "layout", "contact", "sender_name",
    *(f"{part}.{language}" for language in LANGUAGES for part in PARTS),
)  # fmt: skip
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


class _Wrong(Exception):
    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.problem = (code, values)


def flat(values: ThemeFile) -> dict[str, str]:
    """The settings as a form shows them, by the names in `FIELDS`; an empty text where nothing is set."""
    shown = {name: getattr(values, name) for name in FIELDS if "." not in name}
    for language in LANGUAGES:
        said = values.sign_in.get(language, SignInText())
        shown |= {f"{part}.{language}": getattr(said, part) for part in PARTS}
    return {name: "" if value is None else str(value) for name, value in shown.items()}


def taken(before: ThemeFile, typed: Mapping[str, str]) -> ThemeFile:
    """The settings with what was typed, by the names in `FIELDS`; what was not sent stays, an empty text unsets.

    Raises Invalid. Tokens set by hand in the folder go once the colours they were chosen for do.
    """
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    found: dict[str, Any] = {}
    for name, text in typed.items():
        try:
            if name not in FIELDS:
                raise _Wrong("brand_field_unknown")
            found[name] = _CHECKS[name.partition(".")[0]](text)
        except _Wrong as wrong:
            problems[name] = wrong.problem
    if problems:
        raise Invalid(problems)
    plain = {name: value for name, value in found.items() if "." not in name}
    after = replace(before, **plain, sign_in=_said(before, found))
    if (after.primary, after.accent) != (before.primary, before.accent):
        after = replace(after, light={}, dark={})
    return after


def kept(values: ThemeFile) -> dict[str, Any]:
    """The settings as JSON."""
    return asdict(values)


def revived(stored: Mapping[str, Any]) -> ThemeFile:
    """The settings out of JSON."""
    return ThemeFile(**{**stored, "sign_in": {tag: SignInText(**said) for tag, said in stored["sign_in"].items()}})


def written(values: ThemeFile) -> bytes:
    """The settings as `theme.toml`."""
    plain = {name: getattr(values, name) for name in FIELDS if "." not in name}
    lines = _lines(plain)
    for language, said in values.sign_in.items():
        lines += _table(f"sign-in.{language}", {part: getattr(said, part) for part in PARTS})
    lines += _table("light", values.light) + _table("dark", values.dark)
    return "".join(lines).encode()


def _said(before: ThemeFile, found: Mapping[str, str | None]) -> dict[str, SignInText]:
    texts = {}
    for language in LANGUAGES:
        said = before.sign_in.get(language, SignInText())
        new = {part: found[name] for part in PARTS if (name := f"{part}.{language}") in found}
        if (said := replace(said, **new)) != SignInText():
            texts[language] = said
    return texts


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    lines = _lines(values)
    return [f"\n[{name}]\n", *lines] if lines else []


def _lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items() if value is not None]


def _line(most: int) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        text = unicodedata.normalize("NFC", text).strip()
        if any(unicodedata.category(character) in _INVISIBLE for character in text):
            raise _Wrong("brand_text_strange")
        if len(text) > most:
            raise _Wrong("brand_text_long", most=most)
        return text or None

    return check


def _name(text: str) -> str:
    name = _line(NAME_LENGTH)(text)
    if not name:
        raise _Wrong("brand_name_missing")
    return name


def _colour(text: str) -> str | None:
    text = text.strip().lower()
    if not text:
        return None
    digits = text.removeprefix("#")
    colour = "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)
    if not COLOUR.fullmatch(colour):
        raise _Wrong("brand_colour_wrong")
    return colour


def _radius(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) in RADII):
        raise _Wrong("brand_radius_wrong", most=RADII[-1])
    return int(text)


def _layout(text: str) -> str | None:
    if text and text not in LAYOUTS:
        raise _Wrong("brand_layout_wrong")
    return text or None


def _contact(text: str) -> str | None:
    text = text.strip()
    if text and (len(text) > 254 or not ADDRESS.fullmatch(text)):
        raise _Wrong("email_bad")
    return text or None


_CHECKS: Mapping[str, Callable[[str], Any]] = {
    "name": _name,
    "primary": _colour,
    "accent": _colour,
    "radius": _radius,
    "layout": _layout,
    "contact": _contact,
    "sender_name": _line(NAME_LENGTH),
    **dict.fromkeys(PARTS, _line(TEXT_LENGTH)),
}
