"""Pictures compared: byte for byte, and by how they look, so that a logo drawn anew is still known."""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image, ImageStat

from portal.gateways import drawing

_ACROSS, _DOWN = 17, 16
_NEAR = 20
"""Bits of 256 that two prints of one picture may differ in, after another size and another coding."""
_FLAT = 6.0
"""Less contrast than this is a plain ground: it looks like any other."""
_LARGEST = 4096 * 4096


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def look_of(data: bytes) -> int | None:
    """How a picture looks, in 256 bits; None for what is no picture, or plain."""
    picture = _pixels(data)
    if picture is None:
        return None
    grey = picture.convert("L").resize((_ACROSS, _DOWN), Image.Resampling.LANCZOS)
    if ImageStat.Stat(grey).stddev[0] < _FLAT:
        return None
    values = list(grey.tobytes())
    look = 0
    for row in range(_DOWN):
        for column in range(_ACROSS - 1):
            at = row * _ACROSS + column
            look = look << 1 | (values[at] > values[at + 1] + 2)
    return look


def alike(one: int, other: int) -> bool:
    """Whether two looks are those of one picture."""
    return (one ^ other).bit_count() <= _NEAR


def _pixels(data: bytes) -> Image.Image | None:
    """On white, as paper is."""
    try:
        if b"<svg" in data[:2000]:
            data = drawing.draw(data, 256)
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > _LARGEST:
                    return None
                drawn = opened.convert("RGBA")
    except Exception:  # noqa: BLE001 (decoders raise whatever they like; what they can't read nobody sees)
        return None
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper
