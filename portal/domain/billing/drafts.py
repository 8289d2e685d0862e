"""What a client's statement of a month says, computed from settings, use and sales; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from portal.domain import money, periods
from portal.domain.billing.catalogue import COLLECTED_WHEN_EXCESS_ONLY, LineKind
from portal.domain.billing.models import Statement, StatementLine
from portal.domain.metering import excess_of, used_in
from portal.domain.requests import due_in
from portal.domain.settings import (
    PaymentOption,
    Service,
    cost_of,
    find_service,
    licence_price_of,
    limit_at,
    metered_services,
    payment_option_of,
    price_of,
)
from portal.domain.tenants import Client, Payee, Period, period_labelled, term
from portal.languages import gettext as _
from portal.languages import speaking


@dataclass(frozen=True)
class Line:
    """One line of a client statement with what it costs the agency; amounts in minor units."""

    kind: LineKind
    label: str
    amount: int
    cost: int
    unit_price: int | None = None
    unit_cost: int | None = None
    service: Service | None = None
    limit: int | None = None
    used: int | None = None
    excess: int | None = None
    blocks: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    collected: bool = True


@dataclass(frozen=True)
class Draft:
    """A client's month. `lines` are on the statement; `left_out` the agency bills itself (it collects the excess only)."""

    client: Client
    period: Period
    payment_option: PaymentOption
    payee: Payee
    collects: str
    lines: list[Line]
    left_out: list[Line]
    tax_label: str
    tax_rate: int

    @property
    def net(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        return money.tax_on(self.net, self.tax_rate)

    @property
    def total(self) -> int:
        return self.net + self.tax

    @property
    def cost(self) -> int:
        return sum(line.cost for line in (*self.lines, *self.left_out))

    @property
    def collected_by_operator(self) -> bool:
        """Whether the operator collects these lines from the client (its own card, payee the operator)."""
        return self.payment_option == PaymentOption.CLIENT_CARD and self.payee == Payee.OPERATOR


def draft_for(client: Client, label: str, *, now: datetime) -> Draft:
    """The client's statement of the period as it stands at this moment: with the limits in force at its end (or now)."""
    agency = client.agency
    period = period_labelled(agency, label)
    option = payment_option_of(client, label)
    collects = term(agency, "collects", label) or "everything"
    with speaking(client.language):
        every = [
            *_licence(client, period),
            *_excesses(client, period, now),
            *_sales(client, period),
            *_adjustments(client, period),
        ]
    partial = option == PaymentOption.CLIENT_CARD and collects == "excess"
    kept = [line for line in every if not partial or line.kind in COLLECTED_WHEN_EXCESS_ONLY]
    return Draft(
        client=client,
        period=period,
        payment_option=option,
        payee=Payee(term(agency, "payee", label) or Payee.OPERATOR),
        collects=collects,
        lines=kept,
        left_out=[replace(line, collected=False) for line in every if line not in kept],
        tax_label=term(agency, "tax_label", label) or "",
        tax_rate=term(agency, "tax_rate", label) or 0,
    )


def _licence(client: Client, period: Period) -> list[Line]:
    """The licence; in a started month price × days ÷ days of the month, price and cost rounded once each."""
    label, first, last = period.label, periods.first_day(period.label), periods.last_day(period.label)
    days = (last - max(first, client.began_on)).days + 1
    if days <= 0:
        return []
    price, cost = licence_price_of(client, label), cost_of("licence", client.currency, label)
    whole = periods.days_in(label)
    return [
        Line(
            LineKind.LICENCE,
            _("Licence"),
            money.share(price, days, whole),
            money.share(cost, days, whole),
            unit_price=price,
            unit_cost=cost,
            detail={"days": days, "of_days": whole} if days < whole else {},
        )
    ]


def _excesses(client: Client, period: Period, now: datetime) -> list[Line]:
    found = []
    for service in metered_services():
        limit = limit_at(client, service.key, min(period.ends_at, now))
        used, _current = used_in(client, service, period.label)
        if limit is None or not (limit.enabled or used):
            continue
        price = price_of(client, service.key, period.label)
        cost = cost_of(service.key, client.currency, period.label)
        excess = excess_of(used, limit.limit, service.block, price)
        found.append(
            Line(
                LineKind.EXCESS,
                service.name,
                excess.amount,
                excess.blocks * cost,
                unit_price=price,
                unit_cost=cost,
                service=service,
                limit=limit.limit,
                used=used,
                excess=excess.units,
                blocks=excess.blocks,
                detail={"limit_version": limit.version},
            )
        )
    return found


def _sales(client: Client, period: Period) -> list[Line]:
    first, last = periods.first_day(period.label), periods.last_day(period.label)
    return [
        Line(
            LineKind.SOLD_SERVICE,
            due.sold.name,
            due.sold.price,
            0,
            unit_price=due.sold.price,
            unit_cost=0,
            detail={
                "sold": str(due.sold.id),
                "on": due.on.isoformat(),
                "every_months": due.sold.every_months,
                "next_on": _iso(due.next_on),
            },
        )
        for due in due_in(client, first, last)
    ]


def _adjustments(client: Client, period: Period) -> list[Line]:
    """Late use of issued periods: the line is computed again with what was frozen, the difference is billed here."""
    found = []
    for statement in (
        Statement.select()
        .where((Statement.client == client) & (Statement.period < period.label))
        .order_by(Statement.period)
    ):
        for line in StatementLine.select().where(
            (StatementLine.statement == statement) & (StatementLine.kind == LineKind.EXCESS.value)
        ):
            service = find_service(line.service)
            if service is None:
                continue
            used, _current = used_in(client, service, statement.period)
            again = excess_of(used, line.limit, line.block, line.unit_price)
            billed, billed_cost = _adjusted(client, statement.period, line.service)
            amount = again.amount - line.amount - billed
            cost = again.blocks * line.unit_cost - line.cost - billed_cost
            if amount or cost:
                found.append(
                    Line(
                        LineKind.ADJUSTMENT,
                        service.name,
                        amount,
                        cost,
                        unit_price=line.unit_price,
                        unit_cost=line.unit_cost,
                        service=service,
                        limit=line.limit,
                        used=used,
                        excess=again.units,
                        blocks=again.blocks,
                        detail={"period": statement.period},
                    )
                )
    return found


def _adjusted(client: Client, period: str, service: str) -> tuple[int, int]:
    """What earlier adjustments already billed for that period and service: (amount, cost)."""
    rows = (
        StatementLine.select(StatementLine, Statement)
        .join(Statement)
        .where(
            (Statement.client == client)
            & (StatementLine.kind == LineKind.ADJUSTMENT.value)
            & (StatementLine.service == service)
        )
    )
    mine = [row for row in rows if row.detail.get("period") == period]
    return sum(row.amount for row in mine), sum(row.cost for row in mine)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
