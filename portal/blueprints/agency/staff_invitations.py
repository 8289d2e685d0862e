from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import staff_forms
from portal.domain import staffing
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState
from portal.web.hosts import address_on_platform, settings

bp = Blueprint("staff_invitations", __name__, url_prefix="/staff/invitations")


@bp.get("/new")
@agency_staff(may=Permission.STAFF)
def new(staff: Staff) -> str:
    values = {"email": "", "role": "", "language": staff.agency.language, "ends_on": "", "clients": []}
    return staff_forms.invitation_page(staff, FormState(values))


@bp.post("/review")
@agency_staff(may=Permission.STAFF)
def review(staff: Staff) -> AnyResponse:
    """What would be sent, in words. Nothing is."""
    form = staff_forms.typed(request.form)
    if request.form.get("step") == "back":
        return Response(staff_forms.invitation_page(staff, form))
    try:
        email, clients = staffing.check(staff, form.text("email"), staff_forms.place_of(form), now=clock.now())
    except AT_THE_FORM as error:
        return Response(staff_forms.invitation_page(staff, form.take(error)), errors.status_of(error))
    return Response(staff_forms.review_page(staff, form, email, clients))


@bp.post("/")
@agency_staff(may=Permission.STAFF)
def create(staff: Staff) -> AnyResponse:
    form = staff_forms.typed(request.form)
    try:
        place = staff_forms.place_of(form)
        email, clients = staffing.check(staff, form.text("email"), place, now=clock.now())
        if form.text("confirmation").lower() != email:
            form.note("confirmation", "confirm_address")
            return Response(staff_forms.review_page(staff, form, email, clients), 422)
        life, origin = timedelta(days=settings().invitation_days), address_on_platform("")
        staffing.invite(staff, email, place, origin=origin, life=life, now=clock.now())
    except AT_THE_FORM as error:
        return Response(staff_forms.invitation_page(staff, form.take(error)), errors.status_of(error))
    flash(_("The invitation is on its way to %(email)s.", email=email))
    return redirect(url_for("agency.staff.index"), 303)


@bp.post("/<uuid:invitation_id>/resend")
@agency_staff(may=Permission.STAFF)
def resend(staff: Staff, invitation_id: UUID) -> AnyResponse:
    return _again(staff, invitation_id, mail=True)


@bp.post("/<uuid:invitation_id>/link")
@agency_staff(may=Permission.STAFF)
def link(staff: Staff, invitation_id: UUID) -> AnyResponse:
    """A new link to be handed on, shown this once; no mail goes out."""
    return _again(staff, invitation_id, mail=False)


@bp.post("/<uuid:invitation_id>/revoke")
@agency_staff(may=Permission.STAFF)
def revoke(staff: Staff, invitation_id: UUID) -> AnyResponse:
    invitation = staffing.invitation_of(staff.agency, invitation_id)
    staffing.revoke(invitation, by=staff, now=clock.now())
    flash(_("The invitation of %(email)s is taken back: its link is dead.", email=invitation.email))
    return redirect(url_for("agency.staff.index"), 303)


def _again(staff: Staff, invitation_id: UUID, *, mail: bool) -> AnyResponse:
    invitation, life = staffing.invitation_of(staff.agency, invitation_id), timedelta(days=settings().invitation_days)
    made = staffing.resend(invitation, by=staff, origin=address_on_platform(""), mail=mail, life=life, now=clock.now())
    return Response(
        render_template(
            "agency/staff_invitations/link.html", invitation=invitation, link=made, mailed=mail, days=life.days
        )
    )
