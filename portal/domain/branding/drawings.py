"""SVG that somebody sends: refused with a reason where it would act or reach out, else cleaned, cut and drawn."""

from __future__ import annotations

import re
from time import thread_time
from xml.etree import ElementTree  # nosec B405

import py_svg_hush
import resvg_py

from portal.domain.branding.drawing_rules import DrawingRefused, judge, parsed, text_of

DRAWING_BYTES = 512 * 1024
_TRIAL_WIDTH, _TRIAL_SECONDS = 256, 0.6
_KEPT = {"image": ["png", "jpeg"]}
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
Crop = tuple[float, float, float, float]


def clean_drawing(data: bytes) -> bytes:
    """The drawing with nothing but shapes in it: no script, nothing from elsewhere, nothing that takes long to draw.

    Raises DrawingRefused.
    """
    if len(data) > DRAWING_BYTES:
        raise DrawingRefused("brand_drawing_heavy")
    text = text_of(data)
    judge(parsed(text))
    cleaned = _filtered(text.encode())
    root = parsed(cleaned.decode())
    judge(root)
    _frame(root)
    began = thread_time()
    draw(cleaned, _TRIAL_WIDTH)
    if thread_time() - began > _TRIAL_SECONDS:
        raise DrawingRefused("brand_drawing_heavy")
    return cleaned


def cut_drawing(data: bytes, crop: Crop) -> bytes:
    """The part of a clean drawing that `crop` shows: x, y, width, height as fractions of it."""
    root = parsed(data.decode())
    left, top, width, height = _frame(root)
    x, y, w, h = crop
    seen = (left + x * width, top + y * height, w * width, h * height)
    root.set("viewBox", " ".join(f"{value:.6g}" for value in seen))
    for side in ("width", "height"):
        root.attrib.pop(side, None)
    return _filtered(ElementTree.tostring(root))


def frame_of(data: bytes) -> tuple[float, float]:
    """Width and height of a clean drawing, in its own units. Raises DrawingRefused."""
    return _frame(parsed(data.decode()))[2:]


def draw(data: bytes, width: int, *, fonts: tuple[str, ...] = ()) -> bytes:
    """A clean drawing as PNG, so many pixels wide. Raises DrawingRefused."""
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=data.decode(), width=width, skip_system_fonts=True, font_files=list(fonts) or None
        )
    except BaseException as error:
        if isinstance(error, ValueError) or type(error).__name__ == "PanicException":  # Rust's, no Exception
            raise DrawingRefused("brand_drawing_broken") from None
        raise
    return bytes(png)


def _filtered(data: bytes) -> bytes:
    try:
        return bytes(py_svg_hush.filter_svg(data, _KEPT))
    except ValueError:
        raise DrawingRefused("brand_drawing_broken") from None


def _frame(root: ElementTree.Element) -> tuple[float, float, float, float]:
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4:
        sides = [_NUMBER.match(root.get(side, "")) for side in ("width", "height")]
        box = [0.0, 0.0, *(float(side[0]) for side in sides if side)]
    if len(box) != 4 or not 0.01 < min(box[2:]) <= max(box[2:]) < 1e6 or max(box[2:]) > 40 * min(box[2:]):
        raise DrawingRefused("brand_drawing_frame")
    return box[0], box[1], box[2], box[3]
