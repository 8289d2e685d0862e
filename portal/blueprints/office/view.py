"""To see what a colleague sees, and to be oneself again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.domain import accounts, rights
from portal.domain.accounts import Member
from portal.languages import gettext as _
from portal.web.access import contributor
from portal.web.htmx import go
from portal.web.menus import endpoint_of
from portal.web.refusals import ViewOver

bp = Blueprint("view", __name__, url_prefix="/view")


@bp.post("/<uuid:contributor_id>")
@contributor(may="team")
def start(member: Member, contributor_id: UUID) -> Response:
    colleague = accounts.colleague_of(member, contributor_id)
    rights.begin_view(colleague, by=member, now=clock.now())
    return redirect(url_for(endpoint_of("home")), 303)


@bp.post("/stop")
@contributor(may="home")
def stop(member: Member) -> Response:
    """A second time leads home: there is no view to end."""
    if member.viewer is None or member.contributor is None:
        return redirect(url_for(endpoint_of("home")), 303)
    rights.end_view(member.viewer, now=clock.now())
    return redirect(url_for("office.team.show", contributor_id=member.contributor.id), 303)


@bp.app_errorhandler(ViewOver)
def over(error: ViewOver) -> Response:
    """Nothing of what was asked is done: it was asked as somebody else."""
    flash(_("The view is over: the person can't come in any more, or you no longer manage the team."), "info")
    return go(url_for(endpoint_of("home"), app=error.member.app.slug))
