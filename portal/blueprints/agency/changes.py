from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import bulk_pages, bulk_words, package_list, wording
from portal.blueprints.agency.bulk_form import BulkForm
from portal.blueprints.agency.bulk_pages import Asked
from portal.domain import accounts, settings
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM, NotFound
from portal.domain.rights import Permission
from portal.domain.settings import BulkChange
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.htmx import fragment, go, is_fragment_request

bp = Blueprint("changes", __name__, url_prefix="/changes")

_AT_ONCE = 100
"""Clients whose preview is worked out while somebody waits; for more the worker does it."""


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    bulks = settings.bulks_of(staff.agency)
    return render_template(
        "agency/changes/index.html",
        bulks=bulks,
        counts=settings.counts_of(bulks),
        wanted=settings.wanted_of(bulks),
        lines_of=bulk_words.lines_of,
        states=bulk_pages.STATES,
        zone=staff.agency.timezone,
        total=accounts.count_clients(staff),
    )


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def create(staff: Staff) -> AnyResponse:
    bulk = settings.begin_bulk(staff.agency, by=staff.actor, now=clock.now())
    return redirect(url_for(".clients", bulk_id=bulk.id), 303)


@bp.get("/<uuid:bulk_id>/clients")
@agency_staff(may=Permission.PRICES)
def clients(staff: Staff, bulk_id: UUID) -> AnyResponse | str:
    bulk = settings.bulk_of(staff.agency, bulk_id)
    if bulk.undoes_id or bulk.state not in ("choosing", "ready"):
        return redirect(url_for(".show", bulk_id=bulk.id), 303)
    asked = Asked.read(request.args)
    return render_template("agency/changes/clients.html", **bulk_pages.choosing(staff, bulk, asked, now=clock.now()))


@bp.post("/<uuid:bulk_id>/clients")
@agency_staff(may=Permission.PRICES)
def choose(staff: Staff, bulk_id: UUID) -> AnyResponse:
    """Keep what this page ticked or unticked, then go where the button says."""
    bulk, asked = settings.bulk_of(staff.agency, bulk_id), Asked.read(request.form)
    wanted = request.form.get("go", "")
    shown, ticked = _ids(request.form.getlist("shown")), _ids(request.form.getlist("client"))
    if wanted == "none":
        settings.choose_nobody(bulk)
    elif wanted == "all":
        left = bulk_pages.among(staff, asked, now=clock.now())
        settings.choose_clients(bulk, accounts.ids_of_clients(staff, search=asked.q, among=left))
    else:
        settings.choose_clients(bulk, ticked, without=shown - ticked)
    edge: dict[str, Any] = {name: request.form.get(name) for name in ("after", "before") if wanted == name}
    here = url_for(".clients", bulk_id=bulk.id, **asked.arguments, **edge)
    return redirect(url_for(".fields", bulk_id=bulk.id) if wanted == "on" else here, 303)


@bp.get("/<uuid:bulk_id>/fields")
@agency_staff(may=Permission.PRICES)
def fields(staff: Staff, bulk_id: UUID) -> AnyResponse | str:
    """What to change; with `?package=` filled with what a package sets."""
    bulk = settings.bulk_of(staff.agency, bulk_id)
    currencies = settings.currencies_of_bulk(bulk)
    if not currencies or bulk.undoes_id or bulk.state not in ("choosing", "ready"):
        return redirect(url_for(".show", bulk_id=bulk.id), 303)
    package = package_list.chosen(staff, request.args)
    form = BulkForm(currencies, settings.wanted_from(package) if package else bulk.wanted)
    return render_template("agency/changes/fields.html", **_fields(staff, bulk, form), package=package)


@bp.post("/<uuid:bulk_id>/fields")
@agency_staff(may=Permission.PRICES)
def want(staff: Staff, bulk_id: UUID) -> AnyResponse:
    bulk, now = settings.bulk_of(staff.agency, bulk_id), clock.now()
    form = BulkForm.posted(request.form, settings.currencies_of_bulk(bulk) or [staff.agency.currency])
    try:
        settings.want_changes(bulk, form.wanted(), now=now)
    except AT_THE_FORM as error:
        page = render_template("agency/changes/fields.html", **_fields(staff, bulk, form.take(error)), package=None)
        return Response(page, errors.status_of(error))
    settings.bulk_work(bulk.id, now=now, most=_AT_ONCE)
    return redirect(url_for(".show", bulk_id=bulk.id), 303)


@bp.get("/<uuid:bulk_id>/")
@agency_staff(may=Permission.PRICES)
def show(staff: Staff, bulk_id: UUID) -> AnyResponse | str:
    bulk = settings.bulk_of(staff.agency, bulk_id)
    if bulk.state == "choosing":
        return redirect(url_for(".clients", bulk_id=bulk.id), 303)
    if bulk.state in bulk_pages.UNDER_WAY:
        return render_template("agency/changes/wait.html", bulk=bulk, progress=bulk_pages.progress_of(bulk))
    return render_template(
        "agency/changes/show.html", **bulk_pages.whole(bulk, request.args, now=clock.now()), zone=staff.agency.timezone
    )


@bp.get("/<uuid:bulk_id>/progress")
@agency_staff(may=Permission.PRICES)
def progress(staff: Staff, bulk_id: UUID) -> AnyResponse:
    """How far it is; when it is there, its page."""
    bulk = settings.bulk_of(staff.agency, bulk_id)
    if bulk.state not in bulk_pages.UNDER_WAY or not is_fragment_request():
        return go(url_for(".show", bulk_id=bulk.id))
    return fragment("agency/changes/_progress.html", bulk=bulk, progress=bulk_pages.progress_of(bulk))


@bp.post("/<uuid:bulk_id>/confirm")
@agency_staff(may=Permission.PRICES)
def confirm(staff: Staff, bulk_id: UUID) -> AnyResponse:
    bulk = settings.bulk_of(staff.agency, bulk_id)
    settings.confirm_bulk(bulk, by=staff.actor, now=clock.now())
    return redirect(url_for(".show", bulk_id=bulk.id), 303)


@bp.post("/<uuid:bulk_id>/undo")
@agency_staff(may=Permission.PRICES)
def undo(staff: Staff, bulk_id: UUID) -> AnyResponse:
    """To the preview of the way back; nothing is taken back before it is confirmed."""
    bulk, now = settings.bulk_of(staff.agency, bulk_id), clock.now()
    back = settings.undo_bulk(bulk, by=staff.actor, now=now)
    settings.bulk_work(back.id, now=now, most=_AT_ONCE)
    return redirect(url_for(".show", bulk_id=back.id), 303)


@bp.post("/<uuid:bulk_id>/discard")
@agency_staff(may=Permission.PRICES)
def discard(staff: Staff, bulk_id: UUID) -> AnyResponse:
    settings.discard_bulk(settings.bulk_of(staff.agency, bulk_id))
    flash(_("Discarded. No client was changed."))
    return redirect(url_for(".index"), 303)


def _ids(texts: list[str]) -> set[UUID]:
    """What was posted as ids. Raises NotFound for anything that is none."""
    found = {bulk_pages.uuid_of(text) for text in texts}
    if None in found:
        raise NotFound
    return {found_id for found_id in found if found_id}


def _fields(staff: Staff, bulk: BulkChange, form: BulkForm) -> dict[str, Any]:
    return {
        "bulk": bulk,
        "form": form,
        "count": sum(settings.counts_of([bulk])[bulk.id].values()),
        "packages": package_list.options(staff)[1:],
        "at_limit": list(wording.AT_LIMIT.items()),
    }
