from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import OVERLAPS, SCOPES, Credential, Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.languages import N_, ngettext
from portal.languages import gettext as _
from portal.web import errors, hosts
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("credentials", __name__, url_prefix="/credentials")

SCOPE_WORDS = {
    "usage:write": N_("Report use, and ask and count in one step"),
    "usage:read": N_("Ask what a client may still use"),
    "clients:read": N_("Read clients, their settings and statements"),
    "clients:write": N_("Add clients and change their settings"),
}


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    held = accounts.credentials_of(staff.agency)
    return render_template(
        "agency/credentials/index.html",
        agency=staff.agency,
        living=[row for row in held if not row.revoked_at],
        revoked=[row for row in held if row.revoked_at],
    )


@bp.get("/new")
@agency_staff(may=Permission.PRICES)
def new(staff: Staff) -> str:  # noqa: ARG001
    return _form(FormState({"scopes": ["usage:write", "usage:read"]}))


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def create(staff: Staff) -> AnyResponse:
    form = FormState.typed(request.form, "label")
    form.values["scopes"] = request.form.getlist("scopes")
    try:
        credential, secret = accounts.create_credential(
            staff.agency, scopes=form.values["scopes"], label=form.text("label"), by=staff.actor, now=clock.now()
        )
    except AT_THE_FORM as error:
        return Response(_form(form.take(error)), errors.status_of(error))
    return Response(_made(credential, secret, rotated=False))


@bp.get("/<uuid:credential_id>/")
@agency_staff(may=Permission.PRICES)
def show(staff: Staff, credential_id: UUID) -> str:
    return _shown(staff, accounts.credential_of(staff.agency, credential_id), FormState({"overlap": "24"}))


@bp.post("/<uuid:credential_id>/secret")
@agency_staff(may=Permission.PRICES)
def rotate(staff: Staff, credential_id: UUID) -> AnyResponse:
    credential = accounts.credential_of(staff.agency, credential_id)
    form = FormState.typed(request.form, "overlap")
    try:
        form.choice("overlap", [str(hours) for hours in OVERLAPS])
        form.check()
        overlap = int(form.text("overlap"))
        secret = accounts.rotate_credential(
            staff.agency, credential.id, overlap=overlap, by=staff.actor, now=clock.now()
        )
    except AT_THE_FORM as error:
        return Response(_shown(staff, credential, form.take(error)), errors.status_of(error))
    return Response(_made(credential, secret, rotated=True, overlap=0 if credential.stopped else overlap))


@bp.post("/<uuid:credential_id>/take-over")
@agency_staff(may=Permission.PRICES)
def take_over(staff: Staff, credential_id: UUID) -> AnyResponse:
    accounts.take_over_credential(staff.agency, credential_id, by=staff.actor, now=clock.now())
    flash(_("The credential works again. You answer for it now."))
    return redirect(url_for(".show", credential_id=credential_id), 303)


@bp.post("/<uuid:credential_id>/revoke")
@agency_staff(may=Permission.PRICES)
def revoke(staff: Staff, credential_id: UUID) -> AnyResponse:
    accounts.revoke_credential(staff.agency, credential_id, by=staff.actor, now=clock.now())
    flash(_("The credential is revoked. It and its tokens work no more."))
    return redirect(url_for(".index"), 303)


def _form(form: FormState) -> str:
    scopes = [(key, SCOPE_WORDS[key]) for key in SCOPES]
    return render_template("agency/credentials/new.html", form=form, scopes=scopes)


def _shown(staff: Staff, credential: Credential, form: FormState) -> str:
    return render_template(
        "agency/credentials/show.html",
        agency=staff.agency,
        credential=credential,
        form=form,
        scope_words=SCOPE_WORDS,
        overlaps=[(str(hours), _overlap(hours)) for hours in OVERLAPS],
        now=clock.now(),
    )


def _made(credential: Credential, secret: str, **values: Any) -> str:
    origin = hosts.settings().address_of(hosts.settings().platform_host)
    return render_template(
        "agency/credentials/made.html", credential=credential, secret=secret, origin=origin, **values
    )


def _overlap(hours: int) -> str:
    if not hours:
        return _("ends at once, and its tokens with it")
    if hours % 24:
        return ngettext("works for %(num)s more hour", "works for %(num)s more hours", hours)
    return ngettext("works for %(num)s more day", "works for %(num)s more days", hours // 24)
