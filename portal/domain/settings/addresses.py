"""Where a service outside the portal is found: one address for each, written as a template."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_PLACES = {"{agency}", "{service}"}
_PLACE = re.compile(r"\{[^{}]*\}?|\}")
# What may stand in a Content-Security-Policy and in an attribute without being mistaken for more than an address.
_SIGNS = re.compile(r"[A-Za-z0-9._~:/%\[\]-]+", re.ASCII)


def address_fault(template: str) -> str | None:
    """Why this can't be the address of a service; None when it can.

    `{agency}` and `{service}` stand for the agency's slug and the service's key. Tokens are sent there, so
    it is HTTPS, but on this machine itself; a query or fragment would end in logs, a user name is a secret.
    """
    odd = [place for place in _PLACE.findall(template) if place not in _PLACES]
    if odd:
        return f"holds {odd[0]} (known: {', '.join(sorted(_PLACES))})"
    filled = filled_in(template, agency="agency", service="service")
    try:
        parts = urlsplit(filled)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not host:
        return "must begin with https:// and name a host"
    if "@" in parts.netloc or not _SIGNS.fullmatch(filled):
        return "must be scheme, host, port and path alone, in plain letters"
    return None if _is_safe(parts) else "must begin with https:// (http:// is for this machine itself)"


def filled_in(template: str, *, agency: str, service: str) -> str:
    return template.replace("{agency}", agency).replace("{service}", service)


def _is_safe(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
