"""What earlier months left to be settled: late use of issued periods, and credits that were not used up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain import periods
from portal.domain.billing.catalogue import Audience, LineKind
from portal.domain.billing.lines import Line
from portal.domain.billing.models import Statement, StatementLine
from portal.domain.metering import excess_of, used_for_statement
from portal.domain.settings import Service, cost_of, limit_at, metered_services, price_of
from portal.domain.tenants import Client, Period, period_labelled
from portal.languages import gettext as _

MONTHS_BACK = 15
"""Use older than 13 months is not accepted: statements before that can't change any more."""


@dataclass(frozen=True)
class _Basis:
    """What an issued period's line is computed with again: frozen with it, and what was billed since."""

    limit: int | None
    block: int
    price: int
    cost: int
    amount: int = 0
    cost_amount: int = 0


def adjustments(client: Client, period: Period) -> list[Line]:
    """For each issued period and service whose use changed since: the line again, less what was billed."""
    oldest = period.label
    for _n in range(MONTHS_BACK):
        oldest = periods.preceding(oldest)
    issued = list(
        Statement.select()
        .where(
            (Statement.client == client)
            & (Statement.audience == Audience.CLIENT.value)
            & Statement.period.between(oldest, periods.preceding(period.label))
        )
        .order_by(Statement.period)
    )
    excesses, billed = _billed(client)
    found: list[Line] = []
    for statement in issued:
        past = period_labelled(client.agency, statement.period)
        for service in metered_services():
            key = (statement.period, service.key)
            basis = _frozen(excesses[key]) if key in excesses else _unbilled(client, service, past)
            if basis:
                found += _difference(client, service, past, basis, billed.get(key, (0, 0)))
    return found


def credits_of(client: Client) -> list[Line]:
    """What statements below zero left to the client: nothing was charged there, so it counts here, once."""
    below = Statement.select().where(
        (Statement.client == client) & (Statement.audience == Audience.CLIENT.value) & (Statement.total < 0)
    )
    used_up = {line.detail.get("carried") for line in _lines(client, LineKind.ADJUSTMENT)}
    return [
        Line(
            LineKind.ADJUSTMENT,
            _("Carried over"),
            statement.net,
            0,
            detail={"period": statement.period, "carried": statement.number},
        )
        for statement in below.order_by(Statement.period)
        if statement.number not in used_up
    ]


def _billed(
    client: Client,
) -> tuple[dict[tuple[str, str], StatementLine], dict[tuple[str, str], tuple[int, int]]]:
    """By period and service: the excess line as issued, and what adjustments billed since (amount, cost)."""
    excesses: dict[tuple[str, str], StatementLine] = {}
    billed: dict[tuple[str, str], tuple[int, int]] = {}
    for line in _lines(client, LineKind.EXCESS, LineKind.ADJUSTMENT):
        if line.service and line.kind == LineKind.EXCESS.value:
            excesses[line.statement.period, line.service] = line
        elif line.service:
            key = (str(line.detail["period"]), line.service)
            amount, cost = billed.get(key, (0, 0))
            billed[key] = (amount + line.amount, cost + line.cost)
    return excesses, billed


def _lines(client: Client, *kinds: LineKind) -> Iterator[StatementLine]:
    return iter(
        StatementLine.select(StatementLine, Statement)
        .join(Statement)
        .where(
            (Statement.client == client)
            & (Statement.audience == Audience.CLIENT.value)
            & StatementLine.kind.in_([kind.value for kind in kinds])
        )
    )


def _frozen(line: StatementLine) -> _Basis:
    return _Basis(line.limit, line.block or 1, line.unit_price or 0, line.unit_cost or 0, line.amount, line.cost)


def _unbilled(client: Client, service: Service, period: Period) -> _Basis | None:
    """The service had no line in the period: by what was in force then, which nobody can change any more."""
    limit = limit_at(client, service.key, period.ends_at)
    if limit is None:
        return None
    price, cost = price_of(client, service.key, period.label), cost_of(service.key, client.currency, period.label)
    return _Basis(limit.limit, service.block, price, cost)


def _difference(
    client: Client, service: Service, period: Period, basis: _Basis, billed: tuple[int, int]
) -> Iterator[Line]:
    used = used_for_statement(client, service, period) or 0
    again = excess_of(used, basis.limit, basis.block, basis.price)
    amount = again.amount - basis.amount - billed[0]
    cost = again.blocks * basis.cost - basis.cost_amount - billed[1]
    if amount or cost:
        yield Line(
            LineKind.ADJUSTMENT,
            service.name,
            amount,
            cost,
            unit_price=basis.price,
            unit_cost=basis.cost,
            service=service,
            limit=basis.limit,
            used=used,
            excess=again.units,
            block=basis.block,
            blocks=again.blocks,
            detail={"period": period.label},
        )
