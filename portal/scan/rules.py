"""What counts as foreign in something that was read. One pass, every kind of leak, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.scan.foreign import OPERATOR, TOOL, TOOLS, Foreign
from portal.scan.reading import Link, Piece, Reading

LEAKS = {
    "name": "a name that is not the agency's",
    "host": "an address of somebody else",
    "picture": "a picture of somebody else",
    "asset": "the address of somebody else's picture",
    "tool": "what it was made with",
    "source": "a way to the sources",
}

_FAR = re.compile(r"(?:https?|wss?|ftp)://([^\s/\"'<>()\\?#,;]+)", re.IGNORECASE)
_TOLD = ("header", "meta", "comment", "declaration", "property", "file name")
"""Places that say what something was made with; elsewhere people may write about any tool."""


@dataclass(frozen=True, slots=True)
class Hit:
    leak: str
    what: str
    whose: str
    place: str
    around: str = ""


def judge(reading: Reading, foreign: Foreign) -> Iterator[Hit]:
    """Every foreign thing in what was read."""
    for piece in reading.pieces:
        yield from _judge_text(piece, foreign)
    for link in reading.links:
        yield from _judge_link(link, foreign)
    for place, data in reading.pictures:
        if whose := foreign.whose_picture(data):
            yield Hit("picture", f"picture of {whose}", whose, place)


def _judge_text(piece: Piece, foreign: Foreign) -> Iterator[Hit]:
    for word, whose, around in foreign.words_in(piece.text):
        if not (piece.payee and whose == OPERATOR):
            yield Hit("name", word, whose, piece.place, around)
    if "//" in piece.text:
        for found in _FAR.finditer(piece.text):
            yield from _judge_host(found[1], piece.place, found[0], foreign)
    for host, whose in foreign.hosts.items():
        if host in piece.text.lower() and _alone(host, piece.text):
            yield Hit("host", host, whose, piece.place, piece.text.strip()[:80])
    if any(told in piece.place for told in _TOLD) and (tool := TOOLS.search(piece.text)):
        yield Hit("tool", tool[0], TOOL, piece.place, piece.text.strip()[:80])


def _judge_link(link: Link, foreign: Foreign) -> Iterator[Hit]:
    if link.place == "source map" or link.address.partition("?")[0].endswith(".map"):
        yield Hit("source", link.address[:80], TOOL, link.place)
    if link.address.startswith("//"):
        yield from _judge_host(urlsplit(link.address).netloc, link.place, link.address[:80], foreign)
    for version, whose in foreign.versions.items():
        if version in link.address:
            yield Hit("asset", link.address[:80], whose, link.place)


def _judge_host(place_of_net: str, place: str, around: str, foreign: Foreign) -> Iterator[Hit]:
    host = place_of_net.rpartition("@")[2]
    host = re.sub(r":\d*$", "", host).strip("[]{}`.*").lower()
    if host and (whose := foreign.whose_host(host)):
        yield Hit("host", host, whose, place, around[:80])


def _alone(host: str, text: str) -> bool:
    """Whether the host itself is named, and no other that ends with it."""
    return bool(re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", text, re.IGNORECASE))
