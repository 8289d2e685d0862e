"""What the domain name system says, asked each time anew and within five seconds. Whatever goes wrong is a value."""

from __future__ import annotations

from dataclasses import dataclass

from dns import exception, rdatatype, resolver
from dns.nameserver import Do53Nameserver
from dns.rdata import Rdata

from portal.config import Settings

SECONDS = 5.0
MOST = 50
"""Records of one answer that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a name has of one kind.

    `trouble`: "" where there is something; no_name (nobody knows the name), no_record (the name exists, with
    nothing of this kind), timeout, failed (no server gave an answer that could be used).
    """

    values: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether the name system has spoken, also when it said that there is nothing."""
        return self.trouble not in ("timeout", "failed")


class Dns:
    """The servers of `PORTAL_DNS_SERVERS`, or those of the system. `seconds` is for tests of slow servers."""

    def __init__(self, settings: Settings, *, seconds: float = SECONDS) -> None:
        self._servers = [_server(place) for place in settings.dns_servers.split(",") if place]
        self._seconds = seconds

    def txt(self, name: str) -> Found:
        """The texts of a name, the parts of each put together."""
        return self._ask(name, "TXT")

    def cname(self, name: str) -> Found:
        """The name that this one stands for, without its last dot."""
        return self._ask(name, "CNAME")

    def addresses(self, name: str) -> Found:
        """Where a name leads, by whatever detour: IPv4 and IPv6."""
        found = [self._ask(name, kind) for kind in ("A", "AAAA")]
        values = tuple(value for answer in found for value in answer.values)
        if values or found[0].trouble == "no_name":
            return Found(values, "" if values else "no_name")
        return next((answer for answer in found if not answer.is_sure), found[0])

    def mx(self, name: str) -> Found:
        """The hosts that take a domain's mail, the most wanted first."""
        return self._ask(name, "MX")

    def _ask(self, name: str, kind: str) -> Found:
        try:
            asked = resolver.Resolver(configure=not self._servers)
            if self._servers:
                asked.nameservers = self._servers
            answer = asked.resolve(name, kind, lifetime=self._seconds, search=False)
        except resolver.NXDOMAIN:
            return Found(trouble="no_name")
        except resolver.NoAnswer:
            return Found(trouble="no_record")
        except resolver.LifetimeTimeout:
            return Found(trouble="timeout")
        except (exception.DNSException, OSError, ValueError):
            return Found(trouble="failed")
        rows = sorted(list(answer)[:MOST], key=lambda row: getattr(row, "preference", 0))
        return Found(tuple(_text(row) for row in rows))


def _server(place: str) -> Do53Nameserver:
    """`1.2.3.4`, `1.2.3.4:5353`, `[::1]` or `[::1]:5353`."""
    host, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
    return Do53Nameserver((host if colon else place).strip("[]"), int(port or 53))


def _text(row: Rdata) -> str:
    if row.rdtype == rdatatype.TXT:
        return b"".join(row.strings).decode(errors="replace")  # type: ignore[attr-defined]
    if row.rdtype == rdatatype.MX:
        row = row.exchange  # type: ignore[attr-defined]
    return str(row).rstrip(".").lower()
