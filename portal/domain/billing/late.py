"""What earlier months left to be settled: late use of issued periods, and credits that were not used up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from portal.db import key_of, rows_of
from portal.domain import at_hand, periods
from portal.domain.billing.catalogue import LineKind
from portal.domain.billing.lines import Line
from portal.domain.metering import excess_of, used_for_statement
from portal.domain.settings import Service, cost_of, limit_at, metered_services, price_of
from portal.domain.tenants import Client, Period, period_labelled
from portal.languages import gettext as _

MONTHS_BACK = 15
"""Use older than 13 months is not accepted: statements before that can't change any more."""

_ISSUED = """
SELECT client_id, period, number, net, total FROM statement
 WHERE client_id IN ?ids AND audience = 'client' ORDER BY period
"""
_BILLED = """
SELECT s.client_id, s.period, l.kind, l.service, l.allowance, l.used, l.block, l.unit_price, l.unit_cost,
       l.amount, l.cost, l.detail
  FROM statement s JOIN statement_line l ON l.statement_id = s.id
 WHERE s.client_id IN ?ids AND s.audience = 'client' AND l.kind IN ('excess', 'adjustment')
"""


@dataclass(frozen=True)
class _Basis:
    """What an issued period's line is computed with again: frozen with it, and what was billed since."""

    limit: int | None
    block: int
    price: int
    cost: int
    amount: int = 0
    cost_amount: int = 0
    used: int | None = None


@dataclass
class _Issued:
    """What was issued to a client. By period and service: the line as issued, and what adjustments billed since.

    `below`: (period, number, net) of statements below zero; `carried`: numbers that were used up.
    """

    periods: list[str] = field(default_factory=list)
    below: list[tuple[str, str, int]] = field(default_factory=list)
    excesses: dict[tuple[str, str], _Basis] = field(default_factory=dict)
    billed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)


def keep_issued(clients: Iterable[Client]) -> None:
    """Read what was issued to these clients at once, to be at hand (see `at_hand`)."""
    for client_id, issued in _read([client.id for client in clients]).items():
        at_hand.put("issued", client_id, issued)


def adjustments(client: Client, period: Period) -> list[Line]:
    """For each issued period and service whose use changed since: the line again, less what was billed."""
    oldest = period.label
    for _n in range(MONTHS_BACK):
        oldest = periods.preceding(oldest)
    issued = _issued(client)
    found: list[Line] = []
    for label in issued.periods:
        if not oldest <= label < period.label:
            continue
        past = period_labelled(client.agency, label)
        for service in metered_services():
            key = (label, service.key)
            basis = issued.excesses.get(key) or _unbilled(client, service, past)
            if basis:
                found += _difference(client, service, past, basis, issued.billed.get(key, (0, 0)))
    return found


def credits_of(client: Client) -> list[Line]:
    """What statements below zero left to the client: nothing was charged there, so it counts here, once."""
    issued = _issued(client)
    return [
        Line(LineKind.ADJUSTMENT, _("Carried over"), net, 0, detail={"period": period, "carried": number})
        for period, number, net in issued.below
        if number not in issued.carried
    ]


def _issued(client: Client) -> _Issued:
    kept: _Issued | None = at_hand.get("issued", client.id)
    return kept or _read([client.id])[client.id]


def _read(ids: list[UUID]) -> dict[UUID, _Issued]:
    found = {client_id: _Issued() for client_id in ids}
    for part in at_hand.in_parts(ids):
        keys = [key_of(client_id) for client_id in part]
        for client_id, period, number, net, total in rows_of(_ISSUED, keys):
            issued = found[UUID(key_of(client_id))]
            issued.periods.append(period)
            issued.below += [(period, number, net)] if total < 0 else []
        for client_id, *line in rows_of(_BILLED, keys):
            _sort_in(found[UUID(key_of(client_id))], *line)
    return found


def _sort_in(
    issued: _Issued,
    period: str,
    kind: str,
    service: str | None,
    limit: int | None,
    used: int | None,
    block: int | None,
    price: int | None,
    unit_cost: int | None,
    amount: int,
    cost: int,
    detail: str,
) -> None:
    """One line of use as issued, or one that settled something later."""
    if kind == LineKind.EXCESS:
        if service:
            basis = _Basis(limit, block or 1, price or 0, unit_cost or 0, amount, cost, used)
            issued.excesses[period, service] = basis
        return
    told = json.loads(detail)
    if service:
        key = (str(told["period"]), service)
        before = issued.billed.get(key, (0, 0))
        issued.billed[key] = (before[0] + amount, before[1] + cost)
    if told.get("carried"):
        issued.carried.add(told["carried"])


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
    if used == basis.used and billed == (0, 0):
        return
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
