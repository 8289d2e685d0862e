from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import client_csv, import_pages
from portal.domain import accounts, settings
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState
from portal.web.htmx import fragment, go, is_fragment_request
from portal.web.spreadsheets import decimal_mark

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.get("/")
@agency_staff(may=Permission.ADD_CLIENTS)
def index(staff: Staff) -> str:
    return render_template("agency/imports/index.html", **_index(staff, FormState({"text": ""})))


@bp.get("/template.csv")
@agency_staff(may=Permission.ADD_CLIENTS)
def template(_staff: Staff) -> AnyResponse:
    return client_csv.template_file()


@bp.get("/clients.csv")
@agency_staff(may=Permission.SEE)
def export(staff: Staff) -> AnyResponse:
    return client_csv.clients_file(staff, now=clock.now())


@bp.post("/")
@agency_staff(may=Permission.ADD_CLIENTS)
def create(staff: Staff) -> AnyResponse:
    """Read what was sent, a file or a paste; no client is created yet."""
    form = FormState.typed(request.form, "text")
    file = request.files.get("file")
    data = file.read() if file else b""
    try:
        if not data and not form.text("text"):
            form.note("file", "nothing_sent")
        form.check()
        batch = settings.begin_import(
            staff.agency,
            data or str(form.values["text"]).encode(),
            name=(file.filename or "") if file and data else "",
            mark=decimal_mark(),
            by=staff.actor,
            now=clock.now(),
        )
    except AT_THE_FORM as error:
        form.note("file", error.code, **error.values) if error.code != "invalid" else None
        page = render_template("agency/imports/index.html", **_index(staff, form))
        return Response(page, errors.status_of(error))
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.get("/<uuid:batch_id>/")
@agency_staff(may=Permission.ADD_CLIENTS)
def show(staff: Staff, batch_id: UUID) -> str:
    batch = settings.import_of(staff.agency, batch_id)
    if batch.state == "running":
        return render_template("agency/imports/wait.html", batch=batch, progress=import_pages.progress_of(batch))
    return render_template("agency/imports/show.html", **import_pages.whole(batch, request.args))


@bp.get("/<uuid:batch_id>/progress")
@agency_staff(may=Permission.ADD_CLIENTS)
def progress(staff: Staff, batch_id: UUID) -> AnyResponse:
    """How far it is; when it is there, its page."""
    batch = settings.import_of(staff.agency, batch_id)
    if batch.state != "running" or not is_fragment_request():
        return go(url_for(".show", batch_id=batch.id))
    return fragment("agency/imports/_progress.html", batch=batch, progress=import_pages.progress_of(batch))


@bp.get("/<uuid:batch_id>/lines/<int(max=999999999):number>")
@agency_staff(may=Permission.ADD_CLIENTS)
def line(staff: Staff, batch_id: UUID, number: int) -> str:
    """All cells of one line, to be corrected."""
    batch = settings.import_of(staff.agency, batch_id)
    found = settings.line_of(batch, number)
    return render_template("agency/imports/line.html", batch=batch, line=found, **import_pages.cells_of(found))


@bp.post("/<uuid:batch_id>/lines/<int(max=999999999):number>")
@agency_staff(may=Permission.ADD_CLIENTS)
def correct(staff: Staff, batch_id: UUID, number: int) -> AnyResponse:
    batch = settings.import_of(staff.agency, batch_id)
    cells = {name: request.form[name].replace("\x00", "") for name in settings.columns() if name in request.form}
    settings.change_line(batch, number, cells, now=clock.now())
    if settings.line_of(batch, number).state == "good":
        flash(_("Line %(number)s is right now.", number=number))
        return redirect(url_for(".show", batch_id=batch.id), 303)
    return redirect(url_for(".line", batch_id=batch.id, number=number), 303)


@bp.post("/<uuid:batch_id>/beginnings")
@agency_staff(may=Permission.ADD_CLIENTS)
def beginnings(staff: Staff, batch_id: UUID) -> AnyResponse:
    """Let clients that began before this month begin with it."""
    batch = settings.import_of(staff.agency, batch_id)
    moved = settings.move_beginnings(batch, now=clock.now())
    flash(ngettext("%(num)s line was changed.", "%(num)s lines were changed.", moved))
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.post("/<uuid:batch_id>/confirm")
@agency_staff(may=Permission.ADD_CLIENTS)
def confirm(staff: Staff, batch_id: UUID) -> AnyResponse:
    batch = settings.import_of(staff.agency, batch_id)
    settings.confirm_import(batch, by=staff.actor, now=clock.now())
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.post("/<uuid:batch_id>/discard")
@agency_staff(may=Permission.ADD_CLIENTS)
def discard(staff: Staff, batch_id: UUID) -> AnyResponse:
    settings.discard_import(settings.import_of(staff.agency, batch_id))
    flash(_("Discarded. No client was created."))
    return redirect(url_for(".index"), 303)


@bp.get("/<uuid:batch_id>/results.csv")
@agency_staff(may=Permission.ADD_CLIENTS)
def results(staff: Staff, batch_id: UUID) -> AnyResponse:
    return client_csv.results_file(settings.import_of(staff.agency, batch_id))


def _index(staff: Staff, form: FormState) -> dict[str, Any]:
    batches = settings.imports_of(staff.agency)
    return {
        "form": form,
        "batches": batches,
        "counts": settings.line_counts(batches),
        "states": import_pages.STATES,
        "columns": import_pages.columns(),
        "zone": staff.agency.timezone,
        "clients": accounts.count_clients(staff),
        "most": settings.MOST_LINES,
        "kept_days": settings.KEPT_DAYS,
    }
