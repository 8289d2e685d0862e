"""A client's use month by month: what was free, what cost, at which price and limit; for the agency both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.domain import periods, settings
from portal.domain.billing import LineKind, Statement, StatementLine, lines_of, statements_of_client
from portal.domain.metering import Excess, Usage, usage_of, used_for_statement
from portal.domain.reports.queries import at_hand_of
from portal.domain.settings import LimitVersion, Service, cost_of
from portal.domain.tenants import Client, period_at
from portal.domain.tenants.models import Term
from portal.domain.tenants.terms import FROM_THE_START

MOST_MONTHS = 12


@dataclass(frozen=True)
class ServiceMonth:
    """One service of one client in one month, as its statement counts it; `unit_cost` is the agency's, for a block."""

    usage: Usage
    counts: bool
    unit_cost: int

    @property
    def excess(self) -> Excess:
        return self.usage.excess if self.counts else Excess(0, 0, 0)

    @property
    def expected(self) -> Excess:
        """The excess of the whole month at the present pace."""
        return self.usage.projected_excess if self.counts else Excess(0, 0, 0)

    @property
    def cost(self) -> int:
        return self.excess.blocks * self.unit_cost

    @property
    def margin(self) -> int:
        return self.excess.amount - self.cost

    @property
    def is_quiet(self) -> bool:
        """Switched off, and nothing was used that counts."""
        return not self.usage.enabled and not (self.counts and self.usage.used)


@dataclass(frozen=True)
class MonthSides:
    """What a month's excess brought and cost, over all services."""

    label: str
    price: int
    cost: int

    @property
    def margin(self) -> int:
        return self.price - self.cost


@dataclass(frozen=True)
class Price:
    """Since which month the price of a period holds (None: from the start), and whether it is the client's own."""

    since: str | None
    own: bool


@dataclass(frozen=True)
class Settled:
    """How a past month was billed: with which statement, what later ones adjusted, and what is still to come."""

    statement: Statement
    amount: int
    adjusted: list[tuple[Statement, int]]
    open: int


def first_month(client: Client, *, now: datetime) -> str:
    """The month in which the client's life here begins."""
    return min(f"{client.began_on:%Y-%m}", period_at(client.agency, now).label)


def month_of(client: Client, label: str, *, now: datetime) -> list[ServiceMonth]:
    """All metered services in that month."""
    return [_month(usage) for usage in usage_of(client, now=now, label=label)]


def service_month(client: Client, service: Service, label: str, *, now: datetime) -> ServiceMonth | None:
    """One of them; None for a service that the client did not have then."""
    found = usage_of(client, now=now, label=label, services=[service])
    return _month(found[0]) if found else None


def months_of_service(client: Client, service: Service, *, now: datetime) -> list[ServiceMonth]:
    """The service in the last twelve months, the present one first."""
    with at_hand_of(client.agency, [client]):
        found = [service_month(client, service, label, now=now) for label in _last_months(client, now)]
    return [month for month in found if month]


def sides_of(client: Client, *, now: datetime) -> list[MonthSides]:
    """What the excess of the last twelve months brought and cost, the present one first."""
    found = []
    with at_hand_of(client.agency, [client]):
        for label in _last_months(client, now):
            months = month_of(client, label, now=now)
            found.append(MonthSides(label, sum(m.excess.amount for m in months), sum(m.cost for m in months)))
    return found


def limit_behind(month: ServiceMonth, *, now: datetime) -> LimitVersion | None:
    """The version of the limit that the month is judged by; None where it was never written down."""
    usage = month.usage
    if usage.period.ends_at <= now:
        return settings.limit_at(usage.client, usage.service.key, usage.period.ends_at)
    version = settings.limits_in_force(usage.client)[usage.service.key]
    return version if version.version else None


def price_behind(month: ServiceMonth) -> Price:
    """Which price the month has: the client's own, or the agency's for everybody."""
    usage, client = month.usage, month.usage.client
    own = _since(client.id, f"price:{usage.service.key}", usage.period.label)
    if own and own.value is not None:
        return Price(_known(own.from_label), own=True)
    common = _since(client.agency_id, f"price:{usage.service.key}:{client.currency}", usage.period.label)
    return Price(_known(common.from_label) if common else None, own=False)


def settled(month: ServiceMonth) -> Settled | None:
    """How the month was billed; None while it is not."""
    usage = month.usage
    statements = [row for row in statements_of_client(usage.client) if row.period >= usage.period.label]
    own = next((row for row in statements if row.period == usage.period.label), None)
    if own is None:
        return None
    billed = sum(line.amount for line in _lines(own, usage, LineKind.EXCESS))
    adjusted = [(row, line.amount) for row in reversed(statements) for line in _adjustments(row, usage)]
    still = month.excess.amount - billed - sum(amount for _, amount in adjusted)
    return Settled(own, billed, adjusted, still)


def _month(usage: Usage) -> ServiceMonth:
    counted = used_for_statement(usage.client, usage.service, usage.period)
    cost = cost_of(usage.service.key, usage.client.currency, usage.period.label)
    return ServiceMonth(usage, counts=counted is not None, unit_cost=cost)


def _last_months(client: Client, now: datetime) -> list[str]:
    labels = periods.labels_between(first_month(client, now=now), period_at(client.agency, now).label)
    return labels[::-1][:MOST_MONTHS]


def _since(owner: object, key: str, label: str) -> Term | None:
    rows = Term.select().where((Term.owner == owner) & (Term.key == key) & (Term.from_label <= label))
    return rows.order_by(Term.from_label.desc()).first()


def _known(label: str) -> str | None:
    return None if label == FROM_THE_START else label


def _lines(statement: Statement, usage: Usage, kind: LineKind) -> Iterator[StatementLine]:
    for line in lines_of(statement):
        if line.kind == kind.value and line.service == usage.service.key:
            yield line


def _adjustments(statement: Statement, usage: Usage) -> Iterator[StatementLine]:
    for line in _lines(statement, usage, LineKind.ADJUSTMENT):
        if line.detail.get("period") == usage.period.label:
            yield line
