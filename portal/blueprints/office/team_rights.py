"""All boxes of one person at once: a ready-made set or the rights of somebody else, looked at before they count."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.office import team_boxes, team_forms
from portal.domain import accounts, invitations
from portal.domain.accounts import Member
from portal.domain.errors import DomainError
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import contributor
from portal.web.forms import FormState

bp = Blueprint("team_rights", __name__, url_prefix="/team")


@bp.get("/<uuid:contributor_id>/rights")
@contributor(may="team")
def show(member: Member, contributor_id: UUID) -> AnyResponse:
    """What a set would change; nothing has changed yet."""
    colleague = accounts.colleague_of(member, contributor_id)
    form = FormState.typed(request.args, "preset", "like")
    try:
        boxes, source, left_out = team_forms.set_asked_for(member, form)
    except DomainError as error:
        page = team_forms.person_page(member, colleague, form.take(error))
        return Response(page, errors.status_of(error))
    changes = invitations.changes_to(colleague, boxes, member)
    shown = {"boxes": boxes, "source": source, "left_out": left_out, "changes": changes}
    shown |= {"groups": team_boxes.groups_of(member), "vendor": team_boxes.vendor_for(member)}
    return Response(render_template("office/team_rights/show.html", member=member, colleague=colleague, **shown))


@bp.post("/<uuid:contributor_id>/rights")
@contributor(may="team")
def apply(member: Member, contributor_id: UUID) -> AnyResponse:
    """Exactly the boxes that were looked at."""
    colleague = accounts.colleague_of(member, contributor_id)
    invitations.set_boxes(colleague, request.form.getlist("boxes"), by=member, now=clock.now())
    flash(_("Saved"))
    return redirect(url_for("office.team.show", contributor_id=colleague.id), 303)
