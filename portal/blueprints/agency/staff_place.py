"""One's own place at the agency: what it opens, until when, and the way out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, rights, staffing
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.staff_words import OPENS
from portal.web import errors, sessions
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("staff_place", __name__, url_prefix="/staff/me")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def show(staff: Staff) -> str:
    return _page(staff, FormState())


@bp.post("/leave")
@agency_staff(may=Permission.SEE)
def leave(staff: Staff) -> AnyResponse:
    try:
        staffing.leave(staff, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_page(staff, FormState().take(error)), errors.status_of(error))
    sessions.end()
    return redirect(url_for("account.sign_in.show"), 303)


def _page(staff: Staff, form: FormState) -> str:
    now = clock.now()
    membership = accounts.staff_member(staff.agency, staff.membership_id)
    return render_template(
        "agency/staff_place/show.html",
        staff=staff,
        entry=staffing.entry_of(staff, membership, now=now),
        opens=OPENS[staff.role],
        form=form,
        may_own=rights.staff_may(staff.role, Permission.OWN),
        may_staff=rights.staff_may(staff.role, Permission.STAFF),
        offers=staffing.offers_to(staff, now=now),
        credentials=staffing.credentials_of(staff.agency, membership),
    )
