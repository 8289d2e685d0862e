"""The expectations of `expected/`, written by hand, and the routes of the application beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

EXPECTED = Path(__file__).with_name("expected")
TABLES = ("dashboard", "office", "machines", "doors")

_CONVERTER = re.compile(r"<(?:[^<>:]+(?:\([^)]*\))?:)?(\w+)>")
_FLAGS = ("polled", "shows", "alike", "cookieless", "housed")


@dataclass(frozen=True)
class Route:
    """One method of one rule; `path` is the rule without the kinds of its parts."""

    method: str
    path: str
    endpoint: str

    @property
    def parts(self) -> list[str]:
        return _CONVERTER.findall(self.path)

    @property
    def is_unsafe(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def fill(self, values: dict[str, object]) -> str:
        return _CONVERTER.sub(lambda found: str(values.get(found[1], "none-such")), self.path)


@dataclass(frozen=True)
class Line:
    """One line of a table. `own` are answers that differ from the column's, by principal.

    Flags: `polled` answers 286 instead of leading to sign-in; `shows` shows a tenant's words to whoever has the
    address; `alike` answers the same whatever object is asked for; `cookieless` looks at no cookie, and so at no token
    against forgery.
    """

    table: str
    columns: tuple[str, ...]
    own: dict[str, str]
    flags: frozenset[str]


def routes_of(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, _CONVERTER.sub(r"<\1>", rule.rule), rule.endpoint)


def without_line(routes: Iterable[Route], lines: dict[tuple[str, str], Line]) -> list[Route]:
    """The routes that nobody wrote an expectation for."""
    return [route for route in routes if (route.method, route.path) not in lines]


def read_tables() -> dict[tuple[str, str], Line]:
    """Every line by method and path. Raises ValueError for one that stands twice."""
    found: dict[tuple[str, str], Line] = {}
    for table in TABLES:
        for text in (EXPECTED / f"{table}.txt").read_text().splitlines():
            if not text.strip() or text.startswith("#"):
                continue
            method, path, *rest = text.split()
            if (method, path) in found:
                raise ValueError(f"{method} {path} stands twice")
            own = dict(word.split("=") for word in rest if "=" in word)
            flags = frozenset(word for word in rest if word in _FLAGS)
            columns = tuple(word for word in rest if "=" not in word and word not in _FLAGS)
            found[method, path] = Line(table, columns, own, flags)
    return found
