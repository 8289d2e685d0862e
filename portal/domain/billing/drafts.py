"""What a client's statement of a month says, computed from settings, use and sales; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from portal.domain import money, periods
from portal.domain.billing.catalogue import COLLECTED_WHEN_EXCESS_ONLY, LineKind
from portal.domain.billing.late import adjustments, credits_of
from portal.domain.billing.lines import Draft, Line
from portal.domain.metering import excess_of, used_for_statement
from portal.domain.requests import due_in
from portal.domain.settings import (
    PaymentOption,
    cost_of,
    licence_price_of,
    limit_at,
    limits_in_force,
    metered_services,
    payment_option_of,
    price_of,
)
from portal.domain.tenants import Client, Payee, Period, period_labelled, term
from portal.languages import gettext as _
from portal.languages import speaking


def draft_for(client: Client, label: str, *, now: datetime) -> Draft:
    """The client's statement of the period as it stands: with the limits in force at its end, or now before that."""
    agency = client.agency
    period = period_labelled(agency, label)
    option = payment_option_of(client, label)
    collects = term(agency, "collects", label) or "everything"
    with speaking(client.language):
        every = [
            *_licence(client, period),
            *_excesses(client, period, now),
            *_sales(client, period),
            *adjustments(client, period),
            *credits_of(client),
        ]
    partial = option == PaymentOption.CLIENT_CARD and collects == "excess"
    kept = COLLECTED_WHEN_EXCESS_ONLY if partial else frozenset(LineKind)
    return Draft(
        client=client,
        period=period,
        payment_option=option,
        payee=Payee(term(agency, "payee", label) or Payee.OPERATOR),
        collects=collects,
        lines=[line for line in every if line.kind in kept],
        left_out=[replace(line, collected=False) for line in every if line.kind not in kept],
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
    """A line for each service that is on, or was used before it was switched off."""
    found = []
    in_force = limits_in_force(client)
    for service in metered_services():
        past = period.ends_at <= now
        limit = limit_at(client, service.key, period.ends_at) if past else in_force[service.key]
        used = used_for_statement(client, service, period)
        if limit is None or used is None or not (limit.enabled or used):
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
                block=service.block,
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
