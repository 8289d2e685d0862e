"""An invitation is looked at and accepted here. Looking changes nothing: mail scanners look, too."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, invitations
from portal.domain.accounts import Member
from portal.domain.errors import Invalid
from portal.domain.invitations import Invitation
from portal.web import reader, sessions
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import agency_here
from portal.web.landing import first_page

bp = Blueprint("setup", __name__)


@bp.get("/setup/<token:token>")
@public("the token of the mail opens it; looking uses nothing up", on="agency")
def show(token: str) -> str | AnyResponse:
    return _page(token, FormState())


@bp.post("/setup/<token:token>")
@public("the token of the mail opens it, once", on="agency")
def accept(token: str) -> AnyResponse:
    form = FormState.typed(request.form, "name")
    invitation, _person = invitations.preview(agency_here(), token, now=clock.now())
    if _somebody_else(invitation):
        return _page(token, form)
    try:
        person, contributor = invitations.accept(
            agency_here(), token, name=form.text("name"), password=request.form.get("password", ""), now=clock.now()
        )
    except Invalid as error:
        return _page(token, form.take(error), status=422)
    found = sessions.begin(
        accounts.start_session(
            person,
            str(agency_here().id),
            address=request.remote_addr or "",
            browser=request.user_agent.string,
            now=clock.now(),
        )
    )
    contributor.app = invitation.app
    return redirect(first_page(Member(person, agency_here(), invitation.app, contributor, session=found.row)), 303)


def _page(token: str, form: FormState, *, status: int = 200) -> AnyResponse:
    invitation, person = invitations.preview(agency_here(), token, now=clock.now())
    reader.speak_to_guest(invitation.language)
    if other := _somebody_else(invitation):
        masked = _masked(invitation.email)
        return Response(render_template("account/setup/other.html", email=other, masked=masked), 403)
    return Response(
        render_template(
            "account/setup/show.html",
            invitation=invitation,
            known=bool(person and person.password_hash),
            form=form,
            action=url_for(".accept", token=token),
        ),
        status,
    )


def _somebody_else(invitation: Invitation) -> str | None:
    """The address of whoever is signed in here, when it is not the invited one."""
    found = sessions.signed_in()
    if found is None or (found.person.email == invitation.email and not found.row.entered_app_id):
        return None
    return str(found.person.email)


def _masked(email: str) -> str:
    """`c…@c….example`: enough to recognise one's own, nothing to learn for others."""
    name, _at, domain = email.partition("@")
    host, dot, end = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}…{dot}{end}"
