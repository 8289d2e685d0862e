from __future__ import annotations

from uuid import UUID

from portal.domain.billing.catalogue import Audience
from portal.domain.billing.models import FrozenAsset, Statement, StatementLine
from portal.domain.errors import NotFound
from portal.domain.tenants import Agency, Client


def statements_of_agency(
    agency: Agency, audience: Audience, *, clients: list[Client] | None = None, period: str | None = None
) -> list[Statement]:
    """Issued statements, newest period first; of these clients alone where given."""
    query = Statement.select().where((Statement.agency == agency) & (Statement.audience == audience.value))
    if clients is not None:
        query = query.where(Statement.client.in_([client.id for client in clients]))
    if period:
        query = query.where(Statement.period == period)
    return list(query.order_by(Statement.period.desc(), Statement.number.desc()))


def issued_periods(agency: Agency, clients: list[Client] | None = None) -> list[str]:
    """The months that have statements, newest first; those of these clients alone where given."""
    query = Statement.select(Statement.period).where(Statement.agency == agency)
    if clients is not None:
        query = query.where(Statement.client.in_([client.id for client in clients]))
    return [row.period for row in query.distinct().order_by(Statement.period.desc())]


def statements_of_client(client: Client) -> list[Statement]:
    """The client's own statements, newest first."""
    return list(
        Statement.select()
        .where((Statement.client == client) & (Statement.audience == Audience.CLIENT.value))
        .order_by(Statement.period.desc())
    )


def statement_of_agency(agency: Agency, statement_id: UUID) -> Statement:
    """Raises NotFound for a foreign one."""
    return _found(Statement.get_or_none((Statement.id == statement_id) & (Statement.agency == agency)))


def statement_of_client(client: Client, statement_id: UUID) -> Statement:
    """Raises NotFound for a foreign one and for the agency's own."""
    return _found(
        Statement.get_or_none(
            (Statement.id == statement_id)
            & (Statement.client == client)
            & (Statement.audience == Audience.CLIENT.value)
        )
    )


def statement_by_id(statement_id: UUID) -> Statement:
    """For jobs, which act for nobody. Raises NotFound."""
    return _found(Statement.get_or_none(Statement.id == statement_id))


def statement_by_number(agency: Agency, number: str) -> Statement:
    """Raises NotFound for a foreign one."""
    return _found(Statement.get_or_none((Statement.number == number) & (Statement.agency == agency)))


def lines_of(statement: Statement) -> list[StatementLine]:
    return list(StatementLine.select().where(StatementLine.statement == statement).order_by(StatementLine.position))


def assets_of(statement: Statement) -> dict[str, bytes]:
    """The frozen pictures that the statement prints, by their SHA-256."""
    wanted = statement.frozen.get("assets", [])
    return {row.sha256: bytes(row.content) for row in FrozenAsset.select().where(FrozenAsset.sha256.in_(list(wanted)))}


def _found(statement: Statement | None) -> Statement:
    if statement is None:
        raise NotFound
    return statement
