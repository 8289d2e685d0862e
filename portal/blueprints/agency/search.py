from __future__ import annotations

from flask import Blueprint, Response, request

from portal.blueprints.agency import found
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page, is_fragment_request

bp = Blueprint("search", __name__, url_prefix="/search")

_IN_THE_BAR, _ON_A_PAGE = 5, 25


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> Response:
    """A page; its list alone (`part=page`), or the short one below the bar, for whoever types."""
    in_the_bar = is_fragment_request() and request.args.get("part") != "page"
    text = found.text_of(request.args)
    groups = found.groups_of(staff, text, most=_IN_THE_BAR if in_the_bar else _ON_A_PAGE)
    return fragment_or_page(
        "agency/search/_found.html" if in_the_bar else "agency/search/_results.html",
        "agency/search/index.html",
        text=text,
        groups=groups,
        count=sum(len(group.hits) for group in groups),
        hint=found.what_can_be_found(staff),
    )
