"""As little HTTP as a sender needs: one connection kept open, one question after the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


class Lost(Exception):
    """The connection broke before the answer was whole: nobody knows what became of the question."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection that is opened when it is needed and again when it broke."""

    def __init__(self, port: int, *, patience: float = 300) -> None:
        self.port, self.patience = port, patience
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Raises Lost."""
        try:
            async with asyncio.timeout(self.patience):
                return await self._ask(method, path, headers, body)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.close()
            raise Lost(type(error).__name__) from error

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        answer = await _answer(reader)
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Answer(status, headers, await reader.readexactly(int(headers["content-length"])))
