"""Recovery codes: shown the once that they are made, and as a file."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.fresh import fresh
from portal.blueprints.account.rescue import helper_of
from portal.domain import sign_in
from portal.domain.accounts import Person
from portal.web.access import signed_in

bp = Blueprint("recovery", __name__, url_prefix="/account/recovery-codes")


@bp.get("")
@signed_in()
def index(person: Person) -> str:
    left = sign_in.codes_left(person)
    return render_template("account/recovery/index.html", codes=None, left=left, helper=helper_of(person))


@bp.post("")
@signed_in()
@fresh
def make(person: Person) -> AnyResponse:
    if not sign_in.has_factor(person):
        return redirect(url_for("account.security.index"), 303)
    codes = sign_in.make_codes(person, now=clock.now())
    return Response(render_template("account/recovery/index.html", codes=codes, left=len(codes)))


@bp.post("/file")
@signed_in()
def download(person: Person) -> AnyResponse:
    """The codes that the page shows, as a file: they are nowhere else."""
    codes = request.form.get("codes", "")[:400].split()
    if not sign_in.are_codes_of(person, codes):
        return redirect(url_for(".index"), 303)
    response = Response("".join(f"{code}\n" for code in codes), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=recovery-codes.txt"
    return response
