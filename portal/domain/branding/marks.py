"""Marks for who has no picture: made from the name, neutral in shape, in the theme's colours."""

from __future__ import annotations

import unicodedata
from html import escape

_FONT = "Inter,system-ui,-apple-system,Segoe UI,Roboto,sans-serif"


def mark(name: str, ground: str, ink: str) -> bytes:
    """A square with the first letter of `name`."""
    letter = initial(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32" role="img" '
        f'aria-label="{escape(name)}">'
        f'<rect width="32" height="32" rx="7" fill="{ground}"/>'
        f'<text x="16" y="22.2" text-anchor="middle" font-family="{_FONT}" font-size="17" font-weight="600" '
        f'fill="{ink}">{escape(letter)}</text></svg>'
    ).encode()


def wordmark(name: str, ground: str, ink: str, text: str) -> bytes:
    """The square mark with the name beside it."""
    letter = initial(name)
    width = 44 + round(_width(name) * 18)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 32" width="{width}" height="32" role="img" '
        f'aria-label="{escape(name)}">'
        f'<rect width="32" height="32" rx="7" fill="{ground}"/>'
        f'<g font-family="{_FONT}" font-weight="600">'
        f'<text x="16" y="22.2" text-anchor="middle" font-size="17" fill="{ink}">{escape(letter)}</text>'
        f'<text x="42" y="22.4" font-size="18" letter-spacing="-.2" fill="{text}">{escape(name)}</text></g></svg>'
    ).encode()


def initial(name: str) -> str:
    """The first letter or digit of a name, in capitals, with the accents that belong to it."""
    composed = unicodedata.normalize("NFC", name)
    return next((character.upper()[:1] for character in composed if character.isalnum()), "·")


def _width(name: str) -> float:
    """About how many em a name takes in a semibold face, never too few."""
    wide = {"W": 2, "F": 2}
    return sum(
        wide.get(unicodedata.east_asian_width(character), 0) * 0.52
        or (0.0 if unicodedata.combining(character) else 0.95 if character in "MWmw@%" else 0.64)
        for character in name
    )
