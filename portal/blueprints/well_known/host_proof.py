from __future__ import annotations

from flask import Blueprint, Response, request

from portal.domain import hosts
from portal.domain.errors import NotFound
from portal.gateways import probing
from portal.web.access import public
from portal.web.hosts import normal_host, settings

bp = Blueprint("host_proof", __name__, url_prefix="/host-proof")


@bp.get("/<nonce>")
@public("says that a domain that is asked for leads here, to ourselves alone: the question is signed", on="any")
def show(nonce: str) -> Response:
    host = normal_host(request.environ.get("HTTP_HOST", ""))
    if not probing.is_question(nonce, host, settings()) or not hosts.is_asked_for(host):
        raise NotFound
    return Response(probing.answer_to(nonce, host, settings()) + "\n", content_type="text/plain; charset=utf-8")
