"""Of whom the agency asks a second factor, and what it does for somebody who is stuck or must go at once."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import sign_in
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.domain.sign_in import Demand
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("security", __name__, url_prefix="/security")


@bp.get("/")
@agency_staff(may=Permission.STAFF)
def index(staff: Staff) -> str:
    """`?email=` and `?kind=` fill in whom to help, for links from where the person is seen."""
    return _page(staff, FormState.typed(request.args, "email", "kind"))


@bp.post("/")
@agency_staff(may=Permission.STAFF)
def save(staff: Staff) -> AnyResponse:
    form = FormState.typed(request.form, "staff", "contributors")
    wanted = Demand(form.flag("staff"), form.flag("contributors"))
    sign_in.set_demand(staff.agency, wanted, by=staff, now=clock.now())
    flash(_("Saved"))
    return redirect(url_for(".index"), 303)


@bp.post("/person")
@agency_staff(may=Permission.STAFF)
def help_person(staff: Staff) -> AnyResponse:
    form = FormState.typed(request.form, "email", "kind", "deed")
    try:
        form.choice("kind", ("staff", "contributor"))
        form.choice("deed", ("end", "factors"))
        form.check()
        of_staff, factors = form.text("kind") == "staff", form.text("deed") == "factors"
        person = sign_in.help_person(staff, form.text("email"), of_staff=of_staff, factors=factors, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_page(staff, form.take(error)), errors.status_of(error))
    flash(_("It is done. %(email)s was signed out everywhere.", email=person.email))
    return redirect(url_for(".index"), 303)


def _page(staff: Staff, form: FormState) -> str:
    return render_template(
        "agency/security/index.html",
        form=form,
        demand=sign_in.demand_of(staff.agency),
        mine=sign_in.has_factor(staff.person),
        held=sign_in.staff_with_factor(staff.agency),
    )
