from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal.web.access import public
from portal.web.landing import landing
from portal.web.sessions import signed_in

bp = Blueprint("start", __name__)


@bp.get("/")
@public("leads to the first page, or to sign-in", on="both")
def index() -> Response:
    found = signed_in()
    return redirect((landing(found) if found else None) or url_for("account.sign_in.show"), 302)
