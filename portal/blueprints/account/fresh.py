"""Before one changes how one signs in: a proof of the last ten minutes that it is still the same person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.rescue import helper_of
from portal.blueprints.account.seals import seal
from portal.blueprints.account.sign_in import refused
from portal.domain import sign_in
from portal.domain.accounts import Person
from portal.domain.errors import DomainError
from portal.web import landing, visitors
from portal.web.access import signed_in
from portal.web.forms import FormState
from portal.web.paths import safe_next
from portal.web.sessions import this_sign_in

bp = Blueprint("fresh", __name__, url_prefix="/account/confirm")


def fresh(view: Callable[..., Any]) -> Callable[..., Any]:
    """Send whoever proved it too long ago to prove it again first, and then back to the page. Below the stamp."""

    @wraps(view)
    def asked(*who: Any, **arguments: Any) -> Any:
        if sign_in.is_fresh(this_sign_in().row, now=clock.now()):
            return view(*who, **arguments)
        there = request.path if request.method == "GET" else url_for("account.security.index")
        return redirect(url_for("account.fresh.index", next=there), 303)

    return asked


@bp.get("")
@signed_in(owing=True)
def index(person: Person) -> str:
    return _page(person, FormState({"next": request.args.get("next", "")}))


@bp.post("")
@signed_in(owing=True)
def prove(person: Person) -> AnyResponse:
    form = FormState.typed(request.form, "next")
    try:
        sign_in.prove_again(
            this_sign_in().row, request.form.get("proof", "")[:300], unseal=seal().open, now=clock.now()
        )
    except DomainError as error:
        return refused(_page(person, form.take(error)), error)
    return redirect(safe_next(form.text("next"), url_for("account.security.index")), 303)


@bp.post("/passkey/options")
@signed_in(owing=True)
def options(person: Person) -> Response:  # noqa: ARG001
    token, question = sign_in.ask_again(this_sign_in().row, visitors.site(), now=clock.now())
    visitors.keep("passkey_proof", token)
    return Response(question, content_type="application/json")


@bp.post("/passkey")
@signed_in(owing=True)
def prove_by_passkey(person: Person) -> AnyResponse:
    form, answer = FormState.typed(request.form, "next"), request.form.get("credential", "")
    try:
        sign_in.prove_by_passkey(
            this_sign_in().row, visitors.kept("passkey_proof"), answer, visitors.site(), now=clock.now()
        )
    except DomainError as error:
        return refused(_page(person, form.take(error)), error)
    return redirect(safe_next(form.text("next"), url_for("account.security.index")), 303)


def _page(person: Person, form: FormState) -> str:
    if not this_sign_in().row.owes_factor_since:
        landing.stand_in_frame()
    return render_template(
        "account/fresh/index.html",
        form=form,
        person=person,
        has_app=sign_in.authenticator_of(person) is not None,
        has_passkey=bool(sign_in.passkeys_of(person)),
        has_codes=sign_in.codes_left(person) > 0,
        helper=helper_of(person),
    )
