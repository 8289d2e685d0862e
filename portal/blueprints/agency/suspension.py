from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, rights, settings, tenants
from portal.domain.accounts import Staff
from portal.domain.errors import Invalid, Refused
from portal.domain.rights import Permission
from portal.domain.tenants import App, Client
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("suspension", __name__, url_prefix="/clients/<uuid:client_id>")


@dataclass(frozen=True)
class Subject:
    """What is suspended or resumed: a client, or one app of it."""

    client: Client
    app: App | None

    @property
    def row(self) -> Client | App:
        return self.app or self.client

    @property
    def path(self) -> str:
        return url_for(".show", client_id=self.client.id, app_id=self.app.id if self.app else None)


@bp.get("/suspension/")
@bp.get("/apps/<uuid:app_id>/suspension/")
@agency_staff(may=Permission.CLIENTS)
def show(staff: Staff, client_id: UUID, app_id: UUID | None = None) -> str:
    return _page(_subject(staff, client_id, app_id), FormState())


@bp.post("/suspension/")
@bp.post("/apps/<uuid:app_id>/suspension/")
@agency_staff(may=Permission.CLIENTS)
def save(staff: Staff, client_id: UUID, app_id: UUID | None = None) -> AnyResponse:
    subject = _subject(staff, client_id, app_id)
    form = FormState.typed(request.form, "suspended", "reason")
    try:
        _bring(subject, form, staff)
    except (Invalid, Refused) as error:
        return Response(_page(subject, form.take(error)), errors.status_of(error))
    flash(_said(subject) % {"name": subject.row.name})
    return redirect(url_for("agency.clients.show", client_id=client_id), 303)


def _bring(subject: Subject, form: FormState, staff: Staff) -> None:
    """Into the state that the form wants. Raises Invalid at the field."""
    form.choice("suspended", ("yes", "no"))
    form.check()
    suspended, reason, now = form.flag("suspended"), form.text("reason"), clock.now()
    with rights.holding(subject.client, staff.actor):
        if subject.app:
            tenants.set_app_suspended(subject.app, suspended=suspended, reason=reason, by=staff.actor, now=now)
        else:
            tenants.set_client_suspended(subject.client, suspended=suspended, reason=reason, by=staff.actor, now=now)


def _said(subject: Subject) -> str:
    """What became of it, for a name to be filled in."""
    if subject.app:
        return _("The app %(name)s is suspended.") if subject.app.suspended_at else _("The app %(name)s goes on.")
    return _("%(name)s is suspended.") if subject.client.suspended_at else _("%(name)s goes on.")


def _subject(staff: Staff, client_id: UUID, app_id: UUID | None) -> Subject:
    client = accounts.client_of(staff, client_id)
    return Subject(client, tenants.app_of_client(client, app_id) if app_id else None)


def _page(subject: Subject, form: FormState) -> str:
    client, app = subject.client, subject.app
    apps = tenants.apps_of_client(client)
    people = [row for row in accounts.people_of_client(client) if app is None or row.app_id == app.id]
    label = tenants.period_at(client.agency, clock.now()).label
    return render_template(
        "agency/suspension/show.html",
        subject=subject,
        client=client,
        app=app,
        form=form,
        people=len({row.person_id for row in people}),
        closed=[app] if app else apps,
        others=[other for other in apps if app and other.id != app.id],
        licence=settings.licence_price_of(client, label),
        most=tenants.LONGEST_REASON,
    )
