from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.domain import accounts
from portal.domain.accounts import THEMES
from portal.domain.errors import Invalid
from portal.languages import LANGUAGES
from portal.web import reader
from portal.web.access import public
from portal.web.paths import safe_next
from portal.web.sessions import signed_in

bp = Blueprint("preferences", __name__, url_prefix="/account")


@bp.post("/preferences")
@public("language and light can be chosen before signing in", on="both")
def save() -> Response:
    language, appearance = request.form.get("language"), request.form.get("appearance")
    if language not in (None, *LANGUAGES) or appearance not in (None, *THEMES):
        raise Invalid({"language": ("bad_choice", {})})
    found = signed_in()
    if found:
        accounts.set_preferences(found.person, language=language, theme=appearance)
    response = redirect(safe_next(request.form.get("next"), url_for("account.start.index")), 303)
    reader.remember(response, language=language, appearance=appearance)
    return response
