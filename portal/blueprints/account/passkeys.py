"""Passkeys of one's own: added by the device, removed again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.fresh import fresh
from portal.domain import sign_in
from portal.domain.accounts import Person
from portal.languages import N_
from portal.languages import gettext as _
from portal.web import visitors
from portal.web.access import signed_in
from portal.web.sessions import this_sign_in

bp = Blueprint("passkeys", __name__, url_prefix="/account/passkeys")
_FIRST = N_("The passkey is yours. From now on your password alone no longer opens your account.")
_ANOTHER = N_("The passkey is yours. You can sign in with it.")


@bp.post("/options")
@signed_in(owing=True)
@fresh
def options(person: Person) -> Response:  # noqa: ARG001
    token, question = sign_in.begin_passkey(this_sign_in().row, visitors.site(), now=clock.now())
    visitors.keep("passkey_new", token)
    return Response(question, content_type="application/json")


@bp.post("")
@signed_in(owing=True)
@fresh
def add(person: Person) -> AnyResponse:
    first = not sign_in.has_factor(person)
    sign_in.add_passkey(
        this_sign_in().row,
        visitors.kept("passkey_new"),
        request.form.get("credential", ""),
        visitors.site(),
        name=request.form.get("name", "") or _("Passkey"),
        now=clock.now(),
    )
    flash(_(_FIRST if first else _ANOTHER))
    if sign_in.codes_left(person):
        return redirect(url_for("account.security.index"), 303)
    return redirect(url_for("account.recovery.index"), 303)


@bp.post("/<uuid:passkey_id>/remove")
@signed_in()
@fresh
def remove(person: Person, passkey_id: UUID) -> AnyResponse:
    sign_in.remove_passkey(person, passkey_id, now=clock.now())
    flash(_("The passkey opens nothing here any more. Delete it on the device, too."))
    return redirect(url_for("account.security.index"), 303)
