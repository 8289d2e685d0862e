"""Signing in with a passkey: alone, or as the second half after a password."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.second_step import half_here
from portal.blueprints.account.sign_in import come_by_password, come_in
from portal.domain import federation, sign_in
from portal.domain.errors import DomainError
from portal.web import errors, htmx, visitors
from portal.web.access import public
from portal.web.hosts import house_here
from portal.web.messages import said_of

bp = Blueprint("passkey_sign_in", __name__)


@bp.post("/sign-in/passkey/options")
@public("whoever wants to sign in; the answer is a question to his device", on="both")
def options() -> Response:
    half = half_here() if request.args.get("second") else None
    token, question = sign_in.ask_passkey(
        house_here().key, visitors.site(), half=half, address=request.remote_addr or "", now=clock.now()
    )
    visitors.keep("passkey_in", token)
    return Response(question, content_type="application/json")


@bp.post("/sign-in/passkey")
@public("whoever wants to sign in; the device has signed a challenge", on="both")
def submit() -> AnyResponse:
    half = half_here()
    try:
        entered = sign_in.by_passkey(
            visitors.kept("passkey_in"),
            request.form.get("credential", ""),
            house_here().key,
            visitors.site(),
            admits=federation.may_use_password,
            visitor=visitors.visitor(),
            now=clock.now(),
        )
    except DomainError as error:
        return htmx.fragment(
            "account/passkey_sign_in/refused.html", status=errors.status_of(error), said=said_of(error)
        )
    after_password = half is not None and half.owner == entered.person
    return (come_by_password if after_password else come_in)(entered, request.form.get("next", ""))
