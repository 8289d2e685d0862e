from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency.client_list import Asked
from portal.domain import accounts, staffing
from portal.domain.accounts import Role, Staff, StaffMembership
from portal.domain.errors import Invalid, NotFound
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page, fragment_or_redirect, is_fragment_request

bp = Blueprint("staff_clients", __name__, url_prefix="/staff/<uuid:membership_id>/clients")


@bp.get("/")
@agency_staff(may=Permission.STAFF)
def index(staff: Staff, membership_id: UUID) -> Response:
    manager, asked = _manager(staff, membership_id), Asked.read(request.args)
    return fragment_or_page(
        "agency/staff_clients/_list.html",
        "agency/staff_clients/index.html",
        manager=manager,
        search=asked.search,
        found=accounts.page_of_clients(staff, search=asked.search, after=asked.after, before=asked.before),
        assigned=_assigned(manager),
    )


@bp.post("/<uuid:client_id>")
@agency_staff(may=Permission.STAFF)
def switch(staff: Staff, membership_id: UUID, client_id: UUID) -> AnyResponse:
    manager, client = _manager(staff, membership_id), accounts.client_of(staff, client_id)
    wanted = request.form.get("assigned")
    if wanted not in ("yes", "no"):
        raise Invalid({"assigned": ("choose_one", {})})
    staffing.look_after(manager.id, client, assigned=wanted == "yes", by=staff, now=clock.now())
    if not is_fragment_request():
        flash(_("Saved"))
    return fragment_or_redirect(
        "agency/staff_clients/_switch.html",
        to=url_for(".index", membership_id=manager.id),
        trigger={"toast": _("Saved")},
        manager=manager,
        client=client,
        assigned=_assigned(manager),
    )


def _manager(staff: Staff, membership_id: UUID) -> StaffMembership:
    """The manager whose clients these are. Raises NotFound for everybody else: nobody else has any."""
    row = accounts.staff_member(staff.agency, membership_id)
    if row.role != Role.MANAGER:
        raise NotFound
    return row


def _assigned(manager: StaffMembership) -> set[UUID]:
    return {client.id for client in accounts.assigned_clients([manager])[manager.id]}
