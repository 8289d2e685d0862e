"""How one signs in: second factors, passkeys, recovery codes, and where one is signed in."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.account.rescue import helper_of
from portal.browsers import browser_name
from portal.domain import accounts, sign_in
from portal.domain.accounts import Person
from portal.languages import gettext as _
from portal.web import landing
from portal.web.access import signed_in
from portal.web.sessions import this_sign_in

bp = Blueprint("security", __name__, url_prefix="/account/security")


@bp.get("")
@signed_in(owing=True)
def index(person: Person) -> str:
    session, now = this_sign_in().row, clock.now()
    owes, staff = bool(session.owes_factor_since), accounts.staff_of_person(person)
    agency = staff.agency if staff else person.agency
    if not owes:
        landing.stand_in_frame()
    return render_template(
        "account/security/index.html",
        person=person,
        owes=owes,
        employer=staff.agency.name if staff else "",
        zone=agency.timezone if agency else "UTC",
        authenticator=sign_in.authenticator_of(person),
        passkeys=sign_in.passkeys_of(person),
        codes_left=sign_in.codes_left(person),
        helper=helper_of(person),
        sessions=accounts.sessions_of(person, now=now),
        here=session,
        browser_name=browser_name,
    )


@bp.post("/sessions/<uuid:session_id>/end")
@signed_in()
def end(person: Person, session_id: UUID) -> Response:
    sign_in.end_one(person, session_id, now=clock.now())
    flash(_("That browser was signed out."))
    return redirect(url_for(".index"), 303)


@bp.post("/sessions/end")
@signed_in()
def end_others(person: Person) -> Response:
    sign_in.end_everywhere(person, but=this_sign_in().row, now=clock.now())
    flash(_("Every other browser was signed out."))
    return redirect(url_for(".index"), 303)
