"""A real web server on loopback that plays what it is told, and keeps what it was sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread

import pytest

Play = Callable[[socket.socket, "Sink"], object]


@dataclass
class Request:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


def answering(status: int, body: bytes = b"", headers: str = "") -> Play:
    """An orderly answer."""
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return lambda line, _sink: line.sendall(head.encode() + body)


def dropping(line: socket.socket, _sink: Sink) -> None:
    """Take the request and hang up without a word."""
    line.close()


@dataclass
class Sink:
    """`plays` are done one after the other, the last one again and again. `connections` counts who came at all."""

    plays: list[Play] = field(default_factory=lambda: [answering(204)])
    context: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    over: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/hook") -> str:
        return f"http{'s' if self.context else ''}://{self.place}{path}"

    def stop(self) -> None:
        self.over.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            Thread(target=self._attend, args=(line,), daemon=True).start()

    def _attend(self, line: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self.context:
                line = self.context.wrap_socket(line, server_side=True)
            with line:
                self.requests.append(_read(line))
                play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
                play(line, self)


@pytest.fixture
def sinks() -> Iterator[Callable[..., Sink]]:
    """`sinks(answering(500), answering(200))`: a server of this test's own."""
    made: list[Sink] = []

    def make(*plays: Play, context: ssl.SSLContext | None = None) -> Sink:
        sink = Sink(list(plays) or [answering(204)], context)
        made.append(sink)
        return sink

    yield make
    for sink in made:
        sink.stop()


def _read(line: socket.socket) -> Request:
    with line.makefile("rb", buffering=0) as lines:
        first = lines.readline().decode("latin-1").strip()
        headers = {}
        while text := lines.readline().decode("latin-1").strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = b""
        while len(body) < int(headers.get("content-length", 0)):
            body += lines.read(65536)
    return Request(first, headers, body)
