"""What clients asked for: a queue with its totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import accounts, periods, requests, rights
from portal.domain.accounts import Staff
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.requests import Request, Sale, State
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.forms import FormState
from portal.web.hosts import address_on_agency_host
from portal.web.htmx import fragment_or_page

bp = Blueprint("requests", __name__, url_prefix="/requests")

ALL = "all"
MOST_TOTALS = 20
_FIELDS = ("state", "answer", "open", "sell", "name", "first_on")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything odd in it counts as not asked."""

    state: State | None = State.OPEN
    client: Client | None = None
    after: UUID | None = None
    before: UUID | None = None

    @classmethod
    def read(cls, staff: Staff, arguments: Mapping[str, str]) -> Asked:
        wanted = arguments.get("state", State.OPEN)
        state = None if wanted == ALL else State(wanted) if wanted in set(State) else State.OPEN
        return cls(state, _client(staff, arguments), *(_uuid(arguments.get(name, "")) for name in ("after", "before")))


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> Response:
    asked = Asked.read(staff, request.args)
    return fragment_or_page("agency/requests/_list.html", "agency/requests/index.html", **_shown(staff, asked))


@bp.post("/<uuid:request_id>/decide")
@agency_staff(may=Permission.CLIENTS)
def decide(staff: Staff, request_id: UUID) -> AnyResponse:
    row, form = requests.request_of(staff, request_id), FormState.typed(request.form, *_FIELDS)
    try:
        _decide(staff, row, form)
    except (Invalid, Conflict) as error:
        return _refused(staff, row, form.take(error), errors.status_of(error))
    flash(_("The request of %(name)s is answered.", name=row.asked_name))
    return redirect(url_for(".index"), 303)


def _decide(staff: Staff, row: Request, form: FormState) -> None:
    """As the form says. Raises Invalid at the field, Forbidden for a sale by who sets no prices."""
    form.choice("state", (State.DONE, State.DECLINED))
    sale = _sale(staff, form) if form.flag("sell") and form.text("state") == State.DONE else None
    form.check()
    state, origin = State(form.text("state")), address_on_agency_host(staff.agency, "")
    answer, opens, by = form.text("answer"), form.flag("open"), staff.actor
    requests.decide(row, state, answer=answer, sale=sale, opens=opens, origin=origin, by=by, now=clock.now())


def _sale(staff: Staff, form: FormState) -> Sale | None:
    if not rights.staff_may(staff.role, Permission.PRICES):
        raise Forbidden("role_too_small", role=staff.role.label)
    first_on = form.day("first_on")
    if first_on is None:
        form.note("first_on", "bad_date")
    return Sale(form.text("name"), first_on) if first_on else None


def _refused(staff: Staff, row: Request, form: FormState, status: int) -> Response:
    """The request as it is now, with what was typed and what is wrong with it."""
    fresh = requests.request_of(staff, row.id)
    shown = _shown(staff, Asked(state=State(fresh.state), client=fresh.client))
    return Response(render_template("agency/requests/index.html", **shown, failed=row.id, form=form), status)


def _shown(staff: Staff, asked: Asked) -> dict[str, Any]:
    client_id = asked.client.id if asked.client else None
    found = requests.queue_of(staff, asked.state, client_id=client_id, after=asked.after, before=asked.before)
    totals = requests.totals_of(staff)
    return {
        "asked": asked,
        "found": found,
        "states": list(State),
        "counts": requests.counts_of(staff),
        "totals": totals[:MOST_TOTALS],
        "further": len(totals[MOST_TOTALS:]),
        **_row(staff, None),
    }


def _row(staff: Staff, row: Request | None) -> dict[str, Any]:
    return {
        "row": row,
        "agency": staff.agency,
        "labels": {section.key: section.label for section in rights.SECTIONS},
        "state_of": State,
        "may_change": rights.staff_may(staff.role, Permission.CLIENTS),
        "may_sell": rights.staff_may(staff.role, Permission.PRICES),
        "today": periods.local_day(clock.now(), staff.agency.timezone),
        "most": requests.LONGEST_TEXT,
    }


def _client(staff: Staff, arguments: Mapping[str, str]) -> Client | None:
    wanted = _uuid(arguments.get("client", ""))
    try:
        return accounts.client_of(staff, wanted) if wanted else None
    except NotFound:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
