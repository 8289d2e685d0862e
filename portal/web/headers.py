"""Headers that every answer carries, whatever it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, g, request

from portal.config import Settings
from portal.domain.accounts import Member, Staff
from portal.web.hosts import address_on_agency_host, address_on_platform, is_own_host

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
_EVERY_ANSWER = [(name.lower(), name, value) for name, value in _ALWAYS.items()]
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


class Answer(Response):
    """Carries what every answer carries: put beside the others when they go out, where nothing is checked twice."""

    def get_wsgi_response(self, environ: dict[str, Any]) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        body, status, headers = super().get_wsgi_response(environ)
        _complete(headers)
        return body, status, headers


def init_headers(app: Flask, settings: Settings) -> None:
    if settings.secure:
        app.after_request(_only_https)


def frame_from_here(response: Response, *, content: str) -> Response:
    """Let our own page show this answer in a sandboxed frame, under a policy of its own."""
    response.headers["Content-Security-Policy"] = content
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def send_forms_to(response: Response, address: str) -> Response:
    """Let the form of this answer go to that one address and nowhere else; there only our origin is told.

    A service that is told the origin (the `Origin` of the request) can refuse forms of other people's pages.
    """
    rules = _POLICY | {"form-action": address}
    response.headers["Content-Security-Policy"] = _written(rules)
    response.headers["Referrer-Policy"] = "origin"
    return response


def show_frames_of(response: Response, address: str) -> Response:
    """Let this page of ours show frames of that one address."""
    response.headers["Content-Security-Policy"] = f"{_policy()}; frame-src {address}"
    return response


def framed_by_dashboard(response: Response, *, inline: bool = False) -> Response:
    """Let a page of the dashboard show this answer in a frame. In it no script runs and no form is sent anywhere.

    `inline`: letters, documents and a theme's own page carry their style sheet in themselves.
    """
    styles = "'self' 'unsafe-inline'" if inline else "'self'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; img-src 'self' data:; "
        f"font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {address_on_platform('')}; "
        "sandbox allow-same-origin"
    )
    return response


def allow_theme(response: Response, script: str) -> Response:
    """For a page with markup of a theme: its own style, our one script, no other; forms go nowhere but here."""
    rules = _POLICY | {"script-src": script, "style-src": "'self' 'unsafe-inline'"}
    response.headers["Content-Security-Policy"] = _written(rules)
    return response


def _complete(headers: list[tuple[str, str]]) -> None:
    there = {name.lower() for name, _ in headers}
    headers += [(name, value) for key, name, value in _EVERY_ANSWER if key not in there]
    if "content-security-policy" not in there:
        headers.append(("Content-Security-Policy", _policy()))
    if "referrer-policy" not in there:
        headers.append(("Referrer-Policy", "no-referrer" if _has_token_in_path() else "same-origin"))
    if "cache-control" not in there:
        headers.append(("Cache-Control", "no-store"))
        _keep_apart(headers)


def _keep_apart(headers: list[tuple[str, str]]) -> None:
    """Answers differ by who asks, and by whether htmx does, besides what was said already."""
    said = [value for name, value in headers if name.lower() == "vary"]
    if said:
        headers[:] = [pair for pair in headers if pair[0].lower() != "vary"]
    others = [name.strip() for value in said for name in value.split(",")]
    headers.append(("Vary", ", ".join(dict.fromkeys(["Cookie", "HX-Request", *others]))))


def _only_https(response: Response) -> Response:
    below = "" if is_own_host() else "; includeSubDomains"  # what is below an agency's own domain is not ours to close
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000" + below)
    return response


def _policy() -> str:
    who, framing = g.get("who"), request.path.startswith(_FRAMING)
    if not framing and not isinstance(who, (Staff, Member)):
        return _PLAIN
    rules = dict(_POLICY)
    if isinstance(who, Staff):  # the button into a back office ends on the agency's own host
        rules["form-action"] += f" {address_on_agency_host(who.agency, path='')}"
    elif isinstance(who, Member) and who.is_staff:  # and the one out of it on the platform's
        rules["form-action"] += f" {address_on_platform('')}"
    if framing:
        rules["frame-src"] = "'self'"
    return _written(rules)


def _written(rules: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


_PLAIN = _written(_POLICY)
_FRAMING = "/dev/mail/"


def _has_token_in_path() -> bool:
    return "token" in (request.view_args or ())
