"""A file that somebody sends for a role of the brand: judged by its content, cut, made anew."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.branding.catalogue import PICTURE_BYTES
from portal.domain.branding.drawing_tree import DrawingRefused
from portal.domain.branding.drawings import Crop, clean_drawing
from portal.domain.branding.raster import RasterRefused, decoded, encoded, kind_of
from portal.domain.errors import Invalid

MOST_PIXELS = {"logo": 1600, "logo-on-dark": 1600, "icon": 1024, "favicon": 512, "login": 2560}
SQUARE = ("icon", "favicon")


@dataclass(frozen=True, slots=True)
class Upload:
    """What is kept of a file: its bytes and the ending they earn, whatever it was called."""

    data: bytes
    extension: str


def judged(data: bytes, role: str, crop: Crop | None) -> Upload:
    """What is kept of `data` as the picture of a role; `crop` is x, y, width, height as fractions of it.

    Raises Invalid at `role`, with the reason.
    """
    if role not in MOST_PIXELS:
        raise _invalid(role, "brand_role_unknown")
    if not data:
        raise _invalid(role, "brand_picture_empty")
    if len(data) > PICTURE_BYTES:
        raise _invalid(role, "brand_picture_large")
    crop = _checked(role, crop)
    kind = kind_of(data)
    if kind is None or (kind == "ICO" and role != "favicon"):
        raise _invalid(role, "brand_picture_kind")
    try:
        upload = Upload(clean_drawing(data, crop), "svg") if kind == "SVG" else _pixels(data, kind, role, crop)
    except (DrawingRefused, RasterRefused) as refused:
        raise _invalid(role, refused.code) from None
    if len(upload.data) > PICTURE_BYTES:
        raise _invalid(role, "brand_picture_large")
    return upload


def _pixels(data: bytes, kind: str, role: str, crop: Crop | None) -> Upload:
    picture = decoded(data, kind, MOST_PIXELS[role] if crop is None else 2 * MOST_PIXELS[role])
    if crop:
        (width, height), (x, y, w, h) = picture.size, crop
        left, top = int(x * width), int(y * height)
        right, bottom = max(left + 1, round((x + w) * width)), max(top + 1, round((y + h) * height))
        picture = picture.crop((left, top, min(right, width), min(bottom, height)))
        picture.thumbnail((MOST_PIXELS[role],) * 2)
    if min(picture.size) < 16 or max(picture.size) > 40 * min(picture.size):
        raise RasterRefused("brand_picture_small")
    return Upload(*encoded(picture, as_photograph=role == "login"))


def _checked(role: str, crop: Crop | None) -> Crop | None:
    """The crop, None where it is the whole picture. Raises Invalid."""
    if crop is None or crop == (0, 0, 1, 1):
        return None
    x, y, w, h = crop
    inside = 0 <= x < 1 and 0 <= y < 1 and 0.005 <= w <= 1 and 0.005 <= h <= 1
    if not inside or x + w > 1.001 or y + h > 1.001:
        raise _invalid(role, "brand_crop_wrong")
    return crop


def _invalid(role: str, code: str) -> Invalid:
    return Invalid({role: (code, {})})
