from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from portal.db import key_of, rows_of
from portal.domain import at_hand, billing, metering, periods, requests, settings, tenants
from portal.domain.billing import LineKind
from portal.domain.metering import Usage, foreseen, is_coming, usage_of
from portal.domain.tenants import Agency, Client

_OF_MEMBER = "s.client_id IN (SELECT client_id FROM staff_assignment WHERE membership_id = ?::uuid)"
_ISSUED = """
SELECT s.currency, s.period, l.kind, sum(l.amount) FROM statement s JOIN statement_line l ON l.statement_id = s.id
 WHERE {} AND s.audience = 'client' AND s.period >= ? GROUP BY s.currency, s.period, l.kind
"""
_COLUMNS = {
    LineKind.LICENCE.value: 0,
    LineKind.EXCESS.value: 1,
    LineKind.ADJUSTMENT.value: 1,
    LineKind.SOLD_SERVICE.value: 2,
}


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


def issued_months(
    agency: Agency,
    clients: Sequence[Client] | None = None,
    *,
    membership: UUID | None = None,
    now: datetime,
    most: int = 6,
) -> dict[str, list[MonthSum]]:
    """Issued revenue of the last months by currency, oldest first: of these clients, a manager's, or all."""
    oldest = periods.label_of(now, agency.timezone)
    for _ in range(most):
        oldest = periods.preceding(oldest)
    whose: tuple[str, Any] = ("s.agency_id = ?::uuid", key_of(agency.id))
    if membership:
        whose = (_OF_MEMBER, key_of(membership))
    elif clients is not None:
        whose = ("s.client_id IN ?ids", [key_of(client.id) for client in clients])
    sums: dict[tuple[str, str], list[int]] = {}
    for currency, label, kind, amount in rows_of(_ISSUED.format(whose[0]), whose[1], oldest):
        sums.setdefault((currency, label), [0, 0, 0])[_COLUMNS[kind]] += int(amount)
    found: dict[str, list[MonthSum]] = {}
    for (currency, label), amounts in sorted(sums.items()):
        found.setdefault(currency, []).append(MonthSum(label, *amounts))
    return found


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
