"""What a drawing may hold: shapes, colours, a few cheap effects; nothing that acts, reaches out or never ends."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from xml.etree import ElementTree  # nosec B405

from portal.domain.branding.raster import RasterRefused, check_embedded

_ELEMENTS, _DEPTH, _DRAWN, _EMBEDDED, _LAYERS = 2_000, 64, 2_500, 4, 24
_PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE\s+svg(\s+PUBLIC\s+\"[^\"<>]*\"\s+\"[^\"<>]*\")?\s*>", re.IGNORECASE)
_ENCODING = re.compile(r"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_ACTIVE = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"}
_FAR = re.compile(
    r"url\(\s*(?![\"']?\s*#)|url\(\s*[\"']\s*[^\"'#\s]|@import|@font-face|expression\(|javascript:|image-set\(|\\",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"url\(\s*[\"']?\s*#([^\"')\s]+)")
_SLOW = {"filter", "marker", "pattern"}
_LAYERED = ("opacity", "mask", "clip-path", "mix-blend-mode", "isolation")
_STYLED = 4_000_000
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=\s]*)")


class DrawingRefused(Exception):
    """Why a drawing can't be used, as a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    if _local(root.tag) != "svg":
        raise DrawingRefused("brand_drawing_broken")
    return root


def judge(root: ElementTree.Element) -> None:
    """Raises DrawingRefused for the first thing that a drawing may not hold."""
    embedded, styles = 0, ""
    for element in root.iter():
        name = _local(element.tag)
        if name in _ACTIVE or name.startswith("animate"):
            raise DrawingRefused("brand_drawing_active")
        if name in _SLOW or (name == "svg" and element is not root):
            raise DrawingRefused("brand_drawing_heavy")
        if name == "style":
            styles += element.text or ""
        embedded += sum(_judged(_local(key), value) for key, value in element.attrib.items())
    if _FAR.search(styles):
        raise DrawingRefused("brand_drawing_outside")
    weighed = _Weighed(root, styles)
    if embedded > _EMBEDDED or not weighed.is_light():
        raise DrawingRefused("brand_drawing_heavy")


def _judged(key: str, value: str) -> bool:
    """Whether an attribute holds a picture. Raises DrawingRefused."""
    if key.startswith("on"):
        raise DrawingRefused("brand_drawing_active")
    if key.startswith("stroke-dash") or (key == "style" and "stroke-dash" in value):  # dashes without number
        raise DrawingRefused("brand_drawing_heavy")
    if key in ("href", "src"):
        if picture := _PICTURE.fullmatch(value.strip()):
            _check_picture(picture[1], picture[2])
            return True
        if not value.strip().startswith("#"):
            raise DrawingRefused("brand_drawing_outside")
    elif not key.startswith("{") and _FAR.search(value):
        raise DrawingRefused("brand_drawing_outside")
    return False


def _check_picture(kind: str, encoded: str) -> None:
    try:
        check_embedded(base64.b64decode(encoded), kind.upper())
    except (binascii.Error, RasterRefused):
        raise DrawingRefused("brand_drawing_embedded") from None


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


class _Weighed:
    """How much is drawn once every reference is followed: copies of copies add up fast, layers cost most.

    A layer counts as many elements. What a style sheet refers to is not followed, so it refers to gradients alone.
    """

    def __init__(self, root: ElementTree.Element, styles: str) -> None:
        self._root, self._styles = root, styles
        self._named: dict[str, ElementTree.Element] = {}
        for element in root.iter():
            if name := element.get("id"):
                self._named.setdefault(name, element)
        self._known: dict[int, int] = {}
        self._under_way: set[int] = set()

    def is_light(self) -> bool:
        if any(word in self._styles for word in (*_LAYERED, "stroke-dash")) or not self._is_plain():
            return False
        matches = len(self._styles) * sum(1 for _ in self._root.iter())
        return matches <= _STYLED and self._weight(self._root) <= _DRAWN

    def _is_plain(self) -> bool:
        targets = (self._named.get(name) for name in _WITHIN.findall(self._styles))
        return all(target is None or _local(target.tag).endswith("gradient") for target in targets)

    def _weight(self, element: ElementTree.Element) -> int:
        key = id(element)
        if key in self._under_way:  # a drawing that holds itself
            raise DrawingRefused("brand_drawing_heavy")
        if key not in self._known:
            self._under_way.add(key)
            targets = (self._named[name] for name in _references(element) if name in self._named)
            total = 1 + _layers(element) * (_DRAWN // _LAYERS)
            total += sum(map(self._weight, element)) + sum(map(self._weight, targets))
            self._known[key] = min(total, _DRAWN + 1)
            self._under_way.discard(key)
        return self._known[key]


def _layers(element: ElementTree.Element) -> int:
    """How often the pixels of this element are put together apart from the rest."""
    name, style = _local(element.tag), element.get("style", "")
    return (name in ("mask", "symbol")) + sum(
        1 for word in _LAYERED if element.get(word, "1") not in ("1", "none", "auto", "normal") or f"{word}:" in style
    )


def _references(element: ElementTree.Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if _local(key) == "href" and value.strip().startswith("#"):
            yield value.strip()[1:]
        yield from _WITHIN.findall(value)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()
