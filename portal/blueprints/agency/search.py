from __future__ import annotations

from flask import Blueprint, Response, request

from portal.blueprints.agency import found
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page, is_fragment_request

bp = Blueprint("search", __name__, url_prefix="/search")

_WHILE_TYPING, _ON_A_PAGE = 5, 25


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> Response:
    text = found.text_of(request.args)
    return fragment_or_page(
        "agency/search/_found.html",
        "agency/search/index.html",
        text=text,
        groups=found.groups_of(staff, text, most=_WHILE_TYPING if is_fragment_request() else _ON_A_PAGE),
        hint=found.what_can_be_found(staff),
    )
