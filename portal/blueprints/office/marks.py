"""The pictures of the vendor's mark, for whoever may see a section that carries it, and for nobody else."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.errors import Forbidden, NotFound
from portal.web import vendor
from portal.web.access import contributor

bp = Blueprint("marks", __name__, url_prefix="/marks")

_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/<name>")
@contributor(may="home")
def show(member: Member, name: str) -> Response:
    if not rights.shows_vendor(member):
        raise Forbidden("box_missing")
    if name not in vendor.MARKS:
        raise NotFound
    found = vendor.mark(name)
    response = Response(found.data, content_type=found.content_type)
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
