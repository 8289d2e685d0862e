"""What an answer holds: its texts with the places they stand in, its links, the pictures in it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

_WITH_ADDRESS = ("href", "src", "action", "formaction", "poster", "data", "xlink:href", "hx-get", "hx-post", "cite")
_ASKED = ("href", "src", "action", "poster", "data", "hx-get")
_CSS_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
_COMMENT = re.compile(r"/\*.*?\*/|(?:^|\s)//[^\n]*", re.DOTALL)
_MAP = re.compile(r"[#@]\s*sourceMappingURL=(\S+)")
_JSON_ADDRESS = re.compile(r"\"(?:src|url|start_url|scope|href|id)\"\s*:\s*\"([^\"]+)\"")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_DATA = re.compile(r"data:image/[\w.+-]+(;[\w=-]+)*,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and the place it stands in. `payee`: it names who is paid, where the operator's legal name belongs."""

    place: str
    text: str
    payee: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An address that something names. `fragment`: pages fetch a part of themselves there; `asked`: by GET."""

    place: str
    address: str
    fragment: bool = False
    asked: bool = True


@dataclass
class Reading:
    """Everything that was read from one answer, letter or document."""

    pieces: list[Piece] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, other: Reading) -> None:
        self.pieces += other.pieces
        self.links += other.links
        self.pictures += other.pictures


def read_body(body: bytes, kind: str) -> Reading:
    """A body by its media type. Pictures of pixels and fonts hold no words and come as they are."""
    text = body.decode("utf-8", "replace")
    if kind in ("text/html", "application/xhtml+xml"):
        return read_markup(text)
    if kind == "image/svg+xml":
        found = read_markup(text, drawing=True)
        found.pictures.append(("picture", body))
        return found
    if kind == "text/css":
        return _read_code(text, "style sheet")
    if kind in ("text/javascript", "application/javascript"):
        return _read_code(text, "script")
    if kind.startswith("image/"):
        return Reading(pictures=[("picture", body)])
    if kind.startswith(("font/", "application/octet-stream")):
        return Reading()
    name = _NAMES.get(kind, "data" if kind.endswith("json") else "file")
    found = Reading([Piece(name, text)])
    if kind.endswith("json"):
        found.links = [Link(name, one[1]) for one in _JSON_ADDRESS.finditer(text)]
    return found


_NAMES = {
    "application/manifest+json": "manifest",
    "application/problem+json": "problem document",
    "text/calendar": "calendar",
    "application/atom+xml": "feed",
    "application/rss+xml": "feed",
    "text/csv": "CSV file",
    "text/plain": "text",
}


def read_markup(text: str, *, drawing: bool = False) -> Reading:
    """HTML, or a drawing: comments, titles, metas, attributes and texts, each by itself."""
    parser = _Markup(drawing=drawing)
    parser.feed(text)
    parser.close()
    return parser.found


def _read_code(text: str, kind: str) -> Reading:
    comments = [one[0] for one in _COMMENT.finditer(text)]
    bare = _COMMENT.sub(" ", text)
    found = Reading([Piece(kind, bare), *(Piece(f"{kind} comment", comment) for comment in comments)])
    found.links += [Link("source map", one[1]) for one in _MAP.finditer(text)]
    if kind == "style sheet":
        found.links += list(_addresses_of_style(bare))
        for link in found.links:
            if picture := embedded(link.address):
                found.pictures.append((kind, picture))
    return found


def _addresses_of_style(text: str) -> Iterator[Link]:
    for one in _CSS_ADDRESS.finditer(text):
        yield Link("style sheet", one[1] or one[2])


def embedded(address: str) -> bytes | None:
    """The picture in a `data:` address."""
    head = _DATA.match(address)
    if head is None:
        return None
    rest = address[head.end() :]
    if ";base64" not in head[0].lower():
        return unquote_to_bytes(rest)
    try:
        return base64.b64decode(unquote_to_bytes(rest))
    except (binascii.Error, ValueError):
        return None


class _Markup(HTMLParser):
    def __init__(self, *, drawing: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Reading()
        self._text = "drawing" if drawing else "text"
        self._open: list[str] = []
        self._payee_at: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
            if "data-payee" in values and self._payee_at is None:
                self._payee_at = len(self._open)
        for name, value in values.items():
            self._attribute(tag, name, value, values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open and self._open.pop() != tag:
            pass
        if self._payee_at is not None and len(self._open) < self._payee_at:
            self._payee_at = None

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        inside = self._open[-1] if self._open else ""
        if inside in ("script", "style"):
            self.found.add(_read_code(data, {"script": "script", "style": "style sheet"}[inside]))
            return
        place = "title" if inside == "title" and self._text == "text" else self._text
        self.found.pieces.append(Piece(place, data, payee=self._payee_at is not None))

    def handle_comment(self, data: str) -> None:
        self.found.pieces.append(Piece("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.pieces.append(Piece("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.found.pieces.append(Piece("declaration", data))

    def _attribute(self, tag: str, name: str, value: str, all_of: dict[str, str]) -> None:
        place = "class name" if name == "class" else "meta" if tag == "meta" else f"attribute {name}"
        if name == "content" and tag == "meta":
            place = f"meta {all_of.get('name') or all_of.get('property') or all_of.get('http-equiv') or ''}".strip()
        self.found.pieces += [Piece(place, value), Piece("attribute name", name)]
        if name in _WITH_ADDRESS and value:
            self._address(tag, name, value, all_of)
        elif name in ("srcset", "imagesrcset"):
            for one in value.split(","):
                self.found.links.append(Link(f"<{tag} {name}>", one.split()[0] if one.split() else ""))
        elif name == "style":
            self.found.links += list(_addresses_of_style(value))
        elif name == "content" and all_of.get("http-equiv", "").lower() == "refresh":
            self.found.links.append(Link("meta refresh", value.partition("=")[2].strip()))

    def _address(self, tag: str, name: str, value: str, all_of: dict[str, str]) -> None:
        posted = name == "action" and all_of.get("method", "get").lower() != "get"
        asked = name in _ASKED and not posted
        self.found.links.append(Link(f"<{tag} {name}>", value, fragment=name == "hx-get", asked=asked))
        if picture := embedded(value):
            self.found.pictures.append((f"<{tag} {name}>", picture))
