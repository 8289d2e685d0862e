from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.blueprints.agency import wording
from portal.domain import accounts, billing, metering, rights, settings
from portal.domain.accounts import Role, Staff
from portal.domain.billing import Audience, Statement, StatementLine
from portal.domain.errors import Forbidden
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.formatting import number
from portal.gateways import documents
from portal.languages import gettext as _
from portal.web import hosts
from portal.web.access import agency_staff

bp = Blueprint("statements", __name__, url_prefix="/statements")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> str:
    clients = _clients(staff)
    months = billing.issued_periods(staff.agency, clients)
    wanted = request.args.get("month", "")
    month = wanted if wanted in months else next(iter(months), None)
    return render_template(
        "agency/statements/index.html",
        months=months,
        month=month,
        clients=accounts.count_clients(staff),
        **(_of_month(staff, month, clients) if month else {}),
    )


@bp.get("/<uuid:statement_id>/")
@agency_staff(may=Permission.SEE)
def show(staff: Staff, statement_id: UUID) -> str:
    statement = _statement(staff, statement_id)
    lines = billing.lines_of(statement)
    return render_template(
        "agency/statements/show.html",
        statement=statement,
        frozen=statement.frozen,
        lines=lines,
        days={line.position: _days(statement, line) for line in lines},
        services={service.key: service for service in settings.all_services()},
        may_cost=rights.staff_may(staff.role, Permission.COSTS),
        day_bars=_bars,
        number=number,
        wording=wording,
    )


@bp.get("/<uuid:statement_id>.pdf")
@agency_staff(may=Permission.SEE)
def pdf(staff: Staff, statement_id: UUID) -> AnyResponse:
    statement = _statement(staff, statement_id)
    content = documents.read(hosts.settings(), statement)
    if content is None:
        flash(_("The PDF of %(number)s is being prepared. Try again in a minute.", number=statement.number), "info")
        return redirect(url_for(".show", statement_id=statement.id), 303)
    disposition = f'attachment; filename="{statement.number}.pdf"'
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": disposition})


def _statement(staff: Staff, statement_id: UUID) -> Statement:
    """Raises NotFound for a foreign one and an unassigned client's, Forbidden for the agency's own without costs."""
    statement = billing.statement_of_agency(staff.agency, statement_id)
    if statement.client_id:
        statement.client = accounts.client_of(staff, statement.client_id)
    elif not rights.staff_may(staff.role, Permission.COSTS):
        raise Forbidden("role_too_small", role=staff.role.label)
    return statement


def _clients(staff: Staff) -> list[Client] | None:
    """The clients whose statements this person may see; None for all of them."""
    return accounts.clients_of_staff(staff) if staff.role == Role.MANAGER else None


def _of_month(staff: Staff, month: str, clients: list[Client] | None) -> dict[str, Any]:
    own = rights.staff_may(staff.role, Permission.COSTS)
    issued = billing.statements_of_agency(staff.agency, Audience.CLIENT, clients=clients, period=month)
    return {
        "statements": issued,
        "sums": _sums(issued),
        "own": billing.statements_of_agency(staff.agency, Audience.AGENCY, period=month) if own else [],
        "wording": wording,
    }


def _sums(statements: list[Statement]) -> list[tuple[str, int]]:
    """Totals by currency."""
    found: dict[str, int] = {}
    for statement in statements:
        found[statement.currency] = found.get(statement.currency, 0) + statement.total
    return sorted(found.items())


def _days(statement: Statement, line: StatementLine) -> list[Any]:
    """Use by day behind a line; empty where nothing is counted."""
    service = settings.find_service(line.service) if line.service else None
    client = line.client or statement.client
    if service is None or client is None or not line.used:
        return []
    return metering.days_of(client, service, line.detail.get("period") or statement.period)


def _bars(days: list[tuple[date, int]]) -> list[dict[str, Any]]:
    return [{"label": str(day.day), "values": [used], "estimate": False} for day, used in days]
