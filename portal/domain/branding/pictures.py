"""The pictures of a theme folder, judged by their content before anyone is shown them."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

from PIL import Image

from portal.domain.branding.catalogue import (
    CONTENT_TYPES,
    MAIL_PICTURES,
    PICTURE_BYTES,
    PICTURE_SIDE,
    PICTURES,
    RASTER_FORMATS,
)
from portal.domain.branding.picture import Picture
from portal.domain.branding.theme_file import BrandError

_ACTIVE = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set", "animate"}
_FAR = re.compile(r"url\(\s*[\"']?(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


def read_pictures(folder: Path) -> tuple[dict[str, Picture], dict[str, Picture]]:
    """The pictures found in a theme folder by role, and those among them that mail clients show.

    Raises BrandError for a file that is not what its name says or that would reach outside.
    """
    if not folder.is_dir():
        return {}, {}
    pages = {role: found for role in PICTURES if (found := _first(folder, role, PICTURES[role]))}
    mails = {role: found for role in MAIL_PICTURES if (found := _first(folder, role, ("png",)))}
    return pages, mails


def _first(folder: Path, role: str, extensions: tuple[str, ...]) -> Picture | None:
    for extension in extensions:
        path = folder / f"{role}.{extension}"
        if path.is_file():
            return _read(path, role, extension)
    return None


def _read(path: Path, role: str, extension: str) -> Picture:
    shown = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    if path.stat().st_size > PICTURE_BYTES:
        raise BrandError(shown, None, f"is larger than {PICTURE_BYTES // 1024 // 1024} MB")
    data = path.read_bytes()
    if extension == "svg":
        _check_drawing(shown, data)
    else:
        _check_raster(shown, data, RASTER_FORMATS[extension])
    return Picture(role, extension, CONTENT_TYPES[extension], data, hashlib.sha256(data).hexdigest())


def _check_raster(shown: str, data: bytes, wanted: str) -> None:
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            with Image.open(io.BytesIO(data), formats=[wanted]) as picture:
                size = picture.size
                if max(size) <= PICTURE_SIDE:
                    picture.verify()
    except Exception:  # noqa: BLE001 (decoders raise whatever they like on bytes that are not theirs)
        raise BrandError(shown, None, f"is not a {wanted} picture that can be read") from None
    if max(size) > PICTURE_SIDE:
        raise BrandError(shown, None, f"is larger than {PICTURE_SIDE} by {PICTURE_SIDE} pixels")


def _check_drawing(shown: str, data: bytes) -> None:
    """An SVG without document type, script, animation or reference outside of itself."""
    if b"<!doctype" in data.lower() or b"<!entity" in data.lower() or b"<?xml-stylesheet" in data.lower():
        raise BrandError(shown, None, "has a document type, an entity or a style sheet of its own")
    try:  # without a document type there are no entities to expand
        root = ElementTree.fromstring(data)  # nosec B314
    except (ElementTree.ParseError, ValueError) as error:
        position = getattr(error, "position", None)
        raise BrandError(shown, position[0] if position else None, f"is not valid SVG: {error}") from None
    if _local(root.tag) != "svg":
        raise BrandError(shown, None, "is not an SVG picture")
    for element in root.iter():
        if reason := _reaches_out(element):
            raise BrandError(shown, None, reason)


def _reaches_out(element: ElementTree.Element) -> str | None:
    name = _local(element.tag)
    if name in _ACTIVE or name.startswith("animate"):
        return f"holds <{name}>"
    for attribute, value in element.attrib.items():
        key = _local(attribute)
        if key.startswith("on"):
            return f"holds the attribute {key}"
        if key in ("href", "src") and not value.strip().startswith(("#", "data:image/png", "data:image/jpeg")):
            return f"refers to {value[:60]!r}"
        if _FAR.search(value):
            return f"refers outside of itself in {key}"
    if name == "style" and (len(element) or _FAR.search("".join(element.itertext()))):
        return "has a style that refers outside of itself"
    return None


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()
