from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.office import team_boxes, team_forms, team_list
from portal.blueprints.office.answers import saved
from portal.blueprints.office.team_list import Asked
from portal.domain import accounts, invitations, rights
from portal.domain.accounts import Member
from portal.domain.errors import DomainError, Forbidden, Invalid
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import contributor
from portal.web.forms import FormState
from portal.web.hosts import address_on_agency_host, settings
from portal.web.htmx import fragment, fragment_or_page, is_fragment_request

bp = Blueprint("team", __name__, url_prefix="/team")


@bp.get("/")
@contributor(may="team")
def index(member: Member) -> AnyResponse:
    shown = team_list.list_of(member, Asked.read(request.args)) | team_list.news_of(member)
    return fragment_or_page("office/team/_list.html", "office/team/index.html", **shown)


@bp.get("/new")
@contributor(may="team")
def new(member: Member) -> str:
    values = {"email": "", "ends_on": "", "language": member.client.language}
    return team_forms.new_page(member, FormState(values | {"boxes": team_forms.ticked_at_first(member)}))


@bp.post("/new")
@contributor(may="team")
def invite(member: Member) -> AnyResponse:
    form, life = team_forms.typed(request.form), timedelta(days=settings().invitation_days)
    try:
        form.choice("language", LANGUAGES)
        ends_on = form.day("ends_on")
        team_forms.ask_about_nothing(form)
        form.check()
        row = invitations.invite(
            member,
            form.text("email"),
            form.values["boxes"],
            language=form.text("language"),
            ends_on=ends_on,
            origin=address_on_agency_host(member.agency, ""),
            life=life,
            now=clock.now(),
        )
    except DomainError as error:
        return Response(team_forms.new_page(member, form.take(error)), errors.status_of(error))
    flash(_("The invitation is on its way to %(email)s.", email=row.email))
    return redirect(url_for(".index"), 303)


@bp.post("/new/boxes")
@contributor(may="team")
def arrange(member: Member) -> Response:
    """The boxes of an invitation being written: a preset, or what hangs on the box just changed. Nothing is sent."""
    form = team_forms.typed(request.form)
    team_forms.arrange(member, form, request.form.get("preset", ""), request.form.get("changed", ""))
    if is_fragment_request():
        return fragment("office/team/_boxes.html", arrange=url_for(".arrange"), **team_forms.boxes_shown(member, form))
    return Response(team_forms.new_page(member, form))


@bp.get("/<uuid:contributor_id>/")
@contributor(may="team")
def show(member: Member, contributor_id: UUID) -> str:
    colleague = accounts.colleague_of(member, contributor_id)
    return team_forms.person_page(member, colleague, FormState(), asked=request.args.get("ask") == "remove")


@bp.get("/<uuid:contributor_id>/menu")
@contributor(may="team")
def menu(member: Member, contributor_id: UUID) -> Response:
    """What the person finds in the menu, for the page that changes it."""
    colleague = accounts.colleague_of(member, contributor_id)
    return fragment("office/team/_menu.html", **team_forms.person_part(member, colleague))


@bp.get("/<uuid:contributor_id>/seal")
@contributor(may="team")
def seal(member: Member, contributor_id: UUID) -> Response:
    """Whether the person meets the vendor, for the page that changes it."""
    if not rights.shows_vendor(member):
        raise Forbidden("box_missing")
    colleague = accounts.colleague_of(member, contributor_id)
    return fragment("office/team/_seal.html", **team_forms.person_part(member, colleague))


@bp.post("/<uuid:contributor_id>/seal")
@contributor(may="team")
def white_label(member: Member, contributor_id: UUID) -> AnyResponse:
    """Untick every box that shows the vendor."""
    if not rights.shows_vendor(member):
        raise Forbidden("box_missing")
    colleague = accounts.colleague_of(member, contributor_id)
    rights.make_white_label(colleague, by=member, now=clock.now())
    to, shown = url_for(".show", contributor_id=colleague.id), team_forms.person_shown(member, colleague)
    return saved("office/team/_rights.html", _("Saved"), to=to, event="right-changed", **shown)


@bp.post("/<uuid:contributor_id>/<box:box>")
@contributor(may="team")
def switch(member: Member, contributor_id: UUID, box: str) -> AnyResponse:
    colleague = accounts.colleague_of(member, contributor_id)
    granted = request.form.get("granted")
    if granted not in ("yes", "no"):
        raise Invalid({"granted": ("choose_one", {})})
    held = rights.set_box(colleague, box, granted=granted == "yes", by=member, now=clock.now())
    to = url_for(".show", contributor_id=colleague.id)
    section = rights.section(rights.BOXES[box].section)
    shown = {"colleague": colleague, "boxes": held, "groups": team_boxes.group_around(member, section)}
    return saved("office/team/_switch.html", _("Saved"), to=to, event="right-changed", section=section, **shown)


@bp.post("/<uuid:contributor_id>/end")
@contributor(may="team")
def end(member: Member, contributor_id: UUID) -> AnyResponse:
    colleague, form = accounts.colleague_of(member, contributor_id), FormState.typed(request.form, "ends_on")
    try:
        ends_on = form.day("ends_on")
        form.check()
        invitations.set_end(colleague, ends_on, by=member, now=clock.now())
    except DomainError as error:
        return Response(team_forms.person_page(member, colleague, form.take(error)), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".show", contributor_id=colleague.id), 303)


@bp.post("/<uuid:contributor_id>/contact")
@contributor(may="team")
def contact(member: Member, contributor_id: UUID) -> AnyResponse:
    colleague = accounts.colleague_of(member, contributor_id)
    form = FormState.typed(request.form, "language", "notices")
    try:
        form.choice("language", LANGUAGES)
        form.check()
        notices = form.flag("notices")
        invitations.set_contact(colleague, language=form.text("language"), notices=notices, by=member, now=clock.now())
    except DomainError as error:
        return Response(team_forms.person_page(member, colleague, form.take(error)), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".show", contributor_id=colleague.id), 303)


@bp.post("/<uuid:contributor_id>/remove")
@contributor(may="team")
def remove(member: Member, contributor_id: UUID) -> AnyResponse:
    colleague = accounts.colleague_of(member, contributor_id)
    invitations.remove(colleague, by=member, now=clock.now())
    flash(_("%(name)s no longer has access.", name=colleague.person.shown_name))
    return redirect(url_for(".index"), 303)


@bp.post("/invitations/<uuid:invitation_id>/resend")
@contributor(may="team")
def resend(member: Member, invitation_id: UUID) -> AnyResponse:
    invitation = invitations.invitation_of(member, invitation_id)
    origin, life = address_on_agency_host(member.agency, ""), timedelta(days=settings().invitation_days)
    invitations.resend(invitation, by=member, origin=origin, life=life, now=clock.now())
    flash(_("A new link is on its way to %(email)s. The one before is dead.", email=invitation.email))
    return redirect(url_for(".index"), 303)


@bp.post("/invitations/<uuid:invitation_id>/link")
@contributor(may="team")
def link(member: Member, invitation_id: UUID) -> str:
    """A new link, shown this once to be handed on in another way; no mail goes out."""
    invitation = invitations.invitation_of(member, invitation_id)
    origin, life = address_on_agency_host(member.agency, ""), timedelta(days=settings().invitation_days)
    made = invitations.copy_link(invitation, by=member, origin=origin, life=life, now=clock.now())
    return render_template("office/team/link.html", member=member, invitation=invitation, link=made, days=life.days)


@bp.post("/invitations/<uuid:invitation_id>/revoke")
@contributor(may="team")
def revoke(member: Member, invitation_id: UUID) -> AnyResponse:
    invitation = invitations.invitation_of(member, invitation_id)
    invitations.revoke(invitation, by=member, now=clock.now())
    flash(_("The invitation of %(email)s is taken back: its link is dead.", email=invitation.email))
    return redirect(url_for(".index"), 303)
