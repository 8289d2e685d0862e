"""urllib3's connections over a socket that is connected already, with a limit on what is read from it."""

from __future__ import annotations

import http.client
import io
import socket
import ssl

from urllib3 import connection

from portal.gateways.targets import Target

MOST_BYTES = 64 * 1024
"""Read from one connection: status, headers and body together."""


class _Metered(io.RawIOBase):
    """What comes from the other end, until it is too much: then it is as if it had hung up."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw, self._left = raw, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        n = self._raw.readinto(buffer[: self._left]) or 0 if self._left else 0
        self._left -= n
        return n

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Lines(io.BufferedReader):
    """Remembers how the last line ended: to http.client headers that break off are headers all the same."""

    whole = False

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.whole = line.endswith(b"\n")
        return line


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: object, **options: object) -> None:
        super().__init__(sock, *arguments, **options)  # type: ignore[arg-type]
        self.fp = self._lines = _Lines(_Metered(self.fp.detach()), 4096)  # type: ignore[attr-defined]

    def begin(self) -> None:
        super().begin()
        if not self._lines.whole:
            raise http.client.RemoteDisconnected("the headers broke off")


class Plain(connection.HTTPConnection):
    response_class = _Response

    def __init__(self, target: Target, line: socket.socket) -> None:
        super().__init__(target.host, target.port, timeout=line.gettimeout())
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line


class Tls(connection.HTTPSConnection):
    response_class = _Response

    def __init__(self, target: Target, line: socket.socket) -> None:
        context = ssl.create_default_context()
        super().__init__(
            target.host, target.port, timeout=line.gettimeout(), ssl_context=context, cert_reqs=ssl.CERT_REQUIRED
        )
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line
