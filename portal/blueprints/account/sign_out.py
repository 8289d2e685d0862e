from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal.web import sessions
from portal.web.access import public

bp = Blueprint("sign_out", __name__)


@bp.post("/sign-out")
@public("signing out works twice, too", on="both")
def submit() -> Response:
    sessions.end()
    return redirect(url_for("account.sign_in.show"), 303)
