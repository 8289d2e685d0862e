"""The tree of a drawing, read without anything that expands while it is read."""

from __future__ import annotations

import re
from xml.etree import ElementTree  # nosec B405

_ELEMENTS, _DEPTH = 2_000, 64
_PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE\s+svg(\s+PUBLIC\s+\"[^\"<>]*\"\s+\"[^\"<>]*\")?\s*>", re.IGNORECASE)
_ENCODING = re.compile(r"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")


class DrawingRefused(Exception):
    """Why a drawing can't be used, as a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DrawingLate(DrawingRefused):
    """It was not done in time, which may be the machine's fault: another time it may be."""


def text_of(data: bytes) -> str:
    """The drawing as text, without the harmless document type that drawing programs write."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DrawingRefused("brand_drawing_broken") from None
    named = _ENCODING.search(text[:200])
    if named and named[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise DrawingRefused("brand_drawing_broken")
    text = _PLAIN_DOCTYPE.sub("", text, count=1)
    lowered = text.lower()
    if "<!doctype" in lowered or "<!entity" in lowered:
        raise DrawingRefused("brand_drawing_entity")
    if "<?xml-stylesheet" in lowered:
        raise DrawingRefused("brand_drawing_outside")
    return text


def parsed(text: str) -> ElementTree.Element:
    """The tree of a drawing; too many or too deep elements are not even read to their end."""
    parser = ElementTree.XMLParser(target=_Counted())  # nosec B314 (no document type, so no entities)
    try:
        parser.feed(text.encode())
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError):
        raise DrawingRefused("brand_drawing_broken") from None
    if local(root.tag) != "svg":
        raise DrawingRefused("brand_drawing_broken")
    return root


class _Counted(ElementTree.TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:  # type: ignore[override]
        self._count += 1
        self._depth += 1
        if self._count > _ELEMENTS or self._depth > _DEPTH:
            raise DrawingRefused("brand_drawing_heavy")
        return super().start(tag, attrs)  # type: ignore[arg-type]

    def end(self, tag: str, /) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)


def local(tag: object) -> str:
    """A name without its name space, in small letters."""
    return str(tag).rpartition("}")[2].lower()
