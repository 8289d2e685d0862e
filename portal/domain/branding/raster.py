"""Pictures of pixels that somebody sends: known by their content, measured before they are decoded, made anew."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from PIL import Image, ImageOps

PIXELS, SIDE, EMBEDDED_SIDE = 4096 * 4096, 6_000, 3_000
_ICON_ENTRIES, _ICON_SIDE = 64, 1024
_SIGNS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "ICO": (b"\x00\x00\x01\x00",),
}
_PNG = _SIGNS["PNG"][0]

Image.MAX_IMAGE_PIXELS = PIXELS

decoding = Lock()
"""Pixels need much memory for as long as they are decoded: one picture at a time."""


class RasterRefused(Exception):
    """Why a picture can't be used, as a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(data: bytes) -> str | None:
    """PNG, JPEG, GIF, WEBP, ICO or SVG, told by the content alone; None for everything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    for kind, signs in _SIGNS.items():
        if data.startswith(signs):
            return kind
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "SVG" if start.startswith(b"<") and b"<svg" in start else None


def decoded(data: bytes, kind: str, most: int) -> Image.Image:
    """The picture in RGB or RGBA, upright, no side longer than `most`, with nothing else of the file.

    Raises RasterRefused.
    """
    if kind == "ICO":
        data, kind = _largest_of(data)
    limit = _ICON_SIDE if kind == "ICO" else SIDE
    with _refusing(), Image.open(io.BytesIO(data), formats=[kind]) as found:
        _measure(found.size, limit)
        if getattr(found, "is_animated", False):
            raise RasterRefused("brand_picture_moves")
        if kind == "JPEG":
            found.draft("RGB", (most, most))  # decodes an eighth to a half of a large photograph
        found.load()
        ImageOps.exif_transpose(found, in_place=True)
        mode = "RGBA" if found.has_transparency_data else "RGB"
        plain = found if found.mode == mode else found.convert(mode)
        plain.thumbnail((most, most), Image.Resampling.LANCZOS)
        return _bare(plain.copy())


def check_embedded(data: bytes, kind: str) -> None:
    """That a picture inside a drawing is one of that kind, and not too large. Raises RasterRefused."""
    with _refusing(), Image.open(io.BytesIO(data), formats=[kind]) as found:
        _measure(found.size, EMBEDDED_SIDE)
        found.load()


def encoded(picture: Image.Image, *, as_photograph: bool = False) -> tuple[bytes, str]:
    """The bytes of a picture, and their ending: JPEG for photographs that nothing shows through, else PNG."""
    out = io.BytesIO()
    if as_photograph and picture.mode == "RGB":
        picture.save(out, "JPEG", quality=86, optimize=True, progressive=True)
        return out.getvalue(), "jpg"
    picture.save(out, "PNG", optimize=True)
    return out.getvalue(), "png"


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        with decoding, warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            yield
    except RasterRefused:
        raise
    except Image.DecompressionBombError:
        raise RasterRefused("brand_picture_pixels") from None
    except Exception:  # noqa: BLE001 (decoders raise whatever they like on bytes that are not theirs)
        raise RasterRefused("brand_picture_broken") from None


def _measure(size: tuple[int, int], side: int) -> None:
    if max(size) > side or size[0] * size[1] > PIXELS:
        raise RasterRefused("brand_picture_pixels")


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone: what a decoder read beside them stays behind."""
    picture.info = {}
    return picture


def _largest_of(data: bytes) -> tuple[bytes, str]:
    """Of an icon file the largest picture, as PNG or as an icon file with that one alone."""
    count = struct.unpack_from("<H", data, 4)[0] if len(data) >= 6 else 0
    if not 0 < count <= _ICON_ENTRIES or len(data) < 6 + 16 * count:
        raise RasterRefused("brand_picture_broken")
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * at) for at in range(count)]
    best = max(entries, key=lambda entry: ((entry[0] or 256) * (entry[1] or 256), entry[5]))
    body = data[best[7] : best[7] + best[6]]
    if len(body) != best[6] or not body:
        raise RasterRefused("brand_picture_broken")
    if body.startswith(_PNG):
        return body, "PNG"
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", *best[:7], 22) + body, "ICO"
