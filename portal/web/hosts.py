"""Which house a request came to. The host decides, before anyone signs in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import quote, urlencode

from flask import Flask, current_app, g, has_request_context, redirect, request
from werkzeug.wrappers import Response

from portal.config import Settings
from portal.domain import accounts, tenants
from portal.domain.tenants import Agency


@dataclass(frozen=True)
class Platform:
    """The platform host: operators, agency staff, machines; the vendor's brand."""

    kind: ClassVar[str] = "platform"
    key: ClassVar[str] = accounts.PLATFORM


@dataclass(frozen=True)
class AgencyHouse:
    """One agency's host: its clients' people and the public apps; the agency's brand alone."""

    agency: Agency
    kind: ClassVar[str] = "agency"

    @property
    def key(self) -> str:
        return str(self.agency.id)


PROBES = ("/healthz", "/readyz")
"""Paths that answer on any host, also while the database is away."""
STAYS = ("/app/", "/assets/", "/brand/", "/favicon.ico", "/.well-known/", "/tls-ask")
"""Beginnings of paths that a sub-domain goes on serving when the agency has a domain of its own: the public apps that
people have installed, and what these are made of."""

House = Platform | AgencyHouse

_OWN = re.compile(r"[a-z0-9.-]{4,253}")


def init_hosts(app: Flask, settings: Settings) -> None:
    app.config["SETTINGS"] = settings
    app.before_request(partial(_find_house, settings))
    app.url_defaults(_same_app)


def house() -> House | None:
    """The house of this request; None on a host that is not ours."""
    found: House | None = g.get("house")
    return found


def house_here() -> House:
    """The house of this request, for views that exist on our hosts alone."""
    found = house()
    assert found is not None, "the access stamp has asked for the host"
    return found


def is_platform() -> bool:
    """Whether this is the platform host, for views that exist on both kinds."""
    return isinstance(house(), Platform)


def agency_here() -> Agency:
    """The agency whose host this is, for views that exist on agency hosts alone."""
    found = house()
    assert isinstance(found, AgencyHouse), "the access stamp has asked for an agency's host"
    return found.agency


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def host_of(agency: Agency) -> str:
    """The host on which an agency's people meet its brand: its own domain while that is active, else its sub-domain."""
    return agency.own_host or sub_domain_of(agency)


def sub_domain_of(agency: Agency) -> str:
    """The agency's host below that of the installation, which serves the public apps in any case."""
    return settings().agency_host(agency.slug)


def is_own_host() -> bool:
    """Whether this request came to an agency's own domain."""
    found = house()
    return isinstance(found, AgencyHouse) and found.agency.own_host == normal_host(_header())


def address_on_platform(path: str = "/", **query: str) -> str:
    """An absolute address on the platform host, from the settings and never from the request."""
    return settings().address_of(settings().platform_host) + path + (f"?{urlencode(query)}" if query else "")


def address_on_agency_host(agency: Agency, path: str = "/", **query: str) -> str:
    """An absolute address on the agency's host, from the settings and never from the request."""
    return settings().address_of(host_of(agency)) + path + (f"?{urlencode(query)}" if query else "")


def house_of_host(header: str, settings: Settings) -> House | None:
    """The house behind a Host header; port, case and a trailing dot don't matter."""
    host = normal_host(header)
    if host == settings.platform_host:
        return Platform()
    slug = host.removesuffix(settings.agency_host_suffix)
    if slug != host:
        agency = tenants.agency_by_slug(slug) if tenants.is_slug(slug) else None
    else:
        agency = tenants.agency_by_host(host) if _OWN.fullmatch(host) else None
    return AgencyHouse(agency) if agency else None


def normal_host(header: str) -> str:
    """A Host header as hosts are compared: lower case, without port or trailing dot."""
    name, colon, port = header.strip().lower().rpartition(":")
    host = name if colon and port.isascii() and port.isdigit() else header.strip().lower()
    return host.removesuffix(".")


def _same_app(endpoint: str, values: dict[str, object]) -> None:
    """Inside a back office or an app, addresses of it need not say which one."""
    here = None if "app" in values or not has_request_context() else (request.view_args or {}).get("app")
    if here and current_app.url_map.is_endpoint_expecting(endpoint, "app"):
        values["app"] = here


def _find_house(settings: Settings) -> Response | None:
    if request.path in PROBES:
        g.house = None
        return None
    g.house = found = house_of_host(_header(), settings)
    return _led_on(found)


def _header() -> str:
    """The header itself: what werkzeug makes of a missing or strange one is the address of the server."""
    return str(request.environ.get("HTTP_HOST", ""))


def _led_on(found: House | None) -> Response | None:
    """From the sub-domain to the agency's own domain, where it has one; never for ever, for a domain may be lost.

    What was posted to the old address is not sent on: its page belongs to a session that the new one does not know.
    """
    if not isinstance(found, AgencyHouse) or not found.agency.own_host or request.path.startswith(STAYS):
        return None
    if is_own_host():
        return None
    origin = address_on_agency_host(found.agency, "")
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": origin + "/"})
    if request.method not in ("GET", "HEAD"):
        return redirect(origin + "/", 303)
    query = request.query_string.decode("latin-1")
    return redirect(origin + quote(request.path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else ""), 302)
