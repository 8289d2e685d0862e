"""An app that shows codes: added by a picture, removed again."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.fresh import fresh
from portal.blueprints.account.seals import seal
from portal.blueprints.account.sign_in import refused
from portal.domain import sign_in
from portal.domain.accounts import Person
from portal.domain.errors import DomainError, NotFound
from portal.domain.sign_in import Begun
from portal.languages import gettext as _
from portal.web import visitors
from portal.web.access import signed_in
from portal.web.forms import FormState
from portal.web.sessions import this_sign_in

bp = Blueprint("authenticator", __name__, url_prefix="/account/authenticator")


@bp.post("/begin")
@signed_in(owing=True)
@fresh
def begin(person: Person) -> AnyResponse:  # noqa: ARG001
    token = sign_in.begin_authenticator(this_sign_in().row, seal=seal().close, now=clock.now())
    visitors.keep("totp_new", token)
    return redirect(url_for(".index"), 303)


@bp.get("")
@signed_in(owing=True)
def index(person: Person) -> str | AnyResponse:  # noqa: ARG001
    try:
        return _page(_begun(), FormState())
    except NotFound:
        return redirect(url_for("account.security.index"), 302)


@bp.post("")
@signed_in(owing=True)
@fresh
def add(person: Person) -> AnyResponse:
    row, form = _begun(), FormState()
    try:
        code = request.form.get("code", "")[:40]
        sign_in.add_authenticator(this_sign_in().row, row, code, unseal=seal().open, now=clock.now())
    except DomainError as error:
        return refused(_page(row, form.take(error)), error)
    flash(_("From now on a code of the app is asked for."))
    if sign_in.codes_left(person):
        return redirect(url_for("account.security.index"), 303)
    return redirect(url_for("account.recovery.index"), 303)


@bp.post("/remove")
@signed_in()
@fresh
def remove(person: Person) -> AnyResponse:
    sign_in.remove_authenticator(person, now=clock.now())
    flash(_("The app is not asked for any more."))
    return redirect(url_for("account.security.index"), 303)


def _begun() -> Begun:
    return sign_in.begun_authenticator(this_sign_in().row, visitors.kept("totp_new"), now=clock.now())


def _page(row: Begun, form: FormState) -> str:
    address, secret = sign_in.address_for_app(row, issuer=visitors.site().name, unseal=seal().open)
    return render_template("account/authenticator/index.html", form=form, picture=_picture(address), secret=secret)


def _picture(text: str) -> Markup:
    """A QR code as SVG of plain rectangles: no style, no script."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=1)
    return Markup(out.getvalue().decode())  # nosec B704 (made of numbers by segno)
