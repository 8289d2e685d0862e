from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("details", __name__, url_prefix="/clients/<uuid:client_id>/details")

_FIELDS = ("name", "email", "address", "language")


@bp.get("/")
@agency_staff(may=Permission.CLIENTS)
def show(staff: Staff, client_id: UUID) -> str:
    client = accounts.client_of(staff, client_id)
    return _page(client, FormState({name: getattr(client, name) for name in _FIELDS}))


@bp.post("/")
@agency_staff(may=Permission.CLIENTS)
def save(staff: Staff, client_id: UUID) -> AnyResponse:
    client = accounts.client_of(staff, client_id)
    form = FormState.typed(request.form, *_FIELDS)
    try:
        changed = _change(client, form, staff)
    except AT_THE_FORM as error:
        return Response(_page(accounts.client_of(staff, client_id), form.take(error)), errors.status_of(error))
    flash(_("Saved: %(client)s", client=client.name) if changed else _("Nothing was changed."))
    return redirect(url_for("agency.clients.show", client_id=client_id), 303)


def _change(client: Client, form: FormState, staff: Staff) -> list[str]:
    """Bring what was typed into force. Raises Invalid at the field."""
    email = accounts.clean_email(form.text("email")) if form.text("email") else ""
    form.choice("language", LANGUAGES)
    form.check()
    with rights.holding(client, staff.actor):
        return tenants.change_client(
            client,
            name=form.text("name"),
            email=email,
            address=form.text("address"),
            language=form.text("language"),
            by=staff.actor,
            now=clock.now(),
        )


def _page(client: Client, form: FormState) -> str:
    return render_template("agency/details/show.html", client=client, form=form, apps=tenants.apps_of_client(client))
