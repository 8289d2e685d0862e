"""How a month should close: with the settings as they are, or as somebody thinks of saving them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain import money
from portal.domain.billing import LineKind, draft_for
from portal.domain.billing.catalogue import COLLECTED_WHEN_EXCESS_ONLY
from portal.domain.billing.drafts import Draft, Line
from portal.domain.metering import Usage, excess_of, usage_of
from portal.domain.settings import (
    AtLimit,
    PaymentOption,
    Service,
    ServiceWish,
    Wish,
    cost_of,
    current,
    licence_price_of,
    payment_option_of,
    price_of,
)
from portal.domain.tenants import Client, Payee, period_at, term


@dataclass(frozen=True)
class Expected:
    """One line as it should stand at the month's end; `so_far` is its amount today. Minor units."""

    kind: LineKind
    label: str
    amount: int
    cost: int
    so_far: int
    service: Service | None = None
    used: int = 0
    limit: int | None = None
    excess: int = 0
    blocks: int = 0
    price: int = 0
    collected: bool = True


@dataclass(frozen=True)
class Forecast:
    """A client's month as it should close. `lines` hold what the agency bills itself, too (`collected` false)."""

    client: Client
    label: str
    payment_option: PaymentOption
    payee: Payee
    lines: list[Expected]
    tax_label: str
    tax_rate: int

    @property
    def net(self) -> int:
        return sum(line.amount for line in self.lines if line.collected)

    @property
    def tax(self) -> int:
        return money.tax_on(self.net, self.tax_rate)

    @property
    def total(self) -> int:
        return self.net + self.tax

    @property
    def revenue(self) -> int:
        """Without tax, whoever collects it."""
        return sum(line.amount for line in self.lines)

    @property
    def so_far(self) -> int:
        return sum(line.so_far for line in self.lines)

    @property
    def excess(self) -> int:
        return self.of(LineKind.EXCESS, LineKind.ADJUSTMENT)

    @property
    def cost(self) -> int:
        return sum(line.cost for line in self.lines)

    @property
    def margin(self) -> int:
        return self.revenue - self.cost

    @property
    def remitted(self) -> int:
        """What the operator should pass on: the gross of what it collects, less the cost of the same lines."""
        if not self._operator_collects:
            return 0
        return self.total - sum(line.cost for line in self.lines if line.collected)

    @property
    def owed(self) -> int:
        """What the agency should owe at cost: everything that the operator does not collect."""
        return sum(line.cost for line in self.lines if not (self._operator_collects and line.collected))

    def of(self, *kinds: LineKind) -> int:
        return sum(line.amount for line in self.lines if line.kind in kinds)

    @property
    def _operator_collects(self) -> bool:
        return self.payment_option == PaymentOption.CLIENT_CARD and self.payee == Payee.OPERATOR


@dataclass(frozen=True)
class MonthAhead:
    """The present month of several clients in one currency, in minor units: sums alone, which travel as JSON.

    `amounts` by kind of line; `passed_on` and `at_cost` may be below zero, unlike what is shown of them.
    """

    currency: str
    amounts: dict[str, int]
    so_far: int
    cost: int
    passed_on: int
    at_cost: int

    @property
    def revenue(self) -> int:
        return sum(self.amounts.values())

    @property
    def margin(self) -> int:
        return self.revenue - self.cost

    @property
    def remitted(self) -> int:
        return max(0, self.passed_on)

    @property
    def owed(self) -> int:
        return max(0, self.at_cost)

    def of(self, *kinds: LineKind) -> int:
        return sum(self.amounts.get(kind.value, 0) for kind in kinds)

    def __add__(self, other: MonthAhead) -> MonthAhead:
        return MonthAhead(
            self.currency,
            {kind: self.amounts[kind] + other.amounts[kind] for kind in self.amounts},
            self.so_far + other.so_far,
            self.cost + other.cost,
            self.passed_on + other.passed_on,
            self.at_cost + other.at_cost,
        )


def months_ahead(clients: Iterable[Client], *, now: datetime) -> list[MonthAhead]:
    """How the present month should close for these clients, one entry a currency."""
    return added_up(_month_of(forecast_of(client, now=now)) for client in clients)


def added_up(months: Iterable[MonthAhead]) -> list[MonthAhead]:
    """One entry a currency."""
    found: dict[str, MonthAhead] = {}
    for month in months:
        found[month.currency] = found[month.currency] + month if month.currency in found else month
    return [found[currency] for currency in sorted(found)]


def _month_of(forecast: Forecast) -> MonthAhead:
    amounts = {kind.value: forecast.of(kind) for kind in _ORDER}
    currency = forecast.client.currency
    return MonthAhead(currency, amounts, forecast.so_far, forecast.cost, forecast.remitted, forecast.owed)


def forecast_of(client: Client, *, wish: Wish | None = None, label: str | None = None, now: datetime) -> Forecast:
    """The client's present month, or a coming one, at the present pace; with `wish`, as if it were saved now.

    Limits and switches of the wish count at once; its prices and payment option only where they would
    hold: in a coming month, and in the present one before the first save.
    """
    present = period_at(client.agency, now).label
    label = label or present
    draft = draft_for(client, label, now=now)
    terms = wish if wish and (label != present or current(client, now=now).version == 1) else None
    option = PaymentOption(terms.payment_option) if terms else payment_option_of(client, label)
    partial = option == PaymentOption.CLIENT_CARD and draft.collects == "excess"
    lines = [*_fixed(client, draft, terms, label == present), *_metered(client, draft, wish, terms, label, now)]
    return Forecast(
        client=client,
        label=label,
        payment_option=option,
        payee=draft.payee,
        lines=[_collected(line, partial) for line in sorted(lines, key=lambda line: _ORDER.index(line.kind))],
        tax_label=draft.tax_label,
        tax_rate=draft.tax_rate,
    )


_ORDER = [LineKind.LICENCE, LineKind.EXCESS, LineKind.SOLD_SERVICE, LineKind.ADJUSTMENT]


def _fixed(client: Client, draft: Draft, terms: Wish | None, is_present: bool) -> Iterator[Expected]:
    """Lines that use does not change."""
    for line in (*draft.lines, *draft.left_out):
        if line.kind == LineKind.LICENCE:
            days, whole = line.detail.get("days", 1), line.detail.get("of_days", 1)
            price = terms.licence_price if terms else licence_price_of(client, draft.period.label)
            yield _expected(line, money.share(price, days, whole), price)
        elif line.kind == LineKind.SOLD_SERVICE or (line.kind == LineKind.ADJUSTMENT and is_present):
            yield _expected(line, line.amount, line.unit_price or 0)


def _metered(
    client: Client, draft: Draft, wish: Wish | None, terms: Wish | None, label: str, now: datetime
) -> Iterator[Expected]:
    so_far = {line.service.key: line.amount for line in draft.lines + draft.left_out if _is_use(line) and line.service}
    for usage in usage_of(client, now=now):
        service = usage.service
        as_is = ServiceWish(usage.enabled, usage.limit, usage.at_limit.value, usage.ceiling)
        wanted = wish.services.get(service.key, as_is) if wish else as_is
        used = _used(usage, wanted, coming=label != usage.period.label)
        if not wanted.enabled and not used:
            continue
        price = _price(client, service, terms, label)
        excess = excess_of(used, wanted.limit, service.block, price)
        yield Expected(
            LineKind.EXCESS,
            service.name,
            excess.amount,
            excess.blocks * cost_of(service.key, client.currency, label),
            so_far.get(service.key, 0) if label == usage.period.label else 0,
            service=service,
            used=used,
            limit=wanted.limit,
            excess=excess.units,
            blocks=excess.blocks,
            price=price,
        )


def _used(usage: Usage, wanted: ServiceWish, *, coming: bool) -> int:
    """The use expected under the wanted rule, which may stop it; what is used already stays used."""
    already = 0 if coming else usage.used
    if not wanted.enabled:
        return already
    most = {AtLimit.STOP: wanted.limit, AtLimit.CEILING: wanted.ceiling}.get(AtLimit(wanted.at_limit))
    return usage.projected if most is None else max(already, min(usage.projected, most))


def _price(client: Client, service: Service, terms: Wish | None, label: str) -> int:
    if terms is None or service.key not in terms.services:
        return price_of(client, service.key, label)
    own = terms.services[service.key].price
    return own if own is not None else term(client.agency, f"price:{service.key}:{client.currency}", label) or 0


def _expected(line: Line, amount: int, price: int) -> Expected:
    return Expected(line.kind, line.label, amount, line.cost, line.amount, line.service, price=price)


def _is_use(line: Line) -> bool:
    return line.kind == LineKind.EXCESS


def _collected(line: Expected, partial: bool) -> Expected:
    return replace(line, collected=not partial or line.kind in COLLECTED_WHEN_EXCESS_ONLY)
