from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, rights, sign_in
from portal.domain.accounts import THEMES, Person
from portal.domain.errors import DomainError
from portal.languages import LANGUAGES, speak
from portal.languages import gettext as _
from portal.web import errors, landing
from portal.web.access import signed_in
from portal.web.forms import FormState
from portal.web.sessions import this_sign_in

bp = Blueprint("profile", __name__, url_prefix="/account")


@bp.get("/")
@signed_in()
def index(person: Person) -> str:
    return _page(person, FormState(), FormState())


@bp.post("/")
@signed_in()
def save(person: Person) -> AnyResponse:
    form = FormState.typed(request.form, "name", "language", "theme")
    try:
        form.choice("language", LANGUAGES)
        form.choice("theme", THEMES)
        form.check()
        accounts.rename(person, form.text("name"))
        accounts.set_preferences(person, language=form.text("language"), theme=form.text("theme"))
    except DomainError as error:
        return Response(_page(person, form.take(error), FormState()), errors.status_of(error))
    speak(person.language)
    flash(_("Saved"))
    return redirect(url_for(".index"), 303)


@bp.post("/password")
@signed_in()
def password(person: Person) -> AnyResponse:
    form = FormState()
    try:
        sign_in.change_password(
            this_sign_in().row,
            current=request.form.get("current", ""),
            new=request.form.get("new", ""),
            now=clock.now(),
        )
    except DomainError as error:
        return Response(_page(person, FormState(), form.take(error)), errors.status_of(error))
    flash(_("Your password is changed. Every other browser was signed out."))
    return redirect(url_for(".index"), 303)


def _page(person: Person, form: FormState, secret: FormState) -> str:
    """`form` holds what was typed, over what is stored."""
    values = {"name": person.name, "language": person.language, "theme": person.theme} | form.values
    landing.stand_in_frame()
    staff = accounts.staff_of_person(person) is not None
    return render_template(
        "account/profile/index.html",
        person=person,
        form=form,
        values=values,
        secret=secret,
        staff=staff,
        gets_letters=staff or _is_written_to(person),
    )


def _is_written_to(person: Person) -> bool:
    """Letters about limits go to whoever may see the services of a client, and those about statements likewise."""
    held = rights.boxes_of_many(accounts.contributors_of_person(person))
    return any(boxes & {"services", "statements"} for boxes in held.values())
