from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import federation, sign_in
from portal.domain.accounts import TooManyAttempts
from portal.domain.errors import DomainError
from portal.domain.sign_in import Entered, HalfIn
from portal.web import brand, errors, htmx, sessions, visitors
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import house_here, is_platform
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
        found = sign_in.by_password(
            house_here().key,
            form.text("email"),
            request.form.get("password", ""),
            visitor=visitors.visitor(),
            admits=federation.may_use_password,
            now=clock.now(),
        )
    except DomainError as error:
        return refused(_page(form.take(error)), error)
    if isinstance(found, HalfIn):
        visitors.keep("half", found.token)
        return redirect(url_for("account.second_step.show", next=form.text("next") or None), 303)
    return come_by_password(found, form.text("next"))


def come_by_password(entered: Entered, wanted: str) -> AnyResponse:
    """In, by a password and whatever followed it; past a provider that is the only way, that is written down."""
    federation.note_password(entered.person, now=clock.now())
    return come_in(entered, wanted)


def come_in(entered: Entered, wanted: str) -> AnyResponse:
    """To the page he wanted, to his first one, or out again when none is open for him."""
    found = visitors.let_in(entered)
    there = landing(found)
    if there is None:
        sessions.end()
        return htmx.fragment("account/sign_in/closed.html", status=403, on_platform=is_platform())
    return redirect(safe_next(wanted, there), 303)


def refused(page: str, error: DomainError) -> AnyResponse:
    """The form again, saying what was wrong, and how long to wait where that is it."""
    response = Response(page, errors.status_of(error))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.values["seconds"])
    return response


def _page(form: FormState) -> str:
    values = {"form": form, "action": url_for(".submit")}
    page = brand.own_page(render_template("account/sign_in/_form.html", **values))
    if page is not None:
        return render_template("account/sign_in/themed.html", page=page)
    return render_template("account/sign_in/show.html", **values)
