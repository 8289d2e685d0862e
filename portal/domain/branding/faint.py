"""Logos that can hardly be seen on the ground they stand on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from portal.domain.branding.calculations import contrast
from portal.domain.branding.catalogue import MAIL_PICTURES
from portal.domain.branding.making import made_size

if TYPE_CHECKING:
    from portal.domain.branding.brand import Brand

FAINT = 1.8
"""A contrast below which a logo is hard to see: far below what text needs, for a logo may be pale on purpose."""

_SIDE, _OPAQUE, _COLOURS = 64, 64, 256


def faint_logos(brand: Brand) -> dict[str, float]:
    """The logos that are hard to see on their ground, by role, with their contrast to it (1 to 21).

    Never one made from the name, which is drawn to be read.
    """
    found: dict[str, float] = {}
    for role in MAIL_PICTURES:
        made = None if brand.pictures[role].made_from_name else made_size(brand, f"{role}.png")
        ground = (brand.dark if role == "logo-on-dark" else brand.light)["surface"]
        if made and (seen := mean_contrast(made.data, ground)) is not None and seen < FAINT:
            found[role] = seen
    return found


def mean_contrast(png: bytes, ground: str) -> float | None:
    """The contrast to `ground` (`#rrggbb`) of a picture's opaque pixels, on average; None where it has none.

    Of each pixel, not of their mean: a white plate with dark words on it is seen well on white.
    """
    with Image.open(io.BytesIO(png), formats=["PNG"]) as found:
        small = found.convert("RGBA")
    small.thumbnail((_SIDE, _SIDE))
    opaque = small.getchannel("A").point(lambda value: 255 if value >= _OPAQUE else 0)
    colours = small.convert("RGB").quantize(_COLOURS).convert("RGB")
    colours.putalpha(opaque)
    counted = [(n, pixel[:3]) for n, pixel in colours.getcolors(_SIDE * _SIDE) or [] if pixel[3]]  # type: ignore[index]
    total = sum(n for n, _pixel in counted)
    if not total:
        return None
    return sum(n * contrast(f"#{bytes(pixel).hex()}", ground) for n, pixel in counted) / total
