"""Many people invited at once: addresses pasted, looked at line by line, then sent by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.office import team_forms
from portal.domain import invitations, rights
from portal.domain.accounts import Member
from portal.domain.errors import DomainError
from portal.domain.invitations import InvitationLine, InvitationList
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import contributor
from portal.web.htmx import fragment, go, is_fragment_request
from portal.web.messages import said

bp = Blueprint("team_many", __name__, url_prefix="/team/many")


@bp.get("/")
@contributor(may="team")
def index(member: Member) -> str:
    """The form; `again` brings back what was pasted before."""
    return team_forms.many_page(member, team_forms.many_form(member, request.args.get("again", "")))


@bp.post("/")
@contributor(may="team")
def create(member: Member) -> AnyResponse:
    """Read and judge the addresses; nobody is invited yet."""
    form = team_forms.typed(request.form)
    form.values["addresses"] = request.form.get("addresses", "").replace("\x00", "")
    try:
        form.choice("language", LANGUAGES)
        ends_on = form.day("ends_on")
        form.check()
        given: dict[str, Any] = {"language": form.text("language"), "ends_on": ends_on, "now": clock.now()}
        batch = invitations.begin_list(member, form.values["addresses"], form.values["boxes"], **given)
    except DomainError as error:
        return Response(team_forms.many_page(member, form.take(error)), errors.status_of(error))
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.post("/boxes")
@contributor(may="team")
def arrange(member: Member) -> AnyResponse:
    """The boxes of the list being written, as for a single invitation; without script the whole page."""
    form = team_forms.typed(request.form)
    form.values["addresses"] = request.form.get("addresses", "").replace("\x00", "")
    team_forms.arrange(member, form, request.form.get("preset", ""), request.form.get("changed", ""))
    if is_fragment_request():
        arranging = url_for(".arrange")
        return fragment("office/team/_boxes.html", arrange=arranging, **team_forms.boxes_shown(member, form))
    return Response(team_forms.many_page(member, form))


@bp.get("/<uuid:batch_id>/")
@contributor(may="team")
def show(member: Member, batch_id: UUID) -> str:
    batch = invitations.list_of(member, batch_id)
    shown: dict[str, Any] = {"member": member, "batch": batch, "counts": invitations.counts_of_lines(batch)}
    if batch.state == "running":
        return render_template("office/team_many/wait.html", a_minute=invitations.A_MINUTE, **shown)
    return render_template("office/team_many/show.html", **shown, **_lines(batch, shown["counts"]["good"]))


@bp.get("/<uuid:batch_id>/progress")
@contributor(may="team")
def progress(member: Member, batch_id: UUID) -> AnyResponse:
    """How far it is; when it is there, its page."""
    batch = invitations.list_of(member, batch_id)
    if batch.state != "running" or not is_fragment_request():
        return go(url_for(".show", batch_id=batch.id))
    return fragment("office/team_many/_progress.html", batch=batch, counts=invitations.counts_of_lines(batch))


@bp.post("/<uuid:batch_id>/send")
@contributor(may="team")
def send(member: Member, batch_id: UUID) -> AnyResponse:
    batch = invitations.list_of(member, batch_id)
    invitations.confirm_list(batch, now=clock.now())
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.post("/<uuid:batch_id>/discard")
@contributor(may="team")
def discard(member: Member, batch_id: UUID) -> AnyResponse:
    invitations.discard_list(invitations.list_of(member, batch_id))
    flash(_("Discarded. Nobody was invited."))
    return redirect(url_for("office.team.index"), 303)


def _lines(batch: InvitationList, good: int) -> dict[str, Any]:
    """The lines, those with a problem first, what each person is given, and how many minutes the good ones take."""

    def in_words(line: InvitationLine) -> str:
        return said(*line.problem) if line.problem else ""

    lines = sorted(invitations.lines_of(batch), key=lambda line: line.problem is None)
    a_minute = invitations.A_MINUTE
    shown = {"lines": lines, "said": in_words, "a_minute": a_minute, "minutes": -(-good // a_minute)}
    return shown | {"given": list(_rights_named(batch.boxes))}


def _rights_named(boxes: list[str]) -> Iterator[str]:
    """The rights by section, as in `Menus: Access, Publish`."""
    for section in rights.SECTIONS:
        if given := [_(box.label) for box in section.boxes if box.key in boxes]:
            yield f"{_(section.label)}: {', '.join(given)}"
