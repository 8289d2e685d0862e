"""Another e-mail address: asked for by whoever proved lately who he is, with the password, and confirmed by a link."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.fresh import fresh
from portal.blueprints.account.sign_in import refused
from portal.domain import sign_in
from portal.domain.accounts import Person
from portal.domain.errors import DomainError
from portal.languages import gettext as _
from portal.web import landing, reader, sessions
from portal.web.access import public, signed_in
from portal.web.forms import FormState
from portal.web.hosts import house_here
from portal.web.sessions import this_sign_in

bp = Blueprint("address", __name__, url_prefix="/account/address")


@bp.get("")
@signed_in()
@fresh
def index(person: Person) -> str:
    return _page(person, FormState())


@bp.post("")
@signed_in()
@fresh
def ask(person: Person) -> AnyResponse:
    form = FormState.typed(request.form, "email")
    try:
        email = sign_in.want_address(
            this_sign_in().row, form.text("email"), current=request.form.get("current", ""), now=clock.now()
        )
    except DomainError as error:
        return refused(_page(person, form.take(error)), error)
    flash(_("A link is on its way to %(email)s. Until it is opened there, your present address holds.", email=email))
    return redirect(url_for("account.profile.index"), 303)


@bp.get("/<token:token>")
@public("the token of the mail opens it; looking uses nothing up", on="both")
def show(token: str) -> str:
    link = sign_in.address_of(house_here().key, token, now=clock.now())
    reader.speak_to_guest(link.person.language)
    return render_template("account/address/show.html", link=link, action=url_for(".confirm", token=token))


@bp.post("/<token:token>")
@public("the token of the mail opens it, once", on="both")
def confirm(token: str) -> AnyResponse:
    sign_in.confirm_address(house_here().key, token, now=clock.now())
    sessions.end()
    flash(_("Your address is changed. Sign in with it."))
    return redirect(url_for("account.sign_in.show"), 303)


def _page(person: Person, form: FormState) -> str:
    landing.stand_in_frame()
    return render_template("account/address/index.html", form=form, person=person)
