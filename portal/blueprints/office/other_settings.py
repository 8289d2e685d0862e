from __future__ import annotations

from flask import Blueprint, render_template, url_for

from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.errors import Forbidden
from portal.web.access import contributor
from portal.web.menus import endpoint_of

bp = Blueprint("other_settings", __name__, url_prefix="/other-settings")


@bp.get("/")
@contributor(may="home")
def index(member: Member) -> str:
    """What stands in the group Settings, for those who look for it by this name."""
    found = [section for section, _locked in rights.menu_with_locks(member) if section.group == "settings"]
    if not found:
        raise Forbidden("box_missing")
    doors = [(section, url_for(endpoint_of(section.key))) for section in found]
    return render_template("office/other_settings/index.html", doors=doors)
