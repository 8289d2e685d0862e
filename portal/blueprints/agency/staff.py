from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import staff_forms
from portal.domain import accounts, periods, rights, sign_in, staffing
from portal.domain.accounts import Role, Staff, StaffMembership
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.staff_words import OPENS
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("/")
@agency_staff(may=Permission.STAFF)
def index(staff: Staff) -> str:
    now = clock.now()
    waiting = staffing.open_invitations(staff.agency)
    return render_template(
        "agency/staff/index.html",
        staff=staff,
        entries=staffing.entries_of(staff, now=now),
        invited=[(row, Role(row.role), staffing.days_left(row, now)) for row in waiting],
        appointable=rights.appointable(staff.role),
        offers=staffing.offers_to(staff, now=now),
        offered=staffing.offer_by(staff, now=now),
    )


@bp.get("/<uuid:membership_id>/")
@agency_staff(may=Permission.STAFF)
def show(staff: Staff, membership_id: UUID) -> AnyResponse:
    if membership_id == staff.membership_id:
        return redirect(url_for("agency.staff_place.show"), 302)
    person = accounts.staff_member(staff.agency, membership_id)
    return Response(_page(staff, person, FormState(), asked=request.args.get("ask") == "remove"))


@bp.post("/<uuid:membership_id>/role")
@agency_staff(may=Permission.STAFF)
def change(staff: Staff, membership_id: UUID) -> AnyResponse:
    """Another role; one that opens every app is confirmed in words first."""
    person = accounts.staff_member(staff.agency, membership_id)
    form = FormState.typed(request.form, "role", "confirmation")
    if request.form.get("step") == "back":
        return redirect(url_for(".show", membership_id=person.id), 303)
    if staff_forms.asks_for_words(person, form.text("role")) and not _confirmed(form, person):
        return Response(_review(staff, person, form), 422 if "confirmation" in form.errors else 200)
    try:
        staffing.change_role(person.id, form.text("role"), by=staff, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_page(staff, person, form.take(error)), errors.status_of(error))
    flash(_("The role of %(name)s is changed.", name=person.person.shown_name))
    return redirect(url_for(".show", membership_id=person.id), 303)


@bp.post("/<uuid:membership_id>/end")
@agency_staff(may=Permission.STAFF)
def end(staff: Staff, membership_id: UUID) -> AnyResponse:
    person, form = accounts.staff_member(staff.agency, membership_id), FormState.typed(request.form, "ends_on")
    try:
        ends_on = form.day("ends_on")
        form.check()
        staffing.set_end(person.id, ends_on, by=staff, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_page(staff, person, form.take(error)), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".show", membership_id=person.id), 303)


@bp.post("/<uuid:membership_id>/sign-out")
@agency_staff(may=Permission.STAFF)
def sign_out(staff: Staff, membership_id: UUID) -> AnyResponse:
    person = accounts.staff_member(staff.agency, membership_id)
    staffing.sign_out(person.id, by=staff, now=clock.now())
    flash(_("%(name)s is signed out everywhere.", name=person.person.shown_name))
    return redirect(url_for(".show", membership_id=person.id), 303)


@bp.post("/<uuid:membership_id>/factors")
@agency_staff(may=Permission.STAFF)
def unlock(staff: Staff, membership_id: UUID) -> AnyResponse:
    """Take the second factors of somebody who lost them, so that the password lets him in again."""
    person = accounts.staff_member(staff.agency, membership_id)
    staffing.take_factors(person.id, by=staff, now=clock.now())
    flash(
        _("%(name)s signs in with the password alone until a new second step is set up.", name=person.person.shown_name)
    )
    return redirect(url_for(".show", membership_id=person.id), 303)


@bp.post("/<uuid:membership_id>/remove")
@agency_staff(may=Permission.STAFF)
def remove(staff: Staff, membership_id: UUID) -> AnyResponse:
    person = accounts.staff_member(staff.agency, membership_id)
    take_over = request.form.get("take_over") == "yes"
    try:
        staffing.remove(person.id, take_over=take_over, by=staff, now=clock.now())
    except AT_THE_FORM as error:
        page = _page(staff, person, FormState().take(error), asked=True)
        return Response(page, errors.status_of(error))
    flash(_("%(name)s no longer works at the dashboard.", name=person.person.shown_name))
    return redirect(url_for(".index"), 303)


def _confirmed(form: FormState, person: StaffMembership) -> bool:
    """Whether the address was typed once more; a wrong one is noted at its field."""
    typed = form.text("confirmation").lower()
    if typed and typed != person.person.email:
        form.note("confirmation", "confirm_address")
    return typed == person.person.email


def _review(staff: Staff, person: StaffMembership, form: FormState) -> str:
    return render_template(
        "agency/staff/role.html",
        person=person,
        form=form,
        role=Role(form.text("role")),
        opens=staff_forms.what_opens(staff.agency, form.text("role"), []),
    )


def _page(staff: Staff, person: StaffMembership, form: FormState, *, asked: bool = False) -> str:
    entry = staffing.entry_of(staff, person, now=clock.now())
    return render_template(
        "agency/staff/show.html",
        staff=staff,
        person=person,
        entry=entry,
        form=form,
        asked=asked,
        today=periods.local_day(clock.now(), staff.agency.timezone),
        **_choices(staff, person),
    )


def _choices(staff: Staff, person: StaffMembership) -> dict[str, Any]:
    return {
        "roles": [(role.value, role.label, OPENS[role]) for role in rights.appointable(staff.role)],
        "credentials": staffing.credentials_of(staff.agency, person),
        "has_factor": sign_in.has_factor(person.person),
        "stored_end": accounts.last_day_of(person),
    }
