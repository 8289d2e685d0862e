"""The sizes that browsers, phones and mail clients ask for, each made from the one picture there is."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image

from portal.domain.branding.catalogue import MAIL_PICTURES
from portal.domain.branding.drawing_rules import judge
from portal.domain.branding.drawing_tree import DrawingLate, DrawingRefused, parsed, text_of
from portal.domain.branding.drawings import LARGEST, draw, frame_of
from portal.domain.branding.kept import Kept
from portal.domain.branding.late import patiently
from portal.domain.branding.marks import mark, wordmark
from portal.domain.branding.picture import Picture, made
from portal.domain.branding.raster import decoding

if TYPE_CHECKING:
    from portal.domain.branding.brand import Brand

ICON_SIZES = (192, 512)
_FAVICON_SIZES = (16, 32, 48)
_MAIL_HEIGHT, _MAIL_WIDTH = 96, LARGEST  # three times what a letter shows, for sharp screens

_drawings: Kept[str, Image.Image] = Kept(8)


def _favicon(brand: Brand) -> bytes:
    small = [_square(brand, "favicon", side) for side in _FAVICON_SIZES]
    out = io.BytesIO()
    sizes = [(side, side) for side in _FAVICON_SIZES]
    small[-1].save(out, "ICO", sizes=sizes, append_images=small[:-1])
    return out.getvalue()


def _icon(brand: Brand, side: int, role: str = "icon") -> bytes:
    return _png(_square(brand, role, side))


def _touch_icon(brand: Brand) -> bytes:
    """For phones that show no transparency: on the colour of its own edge, else on white."""
    icon = _square(brand, "icon", 180)
    return _png(_on_ground(icon, _edge(icon, brand), 180))


def _maskable_icon(brand: Brand) -> bytes:
    """For phones that cut their own shape: everything within the middle four fifths, the ground beyond."""
    edge = _edge(_square(brand, "icon", 64), brand)
    inner = 410 if edge != (255, 255, 255) else 352
    return _png(_on_ground(_square(brand, "icon", inner), edge, 512))


def _mail_logo(brand: Brand, role: str) -> bytes:
    picture = brand.pictures[role]
    if picture.extension == "svg":
        width, height = _frame(brand, picture)
        logo = _drawn(brand, picture, min(_MAIL_WIDTH, max(1, round(_MAIL_HEIGHT * width / height))))
    else:
        logo = _opened(brand, picture)
    logo.thumbnail((_MAIL_WIDTH, _MAIL_HEIGHT), Image.Resampling.LANCZOS)
    return _png(logo)


MAKERS: dict[str, Callable[[Brand], bytes]] = {
    "favicon.ico": _favicon,
    "favicon-32.png": partial(_icon, side=32, role="favicon"),
    "icon-180.png": _touch_icon,
    **{f"icon-{side}.png": partial(_icon, side=side) for side in ICON_SIZES},
    "icon-maskable-512.png": _maskable_icon,
    **{f"{role}.png": partial(_mail_logo, role=role) for role in MAIL_PICTURES},
}
"""How each is made, by its file name. All raise DrawingLate; what can't be drawn at all gives way to the mark."""


def role_of(file_name: str) -> str:
    """From which of a brand's pictures the size of that name is made."""
    name = file_name.rpartition(".")[0]
    return name if name in MAIL_PICTURES else name.partition("-")[0]


def _square(brand: Brand, role: str, side: int) -> Image.Image:
    """The whole picture in the middle of a square, transparent where it is not square itself."""
    found = _largest(brand, role)
    found = found.resize(_within(found.size, side), Image.Resampling.LANCZOS)
    whole = Image.new("RGBA", (side, side))
    whole.paste(found, ((side - found.width) // 2, (side - found.height) // 2))
    return whole


def _largest(brand: Brand, role: str) -> Image.Image:
    """The picture as large as any size needs it: a drawing is drawn once, whatever that takes."""
    picture = brand.pictures[role]
    return _drawings.get(f"{brand.version} {role} {picture.sha256}", lambda: _large(brand, picture))


def _large(brand: Brand, picture: Picture) -> Image.Image:
    most = max(ICON_SIZES)
    if picture.extension == "svg":
        width, height = _frame(brand, picture)
        return _drawn(brand, picture, max(1, round(most * min(1.0, width / height))))
    found = _opened(brand, picture)
    found.thumbnail((most, most), Image.Resampling.LANCZOS)
    return found


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_ground(icon: Image.Image, ground: tuple[int, int, int], side: int) -> Image.Image:
    whole = Image.new("RGB", (side, side), ground)
    place = (side - icon.width) // 2
    whole.paste(icon, (place, place), icon)
    return whole


def _edge(icon: Image.Image, brand: Brand) -> tuple[int, int, int]:
    """The colour all four edges have in their middle, which then is the icon's own ground; else white."""
    if brand.icon.made_from_name:
        red, green, blue = bytes.fromhex(brand.light["brand"][1:])
        return red, green, blue
    middle, last = icon.width // 2, icon.width - 2
    edges = ((middle, 1), (middle, last), (1, middle), (last, middle))
    seen = {icon.convert("RGBA").crop((x, y, x + 1, y + 1)).tobytes() for x, y in edges}
    red, green, blue, opacity = seen.pop()
    return (red, green, blue) if not seen and opacity == 255 else (255, 255, 255)


def _frame(brand: Brand, picture: Picture) -> tuple[float, float]:
    try:
        return frame_of(picture.data)
    except DrawingRefused:
        return frame_of(stand_in(brand, picture.role))


def _drawn(brand: Brand, picture: Picture, width: int) -> Image.Image:
    """A drawing in pixels; one that can't be drawn gives way to the mark made from the name. Raises DrawingLate."""
    try:
        judge(parsed(text_of(picture.data)))
        png = patiently(picture.sha256, lambda: draw(picture.data, width))
    except DrawingLate:
        raise
    except DrawingRefused:
        png = draw(stand_in(brand, picture.role), width)
    return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA")


def stand_in(brand: Brand, role: str) -> bytes:
    """The mark made from the name, for where the picture of a role can't be drawn."""
    tokens = brand.dark if role == "logo-on-dark" else brand.light
    if role in MAIL_PICTURES:
        return wordmark(brand.name, tokens["brand"], tokens["on-brand"], tokens["text"])
    return mark(brand.name, tokens["brand"], tokens["on-brand"])


def _opened(brand: Brand, picture: Picture) -> Image.Image:
    """A picture of pixels, which the folder's reader has measured; one that breaks off gives way to the mark."""
    try:
        with decoding, Image.open(io.BytesIO(picture.data), formats=["PNG", "WEBP", "JPEG", "ICO"]) as found:
            return found.convert("RGBA")
    except Exception:  # noqa: BLE001 (decoders raise whatever they like on bytes that are not theirs)
        return _large(brand, made(picture.role, stand_in(brand, picture.role)))


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
