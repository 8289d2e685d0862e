"""An address on the web as somebody typed it, read so strictly that nothing else can be meant by it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv6Address

from portal.gateways.addresses import Address, is_public, parsed

PORTS = (80, 443, 8080, 8443)
LONGEST = 1000

_SHAPE = re.compile(r'(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<place>[^/?#]*)(?P<path>[/?][!"$-~]*)?')
_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL = {
    "localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp", "arpa", "onion",
    "invalid", "test",
}  # fmt: skip


class AddressRefused(Exception):
    """An address that nothing is sent to. `code` says why and has its words in `portal/web/messages.py`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `excepted`: the operator named this very place, whatever lies behind it."""

    scheme: str
    host: str
    port: int
    path: str
    literal: Address | None
    excepted: bool


class Exceptions:
    """What `PORTAL_EGRESS_ALLOW` names: `host` for all its ports, or `host:port`, separated by commas."""

    def __init__(self, text: str) -> None:
        found = [_PLACE.fullmatch(entry.strip()) for entry in text.split(",")]
        self._places = {(_plain(place["host"]), int(place["port"] or 0)) for place in found if place}

    def __contains__(self, place: tuple[str, int]) -> bool:
        return place in self._places or (place[0], 0) in self._places


def read(url: str, exceptions: Exceptions, *, secure: bool) -> Target:
    """The one place that `url` names, if it may be one. `secure` refuses http. Raises AddressRefused."""
    found = _SHAPE.fullmatch(url)
    if found is None or len(url) > LONGEST or "\\" in url:
        raise AddressRefused("address_bad")
    scheme = found["scheme"].lower()
    if scheme not in ("http", "https"):
        raise AddressRefused("address_scheme")
    if "@" in found["place"]:
        raise AddressRefused("address_userinfo")
    place = _PLACE.fullmatch(found["place"])
    if place is None:
        raise AddressRefused("address_host")
    host, port = _plain(place["host"]), int(place["port"] or (443 if scheme == "https" else 80))
    excepted = (host, port) in exceptions
    literal = _literal(host, excepted=excepted)
    if not excepted and port not in PORTS:
        raise AddressRefused("address_port", known=", ".join(str(known) for known in PORTS))
    if secure and scheme == "http" and not excepted:
        raise AddressRefused("address_plain")
    path = found["path"] or "/"
    return Target(scheme, host, port, path if path.startswith("/") else f"/{path}", literal, excepted)


def read_place(host: str, port: int, exceptions: Exceptions, *, ports: Collection[int]) -> Target:
    """A server other than of the web, if it may be one: its path is empty. Raises AddressRefused."""
    if not _PLACE.fullmatch(host) or ":" in host:
        raise AddressRefused("address_host")
    host = _plain(host)
    excepted = (host, port) in exceptions
    literal = _literal(host, excepted=excepted)
    if not excepted and port not in ports:
        raise AddressRefused("address_port", known=", ".join(str(known) for known in ports))
    return Target("", host, port, "", literal, excepted)


def _plain(host: str) -> str:
    """Small letters, an IPv6 address in its short form without brackets."""
    host = host.lower()
    if not host.startswith("["):
        return host
    address = parsed(host[1:-1])
    return str(address) if isinstance(address, IPv6Address) else host


def _literal(host: str, *, excepted: bool) -> Address | None:
    """The address where the host is one; None for a name. Raises AddressRefused for what is not public."""
    address = parsed(host)
    if address is not None:
        if not excepted and not is_public(address):
            raise AddressRefused("address_private")
        return address
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or _NUMBER.fullmatch(labels[-1]):
        raise AddressRefused("address_host")
    if not excepted and (len(labels) == 1 or labels[-1] in _LOCAL):
        raise AddressRefused("address_private")
    return None
