from __future__ import annotations

from flask import Blueprint, render_template

from portal.domain.accounts import Person
from portal.web import landing
from portal.web.access import signed_in
from portal.web.sessions import this_sign_in

bp = Blueprint("apps", __name__, url_prefix="/account")


@bp.get("/apps")
@signed_in(on="agency")
def index(person: Person) -> str:
    members = landing.open_memberships(this_sign_in())
    doors = [(member.app, landing.first_page(member)) for member in members]
    return render_template("account/apps/index.html", person=person, doors=doors)
