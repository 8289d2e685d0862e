"""One reader at the agency's host: asks the application in its own process and reads what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.wrappers import Response

from portal.domain.accounts import SignIn
from portal.scan.papers import read_paper
from portal.scan.reading import Link, Piece, Reading, read_body
from portal.web import sessions
from portal.web.log import UNLOGGED

_SILENT = frozenset({"date", "content-length", "x-request-id", "etag", "expires", "last-modified"})


@dataclass(frozen=True)
class Answer:
    """What came back. `via` is the page that named the address."""

    address: str
    endpoint: str
    status: int
    kind: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    via: str = ""
    fragment: bool = False

    @property
    def location(self) -> str:
        named = {name.lower(): value for name, value in self.headers}
        return named.get("location") or named.get("hx-redirect") or ""


class Reader:
    """Somebody at the host, with a browser of his own; `session` None: nobody is signed in."""

    def __init__(self, app: Flask, origin: str, session: SignIn | None = None, *, language: str = "") -> None:
        self.app, self.origin, self.session = app, origin, session
        self._client = app.test_client()
        if language and session is None:
            self._client.set_cookie("language", language, domain=origin.rpartition("/")[2].partition(":")[0])

    def ask(self, address: str, *, via: str = "", fragment: bool = False, method: str = "GET", **more: Any) -> Answer:
        """The answer to one request; nothing of it is written into the log."""
        headers = {"HX-Request": "true"} if fragment else {}
        with sessions.lent(self.session) if self.session else nullcontext():
            response = self._client.open(
                address,
                method=method,
                base_url=self.origin,
                headers=headers,
                environ_overrides={UNLOGGED: True, "REMOTE_ADDR": "127.0.0.1"},
                buffered=True,
                **more,
            )
        return answered(response, address, self.endpoint_of(address), via=via, fragment=fragment)

    def endpoint_of(self, address: str) -> str:
        """The route behind a path of this host; empty where there is none."""
        return self.route_of(address)[0]

    def route_of(self, address: str) -> tuple[str, Mapping[str, Any]]:
        adapter = self.app.url_map.bind("localhost")
        try:
            return adapter.match(address.partition("?")[0], method="GET")
        except Exception:  # noqa: BLE001 (no such page, a redirect, another verb: all of them are no route)
            return "", {}


def answered(response: Response, address: str, endpoint: str, *, via: str = "", fragment: bool = False) -> Answer:
    """A response of the application as an answer to be read."""
    return Answer(
        address,
        endpoint,
        response.status_code,
        response.mimetype or "",
        tuple(response.headers.items()),
        response.get_data(),
        via,
        fragment,
    )


def read_answer(answer: Answer) -> Reading:
    """Headers, cookies and body of an answer, with every address that any of them names."""
    found = Reading([Piece("address", answer.address)])
    for name, value in answer.headers:
        if name.lower() not in _SILENT:
            found.pieces.append(Piece(f"header {name}", f"{name}: {value}"))
    for name, value in answer.headers:
        if name.lower() in ("location", "hx-redirect"):
            found.links.append(Link("redirect", value))
        elif name.lower() == "content-disposition":
            found.pieces.append(Piece("file name", value))
    if answer.kind == "application/pdf":
        found.add(read_paper(answer.body))
    elif answer.body:
        found.add(read_body(answer.body, answer.kind))
    return found


def sort_of(answer: Answer) -> str:
    """Under what an answer is counted."""
    if answer.endpoint.startswith("error") or answer.status >= 400:
        return "refusals"
    if answer.status >= 300:
        return "redirects"
    if answer.fragment:
        return "fragments"
    if answer.kind == "text/html":
        return "pages"
    return "assets" if answer.address.startswith(("/assets/", "/brand/", "/favicon")) else "files"
