"""What a drawing may hold: shapes, colours, a few cheap effects; nothing that acts, reaches out or never ends."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element  # nosec B405

from portal.domain.branding.drawing_tree import DrawingRefused, local
from portal.domain.branding.letters import check_letters
from portal.domain.branding.raster import EMBEDDED_SIDE, RasterRefused, check_embedded, decoded, encoded

_DRAWN, _EMBEDDED, _LAYERS = 2_500, 4, 24
_ACTIVE = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"}
_FAR = re.compile(
    r"url\(\s*(?![\"']?\s*#)|url\(\s*[\"']\s*[^\"'#\s]|@import|@font-face|expression\(|javascript:|image-set\(|\\",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"url\(\s*[\"']?\s*#([^\"')\s]+)")
_SLOW = {"filter", "marker", "pattern"}
_LAYERED = ("opacity", "mask", "clip-path", "mix-blend-mode", "isolation")
_SLOW_STYLE = re.compile(r"stroke-dash|(?<![\w-])filter\b(?!\s*:\s*none\s*(?:[;}]|$))", re.IGNORECASE)
_SILENT = {"style", "title", "desc", "metadata"}
_STYLED = 4_000_000
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=\s]*)")


def judge(root: Element) -> None:
    """Raises DrawingRefused for the first thing that a drawing may not hold."""
    embedded, styles = 0, ""
    for element in root.iter():
        name = local(element.tag)
        if name in _ACTIVE or name.startswith("animate"):
            raise DrawingRefused("brand_drawing_active")
        if name in _SLOW or (name == "svg" and element is not root):
            raise DrawingRefused("brand_drawing_heavy")
        if name == "style":
            if len(element):  # browsers read on after it, as one sheet
                raise DrawingRefused("brand_drawing_outside")
            styles += element.text or ""
        embedded += sum(_judged(local(key), value) for key, value in element.attrib.items())
    if _FAR.search(styles):
        raise DrawingRefused("brand_drawing_outside")
    weighed = _Weighed(root, styles)
    if embedded > _EMBEDDED or not weighed.is_light():
        raise DrawingRefused("brand_drawing_heavy")
    check_letters(root)


def _judged(key: str, value: str) -> bool:
    """Whether an attribute holds a picture. Raises DrawingRefused."""
    if key.startswith("on"):
        raise DrawingRefused("brand_drawing_active")
    if _is_slow(key, value.strip().lower()):
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


def _is_slow(key: str, value: str) -> bool:
    """Dashes without number, blurs, and gradients that begin again and again, which printers follow to the end."""
    if key == "style":
        return bool(_SLOW_STYLE.search(value))
    return key.startswith("stroke-dash") or value != {"filter": "none", "spreadmethod": "pad"}.get(key, value)


def renew_pictures(root: Element) -> None:
    """Encode every picture inside anew: what came with its pixels stays behind. Raises DrawingRefused."""
    for element in root.iter():
        for key, value in element.attrib.items():
            if local(key) in ("href", "src") and (picture := _PICTURE.fullmatch(value.strip())):
                element.set(key, _renewed(picture[1], picture[2]))


def _renewed(kind: str, text: str) -> str:
    try:
        pixels = decoded(base64.b64decode(text), kind.upper(), EMBEDDED_SIDE)
        data, extension = encoded(pixels, as_photograph=kind == "jpeg")
    except (binascii.Error, RasterRefused):
        raise DrawingRefused("brand_drawing_embedded") from None
    return f"data:image/{'jpeg' if extension == 'jpg' else 'png'};base64,{base64.b64encode(data).decode()}"


def _check_picture(kind: str, encoded: str) -> None:
    try:
        check_embedded(base64.b64decode(encoded), kind.upper())
    except (binascii.Error, RasterRefused):
        raise DrawingRefused("brand_drawing_embedded") from None


class _Weighed:
    """How much is drawn once every reference is followed: copies of copies add up fast, layers cost most.

    A letter counts as an element, a layer as many. What a style sheet refers to is not followed: gradients alone.
    """

    def __init__(self, root: Element, styles: str) -> None:
        self._root, self._styles = root, styles
        self._named: dict[str, Element] = {}
        for element in root.iter():
            if name := element.get("id"):
                self._named.setdefault(name, element)
        self._known: dict[int, int] = {}
        self._under_way: set[int] = set()

    def is_light(self) -> bool:
        if any(word in self._styles for word in _LAYERED) or _SLOW_STYLE.search(self._styles) or not self._is_plain():
            return False
        matches = len(self._styles) * sum(1 for _ in self._root.iter())
        return matches <= _STYLED and self._weight(self._root) <= _DRAWN

    def _is_plain(self) -> bool:
        targets = (self._named.get(name) for name in _WITHIN.findall(self._styles))
        return all(target is None or local(target.tag).endswith("gradient") for target in targets)

    def _weight(self, element: Element) -> int:
        key = id(element)
        if key in self._under_way:  # a drawing that holds itself
            raise DrawingRefused("brand_drawing_heavy")
        if key not in self._known:
            self._under_way.add(key)
            targets = (self._named[name] for name in _references(element) if name in self._named)
            total = 1 + _letters(element) + _layers(element) * (_DRAWN // _LAYERS)
            total += sum(map(self._weight, element)) + sum(map(self._weight, targets))
            self._known[key] = min(total, _DRAWN + 1)
            self._under_way.discard(key)
        return self._known[key]


def _layers(element: Element) -> int:
    """How often the pixels of this element are put together apart from the rest."""
    name, style = local(element.tag), element.get("style", "")
    return (name in ("mask", "symbol")) + sum(
        1 for word in _LAYERED if element.get(word, "1") not in ("1", "none", "auto", "normal") or f"{word}:" in style
    )


def _letters(element: Element) -> int:
    """How many characters are drawn of this element itself: each is a shape."""
    if local(element.tag) in _SILENT:
        return 0
    return sum(len("".join((text or "").split())) for text in (element.text, *(child.tail for child in element)))


def _references(element: Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if local(key) == "href" and value.strip().startswith("#"):
            yield value.strip()[1:]
        yield from _WITHIN.findall(value)
