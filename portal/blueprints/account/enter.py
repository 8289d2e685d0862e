"""Staff of the agency come in by a token of the dashboard, and go out again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.domain import accounts
from portal.web import sessions
from portal.web.access import public
from portal.web.handover import leads_somewhere
from portal.web.hosts import address_on_platform, agency_here
from portal.web.menus import endpoint_of

bp = Blueprint("enter", __name__)


@bp.get("/enter/<token:token>")
@public("the token opens it; looking uses nothing up", on="agency")
def show(token: str) -> str:
    """Sent by itself, unless somebody else is signed in here: his work ends by a click of his alone."""
    found, comes = sessions.signed_in(), accounts.handed_over(token)
    other = found.person if found and found.person != comes else None
    action = url_for(".enter", token=token, to=request.args.get("to"))
    return render_template("account/enter/show.html", action=action, other=other)


@bp.post("/enter/<token:token>")
@public("the token opens it, once, for 30 s", on="agency")
def enter(token: str) -> Response:
    session, app = accounts.take_hand_over(
        token,
        agency_here(),
        address=request.remote_addr or "",
        browser=request.user_agent.string,
        now=clock.now(),
    )
    sessions.begin(session)
    wanted = request.args.get("to", "")
    return redirect(url_for(endpoint_of(wanted if leads_somewhere(wanted) else "home"), app=app.slug), 303)


@bp.post("/leave")
@public("going out works twice, too", on="agency")
def leave() -> Response:
    """Only who came from the dashboard goes back to it, to the client: nobody else is to learn its address."""
    found = sessions.signed_in()
    sessions.end()
    app = found.row.entered_app if found else None
    if app is None:
        return redirect(url_for("account.sign_in.show"), 303)
    return redirect(address_on_platform(url_for("agency.clients.show", client_id=app.client_id)), 303)
