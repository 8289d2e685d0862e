"""Issued statements: whole, by page or by number, and their PDFs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from portal.blueprints.api.clients import client_named
from portal.blueprints.api.pace import paced
from portal.blueprints.api.pages import page_of
from portal.blueprints.api.problems import Problem, resource
from portal.blueprints.api.replies import reply
from portal.blueprints.api.statement_body import described
from portal.domain import billing, periods
from portal.domain.accounts import Machine
from portal.domain.billing import Audience, Statement
from portal.domain.errors import NotFound
from portal.gateways import documents
from portal.web import hosts
from portal.web.access import machine

_NUMBER = re.compile(r"[A-Z]{2,8}(-[A-Z]{1,4})?-[0-9]{4}-[0-9]{6,}")
_SECONDS_FOR_A_PDF = 5

bp = resource("statements", __name__)


@bp.get("/statements")
@machine(scope="clients:read")
@paced
def index(asker: Machine) -> Response:
    """One page, the first issued first: what is issued meanwhile comes last."""
    wanted = _filters(asker)

    def read(after: UUID | None, most: int) -> Sequence[Statement]:
        return billing.page_of_statements(asker.agency, after=after, most=most, **wanted)

    return page_of("statements", asker.agency, read, _described)


@bp.get("/statements/<number>")
@machine(scope="clients:read")
@paced
def show(asker: Machine, number: str) -> Response:
    [found] = _described([_statement(asker, number)])
    return reply(found)


@bp.get("/statements/<number>.pdf")
@machine(scope="clients:read")
@paced
def pdf(asker: Machine, number: str) -> Response:
    """The file as it was made once and kept."""
    statement = _statement(asker, number)
    content = documents.read(hosts.settings(), statement)
    if content is None:
        raise Problem("pdf_not_ready", headers={"Retry-After": str(_SECONDS_FOR_A_PDF)})
    disposition = f'attachment; filename="{statement.number}.pdf"'
    return Response(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _filters(asker: Machine) -> dict[str, Any]:
    """What the request narrows the list to. Raises Problem, NotFound for an unknown client."""
    period, audience = request.args.get("period"), request.args.get("audience")
    client = request.args.get("client")
    if period is not None and not periods.is_label(period):
        raise Problem("bad_period")
    if audience is not None and audience not in set(Audience):
        raise Problem("bad_audience")
    return {
        "period": period,
        "audience": Audience(audience) if audience else None,
        "client": client_named(asker.agency, client) if client is not None else None,
    }


def _statement(asker: Machine, number: str) -> Statement:
    """Raises NotFound for a foreign one, an unknown one, and what can be no number."""
    if not _NUMBER.fullmatch(number):
        raise NotFound
    return billing.statement_by_number(asker.agency, number)


def _described(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    lines = billing.lines_of_all(statements)
    return [described(statement, lines[statement.id]) for statement in statements]
