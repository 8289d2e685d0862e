from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain import at_hand, billing, metering, periods, requests, settings, tenants
from portal.domain.billing import Audience, LineKind, draft_for, lines_of, statements_of_agency
from portal.domain.metering import Usage, foreseen, is_coming, usage_of
from portal.domain.tenants import Agency, Client, period_at


@dataclass(frozen=True)
class Matter:
    """Something that needs a person: a limit passed, one that is near or will be passed, one that stops a service."""

    kind: Literal["stopped", "over", "near", "ahead"]
    usage: Usage

    @property
    def is_bad(self) -> bool:
        """Whether it costs or stops already."""
        return self.kind in ("stopped", "over")


@dataclass(frozen=True)
class Outlook:
    """How the present month stands and should close, in minor units of one currency."""

    currency: str
    revenue: int
    cost: int
    clients: int

    @property
    def margin(self) -> int:
        return self.revenue - self.cost


@dataclass(frozen=True)
class MonthSum:
    """An issued month's revenue by kind, in minor units."""

    label: str
    licences: int
    excesses: int
    sold: int

    @property
    def total(self) -> int:
        return self.licences + self.excesses + self.sold


def matters_of(clients: Sequence[Client], *, now: datetime) -> list[Matter]:
    """What waits for the agency among these clients, the most urgent first."""
    found, coming = [], foreseen(clients, now=now)
    for client in clients:
        for usage in usage_of(client, now=now):
            known = (client.id, usage.service.key, usage.limit_version) in coming
            kind = _kind(usage) or ("ahead" if known and is_coming(usage, now=now) else None)
            if kind and usage.enabled:
                found.append(Matter(kind, usage))
    order = {"stopped": 0, "over": 1, "near": 2, "ahead": 3}
    return sorted(found, key=lambda m: (order[m.kind], -m.usage.excess.amount, m.usage.client.sort_name))


def outlook_of(agency: Agency, clients: Sequence[Client], *, now: datetime) -> list[Outlook]:
    """What the present month's statements would say if it ended now, one entry a currency."""
    label = period_at(agency, now).label
    sums: dict[str, list[int]] = {}
    for client in clients:
        draft = draft_for(client, label, now=now)
        entry = sums.setdefault(client.currency, [0, 0, 0])
        entry[0] += draft.net + sum(line.amount for line in draft.left_out)
        entry[1] += draft.cost
        entry[2] += 1
    return [Outlook(currency, *entry) for currency, entry in sorted(sums.items())]


def months_of(
    agency: Agency, clients: Sequence[Client], currency: str, *, now: datetime, most: int = 6
) -> list[MonthSum]:
    """Issued revenue of the last months, oldest first."""
    kinds = {
        LineKind.LICENCE.value: 0,
        LineKind.EXCESS.value: 1,
        LineKind.ADJUSTMENT.value: 1,
        LineKind.SOLD_SERVICE.value: 2,
    }
    sums: dict[str, list[int]] = {}
    oldest = periods.label_of(now, agency.timezone)
    for _ in range(most):
        oldest = periods.preceding(oldest)
    for statement in statements_of_agency(agency, Audience.CLIENT, clients=list(clients)):
        if statement.period < oldest or statement.currency != currency:
            continue
        entry = sums.setdefault(statement.period, [0, 0, 0])
        for line in lines_of(statement):
            entry[kinds[line.kind]] += line.amount
    return [MonthSum(label, *sums[label]) for label in sorted(sums)]


def _kind(usage: Usage) -> Literal["stopped", "over", "near", "ahead"] | None:
    if usage.cap is not None and usage.used >= usage.cap:
        return "stopped"
    if usage.is_over:
        return "over"
    return "near" if usage.reached else None


@contextmanager
def at_hand_of(agency: Agency, clients: Sequence[Client]) -> Iterator[None]:
    """What is read about these clients inside was read at once, whatever their number. For reading alone."""
    with at_hand.keeping():
        tenants.keep_terms([tenants.the_operator(), agency, *clients])
        tenants.keep_apps(clients)
        settings.keep_limits(clients)
        metering.keep_counters(clients)
        requests.keep_sold(clients)
        billing.keep_issued(clients)
        yield
