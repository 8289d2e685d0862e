from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import TooManyAttempts
from portal.domain.errors import DomainError
from portal.web import errors, htmx, sessions
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import house_here
from portal.web.landing import landing
from portal.web.paths import safe_next

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@public("whoever wants to sign in", on="both")
def show() -> str | AnyResponse:
    found = sessions.signed_in()
    there = landing(found) if found else None
    if there:
        return redirect(safe_next(request.args.get("next"), there), 302)
    return _page(FormState({"next": request.args.get("next", "")}))


@bp.post("/sign-in")
@public("whoever wants to sign in", on="both")
def submit() -> AnyResponse:
    form = FormState.typed(request.form, "email", "next")
    try:
        token = accounts.sign_in(
            house_here().key,
            form.text("email"),
            request.form.get("password", ""),
            address=request.remote_addr or "",
            browser=request.user_agent.string,
            now=clock.now(),
        )
    except DomainError as error:
        response = Response(_page(form.take(error)), errors.status_of(error))
        if isinstance(error, TooManyAttempts):
            response.headers["Retry-After"] = str(error.values["seconds"])
        return response
    return _in(sessions.begin(token), form.text("next"))


def _in(found: sessions.SignedIn, wanted: str) -> AnyResponse:
    """To the page he wanted, to his first one, or out again when none is open for him."""
    there = landing(found)
    if there is None:
        sessions.end()
        return htmx.fragment("account/sign_in/closed.html", status=403)
    return redirect(safe_next(wanted, there), 303)


def _page(form: FormState) -> str:
    return render_template("account/sign_in/show.html", form=form, forgotten=None, action=url_for(".submit"))
