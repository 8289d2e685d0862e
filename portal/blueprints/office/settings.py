from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import tenants
from portal.domain.accounts import Member
from portal.domain.errors import DomainError
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import contributor
from portal.web.forms import FormState
from portal.web.hosts import address_on_agency_host

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("/")
@contributor(may="settings")
def index(member: Member) -> str:
    return _page(member, FormState({"name": member.app.name}))


@bp.post("/")
@contributor(may="settings")
def save(member: Member) -> AnyResponse:
    form, stored = FormState.typed(request.form, "name"), member.app.name
    try:
        tenants.rename_app(member.app, form.text("name"), by=member.actor, now=clock.now())
    except DomainError as error:
        return Response(_page(member, form.take(error), stored), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".index"), 303)


def _page(member: Member, form: FormState, stored: str | None = None) -> str:
    address = address_on_agency_host(member.agency, f"/app/{member.app.slug}/")
    return render_template(
        "office/settings/index.html", member=member, form=form, stored=stored or member.app.name, address=address
    )
