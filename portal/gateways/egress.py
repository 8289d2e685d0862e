"""The one client for everything that leaves by HTTP to an address that somebody else chose.

It resolves and connects by itself, judges every address found and then that of the connected socket before a byte is
sent; follows no redirect, knows no proxy, unpacks nothing, reads 64 KiB and takes ten seconds at most, all together.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread, Timer

from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from portal.config import Settings
from portal.gateways.addresses import is_public, parsed
from portal.gateways.targets import AddressRefused, Exceptions, Target, read, read_place
from portal.gateways.wire import MOST_BYTES, Plain, Tls

SECONDS = 10.0

Resolve = Callable[[str, int], list[str]]


class NoAnswer(Exception):
    """Nothing that could be used came back. `code`: timeout, no_host, no_connection, no_tls or broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and beginning of what came back, as it came."""

    status: int
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, in the order of the system. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Egress:
    """The client, with the operator's exceptions. `seconds` is for tests of slow servers."""

    def __init__(self, settings: Settings, *, seconds: float = SECONDS) -> None:
        self._exceptions = Exceptions(settings.egress_allow)
        self._secure = settings.production
        self._seconds = seconds

    def check(self, url: str) -> None:
        """Whether anything would be sent there, as far as can be known now. Raises AddressRefused.

        A name that is not known yet, or whose server is slow, is judged when something is sent.
        """
        target = read(url, self._exceptions, secure=self._secure)
        with suppress(NoAnswer):
            _addresses(target, time.monotonic() + min(3.0, self._seconds))

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, most: int = MOST_BYTES) -> Answer:
        """Send it once. At most `most` bytes of the answer's body are returned. Raises AddressRefused or NoAnswer."""
        return self._send("POST", url, body, headers, most)

    def get(self, url: str, headers: Mapping[str, str], *, most: int = MOST_BYTES) -> Answer:
        """Fetch it once, as `post` sends."""
        return self._send("GET", url, None, headers, most)

    def line(self, host: str, port: int, *, ports: Collection[int]) -> socket.socket:
        """A connection to a server that speaks something else than HTTP. Raises AddressRefused or NoAnswer."""
        deadline = time.monotonic() + self._seconds
        target = read_place(host, port, self._exceptions, ports=ports)
        line = _connected(target, _addresses(target, deadline), deadline)
        line.settimeout(self._seconds)
        return line

    def check_place(self, host: str, port: int, *, ports: Collection[int]) -> None:
        """As `check`, for a server that speaks something else than HTTP. Raises AddressRefused."""
        target = read_place(host, port, self._exceptions, ports=ports)
        with suppress(NoAnswer):
            _addresses(target, time.monotonic() + min(3.0, self._seconds))

    def _send(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], most: int) -> Answer:
        deadline = time.monotonic() + self._seconds
        target = read(url, self._exceptions, secure=self._secure)
        line = _connected(target, _addresses(target, deadline), deadline)
        watched = line.dup()  # shut down at the deadline, whatever the other end dribbles
        watch = Timer(max(0.0, deadline - time.monotonic()), _shut, [watched])
        watch.daemon = True
        watch.start()
        try:
            return _exchange(method, target, line, body, headers, most)
        except (OSError, ValueError, HTTPError, http.client.HTTPException) as error:
            raise _judged(error, late=time.monotonic() >= deadline) from None
        finally:
            watch.cancel()
            watched.close()
            line.close()


def _addresses(target: Target, deadline: float) -> list[str]:
    """Where the host is, every one of its addresses judged. Raises AddressRefused or NoAnswer."""
    if target.literal is not None:
        return [str(target.literal)]
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            failed.append(OSError(str(error)))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(0.0, deadline - time.monotonic()))
    if asking.is_alive():
        raise NoAnswer("timeout")
    if failed or not found:
        raise NoAnswer("no_host")
    for text in found:
        _judge(target, text)
    return found


def _judge(target: Target, text: str) -> None:
    address = parsed(text)
    if not target.excepted and (address is None or not is_public(address)):
        raise AddressRefused("address_private")


def _connected(target: Target, addresses: list[str], deadline: float) -> socket.socket:
    """A socket to the first address that answers; its other end is judged once more, for what counts is where it is."""
    code = "no_connection"
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise NoAnswer("timeout")
        try:
            line = socket.create_connection((address, target.port), timeout=left)
        except TimeoutError:
            code = "timeout"
            continue
        except OSError:
            continue
        try:
            _judge(target, str(line.getpeername()[0]))
        except (AddressRefused, OSError):
            line.close()
            raise
        return line
    raise NoAnswer(code)


def _exchange(
    method: str, target: Target, line: socket.socket, body: bytes | None, headers: Mapping[str, str], most: int
) -> Answer:
    kind = Tls if target.scheme == "https" else Plain
    conn = kind(target, line)
    try:
        conn.request(method, target.path, body, {**headers, "Accept-Encoding": "identity"}, preload_content=False,
                     decode_content=False, enforce_content_length=False)  # fmt: skip
        answer = conn.getresponse()
        return Answer(answer.status, _beginning(answer, most))
    finally:
        conn.close()


def _beginning(answer: BaseHTTPResponse, most: int) -> bytes:
    """As much of the body as there is; one that breaks off or never ends takes nothing from the status."""
    found = b""
    with suppress(OSError, ValueError, HTTPError, http.client.HTTPException):
        while len(found) < most:
            part = answer.read1(most - len(found), decode_content=False)
            if not part:
                break
            found += part
    return found


def _judged(error: Exception, *, late: bool) -> NoAnswer:
    if late or isinstance(error, TimeoutError):
        return NoAnswer("timeout")
    return NoAnswer("no_tls" if isinstance(error, ssl.SSLError) or "SSL" in type(error).__name__ else "broken")


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
