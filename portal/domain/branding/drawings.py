"""SVG that somebody sends: refused with a reason where it would act or reach out, else cleaned, cut and drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree  # nosec B405

import py_svg_hush

from portal.domain.branding.drawing_rules import judge, renew_pictures
from portal.domain.branding.drawing_tree import DrawingRefused, parsed, text_of

DRAWING_BYTES = 512 * 1024
LARGEST = 960
"""The longest side in pixels that a drawing is ever drawn at, and is tried at."""
_TRIAL_SECONDS, _SECONDS = 1, 3
_KEPT = {"image": ["png", "jpeg"]}
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_FURTHEST = 1e6
Crop = tuple[float, float, float, float]
Drawer = Callable[[bytes, int, int], bytes]
"""Draws an SVG as PNG: so many pixels wide, within so many seconds of work. Raises DrawingRefused."""

_drawers: list[Drawer] = []

# Written as browsers need them: without the name space a drawing is none, and prefixes do not pass the allow-list.
ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def draw_with(drawer: Drawer) -> None:
    """Have all drawing done by `drawer`, which keeps this process out of whatever a drawing does."""
    _drawers[:] = [drawer]


def clean_drawing(data: bytes, crop: Crop | None = None) -> bytes:
    """The drawing, or the part of it that `crop` shows (x, y, width, height as fractions of it), with shapes alone:

    no script, nothing from elsewhere, nothing that takes long to draw, and a size that says what it shows.
    Raises DrawingRefused.
    """
    if len(data) > DRAWING_BYTES:
        raise DrawingRefused("brand_drawing_heavy")
    root = parsed(text_of(data))
    judge(root)
    renew_pictures(root)
    cleaned = _filtered(_written(root, crop))
    root = parsed(cleaned.decode())
    judge(root)
    width, height = _frame(root)[2:]
    draw(cleaned, max(1, round(LARGEST * min(1.0, width / height))), seconds=_TRIAL_SECONDS)
    return cleaned


def frame_of(data: bytes) -> tuple[float, float]:
    """Width and height of a clean drawing, in its own units. Raises DrawingRefused."""
    return _frame(parsed(text_of(data)))[2:]


def draw(data: bytes, width: int, *, seconds: int = _SECONDS) -> bytes:
    """A clean drawing as PNG, so many pixels wide. Raises DrawingRefused."""
    if not _drawers:
        raise RuntimeError("nobody draws: call draw_with at the start")
    return _drawers[0](_written(parsed(text_of(data))), width, seconds)


def _written(root: ElementTree.Element, crop: Crop | None = None) -> bytes:
    """The drawing, or a part, as large as its own frame, whatever width and height it named: drawers believe those."""
    left, top, width, height = _frame(root)
    if crop:
        x, y, w, h = crop
        left, top, width, height = left + x * width, top + y * height, w * width, h * height
    root.set("viewBox", " ".join(f"{value:.6g}" for value in (left, top, width, height)))
    root.set("width", f"{width:.6g}")
    root.set("height", f"{height:.6g}")
    return ElementTree.tostring(root)


def _filtered(data: bytes) -> bytes:
    try:
        return bytes(py_svg_hush.filter_svg(data, _KEPT))
    except ValueError:
        raise DrawingRefused("brand_drawing_broken") from None


def _frame(root: ElementTree.Element) -> tuple[float, float, float, float]:
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4:
        box = [0.0, 0.0, _length(root.get("width", "")), _length(root.get("height", ""))]
    left, top, width, height = box
    far = max(abs(left), abs(top), width, height)
    if not (min(width, height) > 0.01 and far < _FURTHEST) or max(width, height) > 40 * min(width, height):
        raise DrawingRefused("brand_drawing_frame")
    return left, top, width, height


def _length(text: str) -> float:
    """In pixels; 0 for what is none."""
    number = _NUMBER.match(text.strip())
    unit = _UNITS.get(text.strip()[number.end() :].strip().lower()) if number else None
    return float(number[0]) * unit if number and unit else 0.0
