from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from portal.domain import accounts, tenants
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff
from portal.web.handover import url_for_entering

bp = Blueprint("apps", __name__, url_prefix="/clients/<uuid:client_id>/apps")


@bp.post("/<uuid:app_id>/enter")
@agency_staff(may=Permission.CLIENTS)
def enter(staff: Staff, client_id: UUID, app_id: UUID) -> Response:
    """From the dashboard into the back office of one app."""
    app = tenants.app_of_client(accounts.client_of(staff, client_id), app_id)
    return redirect(url_for_entering(staff, app, section=request.form.get("to", "")), 303)
