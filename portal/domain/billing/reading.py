from __future__ import annotations

from portal.domain.billing.catalogue import LineKind
from portal.domain.billing.lines import Draft, Line
from portal.domain.billing.models import Statement, StatementLine
from portal.domain.settings import PaymentOption, find_service
from portal.domain.tenants import Payee, period_labelled


def draft_as_issued(statement: Statement) -> tuple[Draft, str]:
    """A client's month as it was issued, and its number: read back from the lines, never computed again."""
    client = statement.client
    assert client is not None, "an agency's own statement is no draft"
    rows = StatementLine.select().where(StatementLine.statement == statement).order_by(StatementLine.position)
    lines = [_line(row) for row in rows]
    draft = Draft(
        client=client,
        period=period_labelled(client.agency, statement.period),
        payment_option=PaymentOption(statement.payment_option),
        payee=Payee(statement.payee),
        collects=statement.frozen["collects"],
        lines=[line for line in lines if line.collected],
        left_out=[line for line in lines if not line.collected],
        tax_label=statement.frozen["tax_label"] or "",
        tax_rate=statement.frozen["tax_rate"] or 0,
    )
    return draft, statement.number


def _line(row: StatementLine) -> Line:
    return Line(
        LineKind(row.kind),
        row.label,
        row.amount,
        row.cost,
        unit_price=row.unit_price,
        unit_cost=row.unit_cost,
        service=find_service(row.service) if row.service else None,
        limit=row.limit,
        used=row.used,
        excess=row.excess,
        block=row.block,
        blocks=row.blocks,
        detail=row.detail,
        collected=row.collected,
    )
