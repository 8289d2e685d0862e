"""From the back office to a service outside."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template

from portal import clock
from portal.blueprints.office.launch_claims import claims_of
from portal.domain import settings
from portal.domain.accounts import Member
from portal.gateways.launch import KeyRing
from portal.web import hosts
from portal.web.access import contributor
from portal.web.headers import send_forms_to

bp = Blueprint("launches", __name__, url_prefix="/services")


@bp.post("/<service>/open")
@contributor(may="services:use")
def create(member: Member, service: str) -> Response:
    """A page that posts the token on: it is in no address, and so in no log, history or `Referer`."""
    found = settings.open_service(member.app, service, by=member.actor, now=clock.now())
    claims = claims_of(member, found)
    # real time, whatever the demo's clock shows: the service looks at its own
    token = KeyRing(hosts.settings().data_dir).token(claims, now=datetime.now(UTC))
    # without the shell: its forms could not be sent under this answer's policy
    page = render_template("office/launches/create.html", shell=None, service=found, address=claims["aud"], token=token)
    return send_forms_to(make_response(page), claims["aud"])
