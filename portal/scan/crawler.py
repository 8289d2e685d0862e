"""The way through the host: whatever one answer names is asked next, a few of each pattern."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask

from portal.domain.rights import SECTIONS
from portal.scan.kinds import Kind
from portal.scan.looking import Answer, Reader, read_answer
from portal.scan.reading import Link, Reading
from portal.scan.routes import AGENCY
from portal.web.access import stamp_of

OF_A_PATTERN = 3
"""Addresses asked of one pattern: the same page about other things."""
MOST = 400
"""Answers for one kind of reader."""
_SHARED = ("/assets/", "/brand/")

Seen = Callable[[Answer, Reading], None]


@dataclass
class Crawl:
    """One reader's way. `shared` are answers that are the same for everybody: each is asked once in a scan."""

    reader: Reader
    seen: Seen
    shared: set[str]
    asked: set[tuple[str, bool]] = field(default_factory=set)
    patterns: Counter[tuple[object, ...]] = field(default_factory=Counter)
    waiting: deque[tuple[str, bool, str]] = field(default_factory=deque)
    answers: int = 0

    def walk(self, starts: Iterator[str]) -> None:
        """Ask for everything that can be come to from these addresses."""
        for address in starts:
            self.want(address)
        while self.waiting and self.answers < MOST:
            address, fragment, via = self.waiting.popleft()
            self.look(address, fragment=fragment, via=via)

    def want(self, address: str, *, fragment: bool = False, via: str = "") -> None:
        """Remember an address of this host, if it is a new one of a pattern that is not known well enough."""
        path = self._here(urljoin(self.reader.origin + (via or "/"), address))
        if path is None or (path, fragment) in self.asked:
            return
        self.asked.add((path, fragment))
        if path.startswith(_SHARED):
            if path in self.shared:
                return
            self.shared.add(path)
        pattern = self._pattern(path, fragment)
        self.patterns[pattern] += 1
        if path.startswith(_SHARED) or self.patterns[pattern] <= OF_A_PATTERN:
            self.waiting.append((path, fragment, via))

    def look(self, address: str, *, fragment: bool = False, via: str = "") -> None:
        """Ask, read, and follow what is named there."""
        answer = self.reader.ask(address, fragment=fragment, via=via)
        reading = read_answer(answer)
        self.answers += 1
        self.seen(answer, reading)
        for link in reading.links:
            if link.asked and _is_address(link):
                self.want(link.address, fragment=link.fragment, via=address)

    def _here(self, address: str) -> str | None:
        """The path and question of an address of this host, without the part that only the browser looks at."""
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.reader.origin:
            return None
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _pattern(self, path: str, fragment: bool) -> tuple[object, ...]:
        endpoint, values = self.reader.route_of(path)
        names = tuple(sorted(name for name, _value in parse_qsl(urlsplit(path).query)))
        return endpoint or path, tuple(sorted(values)), names, fragment


def starts_of(app: Flask, kind: Kind) -> Iterator[str]:
    """Where a reader begins: the front door, and every page of the host that can be asked for by its name alone.

    What he may not see is asked for too: the refusal is a page as well.
    """
    yield from ("/", "/sign-in", "/robots.txt")
    values = {"app": kind.member.app.slug} if kind.member else {}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app.view_functions[rule.endpoint])
        if stamp and stamp.on in AGENCY and "GET" in (rule.methods or ()) and rule.arguments <= values.keys():
            yield adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
    for section in SECTIONS if kind.member else ():
        yield f"/office/{values['app']}/offers/{section.key}/"


def _is_address(link: Link) -> bool:
    return bool(link.address) and not link.address.startswith(("#", "data:", "mailto:", "tel:", "javascript:", "blob:"))
