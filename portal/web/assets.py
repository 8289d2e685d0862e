"""The stylesheets, scripts, fonts and icons of the three worlds, under names made from their content.

Each world (dashboard, office, app) gets one stylesheet and one script, joined at start from the files of
`portal/static/`. A changed file has a new name, so browsers may keep what they have for ever. Worlds share
no address: what is served on an agency's host says nothing about the platform.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.wrappers import Response

STATIC = Path(__file__).parents[1] / "static"

_BASE = ("vendor/tabler/tabler", "fonts", "tokens", "base", "layout", "button", "pill", "note", "empty")
_PARTS = (
    "meter", "field", "choice", "table", "menu", "page", "save_bar",
    "lists", "chart", "usage", "avatar", "mark", "order", "door", "sections", "sso", "security",
)  # fmt: skip
_DASHBOARD = (
    "dashboard", "agency", "staff", "reference", "settings", "many", "activity", "hooks", "sender", "brand", "found",
)  # fmt: skip
STYLES = {
    "dashboard": (*_BASE, *_PARTS, *_DASHBOARD, "print"),
    "office": (*_BASE, *_PARTS, "office", "team", "help", "print"),
    "app": (*_BASE, "app", "print"),
}
_SCRIPTS = (
    "vendor/htmx/htmx.min", "vendor/idiomorph/idiomorph-ext.min",
    "alerts", "truth", "signed_out", "passkeys", "busy", "menus", "save_bar", "fields", "appearance", "order",
)  # fmt: skip
SCRIPTS = {"dashboard": (*_SCRIPTS, "pick", "brand", "search"), "office": (*_SCRIPTS, "hand_over")}
FONTS = {"inter-latin": "vendor/inter/inter-latin.woff2", "inter-latin-ext": "vendor/inter/inter-latin-ext.woff2"}
WEIGHTS = (400, 500, 600)

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """One file as it is served: its address holds the hash of its content."""

    world: str
    url: str
    content: bytes

    @property
    def extension(self) -> str:
        return self.url.rpartition(".")[2]

    @cached_property
    def encodings(self) -> dict[str, bytes]:
        """The content in every coding worth having, the best first. Fonts are compressed already."""
        if self.extension == "woff2":
            return {}
        return {"br": brotli.compress(self.content), "gzip": gzip.compress(self.content, 9, mtime=0)}


class Assets:
    """Every served file of every world, built once from a folder of sources."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._named: dict[tuple[str, str], Asset] = {}
        for world in STYLES:
            self._build(world)
        self._served = {asset.url: asset for asset in self._named.values()}

    def url(self, world: str, kind: str) -> str:
        """The address of the stylesheet ("css") or script ("js") of a world."""
        return self._named[world, kind].url

    def icons(self, world: str) -> str:
        """The address of the icon sprite of a world."""
        return self._named[world, "icons"].url

    def font_url(self, world: str, name: str) -> str:
        """The address of a font ("inter-latin", "inter-latin-ext") of a world."""
        return self._named[world, name].url

    def font_path(self, weight: int, subset: str = "latin") -> Path:
        """The file of one whole weight (400, 500, 600), for documents that carry their font along."""
        path = self._folder / f"vendor/inter/inter-{subset}-{weight}-normal.woff2"
        if weight not in WEIGHTS or not path.is_file():
            raise KeyError((weight, subset))
        return path

    def serve(self, worlds: Collection[str], path: str, headers: Mapping[str, str]) -> Response | None:
        """The answer to a request for `path` on a host of these worlds, or None where there is no such file."""
        asset = self._served.get(path)
        if asset is None or asset.world not in worlds:
            return None
        tag = asset.url.rpartition("-")[2].partition(".")[0]
        coding = _coding(asset, headers.get("Accept-Encoding"))
        if parse_etags(headers.get("If-None-Match")).contains_weak(tag):
            response = Response(status=304)
            del response.headers["Content-Type"]
        else:
            body = asset.encodings[coding] if coding else asset.content
            response = Response(body, content_type=_TYPES[asset.extension])
            if coding:
                response.headers["Content-Encoding"] = coding
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _build(self, world: str) -> None:
        for name, source in FONTS.items():
            self._add(world, name, f"{world}/{name}", "woff2", (self._folder / source).read_bytes())
        self._add(world, "icons", f"{world}/icons", "svg", (self._folder / "icons.svg").read_bytes())
        self._add(world, "css", world, "css", "\n".join(self._style(world, name) for name in STYLES[world]).encode())
        if world in SCRIPTS:
            self._add(world, "js", world, "js", "\n".join(self._script(name) for name in SCRIPTS[world]).encode())

    def _add(self, world: str, key: str, name: str, extension: str, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()[:16]
        self._named[world, key] = Asset(world, f"/assets/{name}-{digest}.{extension}", content)

    def _style(self, world: str, name: str) -> str:
        path = self._folder / (name if "/" in name else f"css/{name}")
        text = path.with_suffix(".css").read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        text = re.sub(r"\s*\n\s*", "\n", text).strip()
        return re.sub(r"url\(\"(\.\./[^\"]+)\"\)", lambda found: self._font(world, path.parent / found[1]), text)

    def _font(self, world: str, path: Path) -> str:
        wanted = path.resolve()
        for name, source in FONTS.items():
            if (self._folder / source).resolve() == wanted:
                return f'url("{self.font_url(world, name)}")'
        raise ValueError(f"a stylesheet names a file that is not served: {path}")

    def _script(self, name: str) -> str:
        if "/" in name:
            return (self._folder / f"{name}.js").read_text(encoding="utf-8").strip() + ";"
        text = (self._folder / f"js/{name}.js").read_text(encoding="utf-8")
        text = re.sub(r"^\s*(//.*|/\*\*.*\*/)$", "", text, flags=re.MULTILINE)
        return re.sub(r"\s*\n\s*", "\n", text).strip()


def _coding(asset: Asset, header: str | None) -> str | None:
    accepted = parse_accept_header(header or "", Accept)
    return next((name for name in asset.encodings if accepted.quality(name) > 0), None)
