from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template

from portal.blueprints.agency import settings_help
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("/client-settings/")
@agency_staff(may=Permission.SEE)
def client_settings(staff: Staff) -> str:
    """Every field of Client Settings: its effect, when it counts, an example."""
    return render_template(
        "agency/help/client_settings.html",
        fields=settings_help.HELP,
        services_of=settings_help.services_of,
        said=partial(settings_help.said, currency=staff.agency.currency),
    )
