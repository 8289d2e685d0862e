"""A forgotten password: the same answer for every address, and a link that works for an hour, once."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import federation, invitations, sign_in, staffing
from portal.domain.errors import DomainError, Invalid
from portal.languages import gettext as _
from portal.web import errors, reader, sessions
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import house_here, is_platform

bp = Blueprint("forgotten", __name__)


@bp.get("/forgotten")
@public("whoever has forgotten his password", on="both")
def index() -> str:
    return render_template("account/forgotten/index.html", form=FormState(), sent=None)


@bp.post("/forgotten")
@public("whoever has forgotten his password; everybody gets the same answer", on="both")
def ask() -> AnyResponse:
    form = FormState.typed(request.form, "email")
    try:
        sign_in.want_reset(house_here().key, form.text("email"), address=request.remote_addr or "", now=clock.now())
    except DomainError as error:
        page = render_template("account/forgotten/index.html", form=form.take(error), sent=None)
        return Response(page, errors.status_of(error))
    return Response(render_template("account/forgotten/index.html", form=FormState(), sent=form.text("email")))


@bp.get("/reset/<token:token>")
@public("the token of the mail opens it; looking uses nothing up", on="both")
def show(token: str) -> AnyResponse:
    return _page(token, FormState())


@bp.post("/reset/<token:token>")
@public("the token of the mail opens it, once", on="both")
def reset(token: str) -> AnyResponse:
    try:
        sign_in.reset(
            house_here().key,
            token,
            new=request.form.get("password", ""),
            may=federation.may_use_password,
            unproved=staffing.prove_address if is_platform() else invitations.prove_address,
            now=clock.now(),
        )
    except Invalid as error:
        return _page(token, FormState().take(error), status=422)
    sessions.end()
    flash(_("Your password is changed. Sign in with it."))
    return redirect(url_for("account.sign_in.show"), 303)


def _page(token: str, form: FormState, *, status: int = 200) -> AnyResponse:
    person = sign_in.reset_of(house_here().key, token, now=clock.now())
    reader.speak_to_guest(person.language)
    action = url_for(".reset", token=token)
    return Response(render_template("account/forgotten/reset.html", person=person, form=form, action=action), status)
