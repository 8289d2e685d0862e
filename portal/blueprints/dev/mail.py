"""What would have been sent, on a machine without SMTP. Never in production, never for another machine."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, Response, render_template, request

from portal.domain.errors import NotFound
from portal.gateways import mailbox
from portal.gateways.mailbox import Received
from portal.web.access import public
from portal.web.headers import frame_from_here
from portal.web.hosts import settings

bp = Blueprint("mail", __name__, url_prefix="/mail")

_PROXIES_SAY = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_LETTER = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@bp.get("/")
@public("loopback alone, without SMTP alone, never in production", on="platform")
def index() -> str:
    _check()
    return render_template("dev/mail/index.html", letters=mailbox.list_messages(mailbox.folder_of(settings())))


@bp.get("/<letter_id>")
@public("loopback alone, without SMTP alone, never in production", on="platform")
def show(letter_id: str) -> str:
    return render_template("dev/mail/show.html", letter=_letter(letter_id))


@bp.get("/<letter_id>/html")
@public("loopback alone, without SMTP alone, never in production", on="platform")
def body(letter_id: str) -> Response:
    html = _letter(letter_id).html.replace("<head>", '<head><base target="_blank">', 1)
    response = Response(html, content_type="text/html; charset=utf-8")
    return frame_from_here(response, content=_LETTER)


def _letter(letter_id: str) -> Received:
    _check()
    found = mailbox.read_message(mailbox.folder_of(settings()), letter_id)
    if found is None:
        raise NotFound
    return found


def _check() -> None:
    """Raises NotFound wherever letters could be anybody's."""
    here = settings()
    handed_on = any(name in request.headers for name in _PROXIES_SAY)  # a proxy on this machine has its address
    if here.production or here.smtp_url is not None or handed_on or not _is_loopback(request.remote_addr):
        raise NotFound


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
