"""How strong a password is, while it is typed."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.domain import accounts
from portal.web import htmx, sessions
from portal.web.access import public

bp = Blueprint("strength", __name__, url_prefix="/account")


@bp.post("/strength")
@public("asked while a password is chosen, also by who is not signed in yet; nothing is kept", on="both")
def show() -> Response:
    typed = request.form.get("new") or request.form.get("password") or ""
    found = sessions.signed_in()
    known = [request.form.get(name, "")[:254] for name in ("email", "name", "username")]
    known += [found.person.email, found.person.name] if found else []
    return htmx.fragment("account/strength/_show.html", grade=accounts.grade(typed, known=known))
