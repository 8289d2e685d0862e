from flask import Blueprint, Response, request

from portal.domain import hosts
from portal.web import pace
from portal.web.access import public
from portal.web.hosts import house_of_host, normal_host, settings

bp = Blueprint("tls_ask", __name__)


@bp.get("/tls-ask")
@public("says whether a certificate may be had for a name, and nothing else", on="any")
def show() -> Response:
    """For the proxy in front, before it asks for a certificate: 200 or 404. Raises TooManyAttempts for others."""
    if request.remote_addr not in ("127.0.0.1", "::1"):
        pace.step("tls-ask", request.remote_addr or "")  # nobody else needs many names
    name = normal_host(request.args.get("domain", "")[:300])
    known = hosts.is_proven(name) or house_of_host(name, settings()) is not None
    return Response("yes\n" if known else "no\n", 200 if known else 404, content_type="text/plain; charset=utf-8")
