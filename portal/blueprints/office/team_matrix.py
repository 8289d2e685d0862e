"""Who may do what, since when, until when and by whom: on one page, in a file, and explained for one person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.office.team_list import Asked, Row, local_day, matrix_of
from portal.blueprints.office.team_words import CLOSED, STATES, WHY
from portal.domain import accounts, invitations
from portal.domain.accounts import Member
from portal.languages import gettext as _
from portal.web.access import contributor
from portal.web.spreadsheets import csv_file

bp = Blueprint("team_matrix", __name__, url_prefix="/team")

A_FILE_PART = 500


@bp.get("/matrix")
@contributor(may="team")
def index(member: Member) -> str:
    return render_template("office/team_matrix/index.html", **matrix_of(member, Asked.read(request.args)))


@bp.get("/matrix.csv")
@contributor(may="team")
def export(member: Member) -> AnyResponse:
    """A line for each box that somebody holds, as far as the reader may know of it."""
    columns = [_("Person"), _("E-mail"), _("State"), _("Until"), _("Section"), _("Right"), _("Since"), _("Given by")]
    name = _("rights")
    return csv_file(f"{member.app.slug}-{name}.csv", columns, _lines(member))


@bp.get("/<uuid:contributor_id>/reasons")
@contributor(may="team")
def reasons(member: Member, contributor_id: UUID) -> str:
    """Why each section is open to one person or not."""
    colleague = accounts.colleague_of(member, contributor_id)
    explained = invitations.explain(member, colleague, now=clock.now())
    shown = {"explained": explained, "words": WHY, "closed_words": CLOSED, "member": member}
    return render_template("office/team_matrix/reasons.html", colleague=colleague, **shown)


def _lines(member: Member) -> Iterator[list[str]]:
    for owner in accounts.owners_of(member.agency):
        yield [owner.shown_name, "", _("Administrator – Owner"), "", _("Everything, always"), "", "", ""]
    asked = Asked("", None, None, None)
    while True:
        page = matrix_of(member, asked, most=A_FILE_PART)
        for row in page["rows"]:
            yield from _lines_of(member, row)
        if page["found"].older is None:
            return
        asked = Asked("", None, page["found"].older, None)


def _lines_of(member: Member, row: Row) -> Iterator[list[str]]:
    entry = row.entry
    who = [entry.name, entry.email, _(STATES[entry.state]), entry.ends_on.isoformat() if entry.ends_on else ""]
    for section, boxes in row.cells:
        for box, given in boxes:
            day = local_day(member, given.at).isoformat()
            yield [*who, _(section.label), _(box.label), day, given.by or _("somebody whose name was erased")]
    if row.more:
        yield [*who, _("other rights"), "", "", ""]
    elif not any(boxes for _section, boxes in row.cells):
        yield [*who, _("none yet"), "", "", ""]
