from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import rights, staffing
from portal.domain.accounts import Role, Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("staff_ownership", __name__, url_prefix="/staff/ownership")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> str:
    return _page(staff, FormState({"taker": "", "afterwards": Role.ADMIN.value}))


@bp.post("/")
@agency_staff(may=Permission.OWN)
def offer(staff: Staff) -> AnyResponse:
    form = FormState.typed(request.form, "taker", "afterwards")
    try:
        form.choice("taker", [str(entry.membership.id) for entry in _takers(staff)])
        form.check()
        staffing.offer_ownership(
            staff,
            UUID(form.text("taker")),
            afterwards=form.text("afterwards"),
            password=request.form.get("password", ""),
            now=clock.now(),
        )
    except AT_THE_FORM as error:
        return Response(_page(staff, form.take(error)), errors.status_of(error))
    flash(_("The offer is made. Nothing changes until it is accepted."))
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:offer_id>/accept")
@agency_staff(may=Permission.SEE)
def accept(staff: Staff, offer_id: UUID) -> AnyResponse:
    staffing.accept_ownership(staff, offer_id, now=clock.now())
    flash(_("You own %(agency)s now.", agency=staff.agency.name))
    return redirect(url_for("agency.staff.index"), 303)


@bp.post("/<uuid:offer_id>/decline")
@agency_staff(may=Permission.SEE)
def decline(staff: Staff, offer_id: UUID) -> AnyResponse:
    staffing.decline_ownership(staff, offer_id, now=clock.now())
    flash(_("The offer is declined."))
    return redirect(url_for("agency.staff_place.show"), 303)


@bp.post("/<uuid:offer_id>/withdraw")
@agency_staff(may=Permission.OWN)
def withdraw(staff: Staff, offer_id: UUID) -> AnyResponse:
    staffing.withdraw_ownership(staff, offer_id, now=clock.now())
    flash(_("The offer is taken back."))
    return redirect(url_for(".index"), 303)


def _takers(staff: Staff) -> list[staffing.StaffEntry]:
    """Who could take the agency over: the staff without its owners and those whose last day is set."""
    entries = staffing.entries_of(staff, now=clock.now())
    return [entry for entry in entries if entry.role != Role.OWNER and entry.ends_on is None]


def _page(staff: Staff, form: FormState) -> str:
    now = clock.now()
    may_own = rights.staff_may(staff.role, Permission.OWN)
    return render_template(
        "agency/staff_ownership/index.html",
        staff=staff,
        form=form,
        may_own=may_own,
        takers=[(str(entry.membership.id), _named(entry)) for entry in _takers(staff)] if may_own else [],
        afterwards=[
            (Role.ADMIN.value, _("Stay as administrator"), _("Nearly everything, but the ownership.")),
            (Role.MANAGER.value, _("Stay as manager"), _("Of clients that the new owner assigns.")),
            (Role.BILLING.value, _("Stay for billing"), _("See statements, costs and margins.")),
            (staffing.LEAVE, _("Leave the staff"), _("Every access ends in the moment the offer is accepted.")),
        ],
        offers=staffing.offers_to(staff, now=now),
        offered=staffing.offer_by(staff, now=now),
    )


def _named(entry: staffing.StaffEntry) -> str:
    return f"{entry.membership.person.shown_name}, {entry.role.label} ({entry.membership.person.email})"
