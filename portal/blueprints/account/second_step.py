"""The second half of a sign-in: a code of the app, one on paper, or a passkey."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.rescue import helper_of
from portal.blueprints.account.seals import seal
from portal.blueprints.account.sign_in import come_by_password, refused
from portal.domain import federation, sign_in
from portal.domain.errors import DomainError
from portal.domain.sign_in import Begun
from portal.web import visitors
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import house_here

bp = Blueprint("second_step", __name__)


@bp.get("/sign-in/second-step")
@public("whoever has proved the first half; the browser holds what it began", on="both")
def show() -> str | AnyResponse:
    half = half_here()
    if half is None:
        return redirect(url_for("account.sign_in.show", next=request.args.get("next")), 302)
    return _page(half, FormState({"next": request.args.get("next", "")}))


@bp.post("/sign-in/second-step")
@public("whoever has proved the first half; the browser holds what it began", on="both")
def submit() -> AnyResponse:
    half, form = half_here(), FormState.typed(request.form, "next")
    if half is None:
        return redirect(url_for("account.sign_in.show"), 303)
    try:
        entered = sign_in.finish_by_code(
            half,
            request.form.get("code", "")[:100],
            unseal=seal().open,
            visitor=visitors.visitor(),
            admits=federation.may_use_password,
            now=clock.now(),
        )
    except DomainError as error:
        return refused(_page(half, form.take(error)), error)
    return come_by_password(entered, form.text("next"))


def half_here() -> Begun | None:
    """The sign-in that this browser has begun."""
    return sign_in.half_in(visitors.kept("half"), house_here().key, now=clock.now())


def _page(half: Begun, form: FormState) -> str:
    return render_template(
        "account/second_step/show.html",
        form=form,
        has_app=sign_in.authenticator_of(half.owner) is not None,
        has_passkey=bool(sign_in.passkeys_of(half.owner)),
        has_codes=sign_in.codes_left(half.owner) > 0,
        helper=helper_of(half.owner),
        action=url_for(".submit"),
    )
