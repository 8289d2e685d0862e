"""Issued statements as machines read them: in the order of their issue, clients and lines loaded with few questions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from peewee import JOIN

from portal.domain.billing.catalogue import Audience
from portal.domain.billing.models import Statement, StatementLine
from portal.domain.tenants import Agency, Client


def page_of_statements(
    agency: Agency,
    *,
    period: str | None = None,
    audience: Audience | None = None,
    client: Client | None = None,
    after: UUID | None = None,
    most: int,
) -> list[Statement]:
    """The first statements that were issued after the one of that id, clients loaded."""
    query = Statement.select(Statement, Client).join(Client, JOIN.LEFT_OUTER).where(Statement.agency == agency)
    if period:
        query = query.where(Statement.period == period)
    if audience:
        query = query.where(Statement.audience == audience.value)
    if client:
        query = query.where(Statement.client == client)
    if after:
        query = query.where(Statement.id > after)
    return list(query.order_by(Statement.id).limit(most))


def lines_of_all(statements: Iterable[Statement]) -> dict[UUID, list[StatementLine]]:
    """What stands on each of these statements, by its id: in order, clients loaded, without lines left out of it."""
    found: dict[UUID, list[StatementLine]] = {statement.id: [] for statement in statements}
    rows = (
        StatementLine.select(StatementLine, Client)
        .join(Client, JOIN.LEFT_OUTER)
        .where(StatementLine.statement.in_(list(found)) & StatementLine.collected)
        .order_by(StatementLine.statement, StatementLine.position)
    )
    for row in rows:
        found[row.statement_id].append(row)
    return found
