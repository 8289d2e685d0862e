"""The agency's own statement: what the operator does not collect from a client, the agency owes at cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.domain.billing.catalogue import Audience, LineKind
from portal.domain.billing.drafts import Draft, Line
from portal.domain.billing.models import Statement
from portal.domain.tenants import Agency, Client
from portal.languages import gettext as _


@dataclass(frozen=True)
class WholesaleLine:
    kind: LineKind
    label: str
    amount: int
    client: Client | None
    source: Line | None
    statement: str | None
    detail: dict[str, Any]


@dataclass(frozen=True)
class Wholesale:
    """One currency's sums; `carry_cost` and `carry_rest` (both <= 0) go on into the next statement."""

    lines: list[WholesaleLine]

    @property
    def owed(self) -> int:
        return self._sum(LineKind.COST)

    @property
    def rest(self) -> int:
        return self._sum(LineKind.COLLECTED, LineKind.COLLECTED_COST, LineKind.ADJUSTMENT)

    @property
    def due(self) -> int:
        return max(0, self.owed)

    @property
    def remitted(self) -> int:
        return max(0, self.rest)

    @property
    def carry_cost(self) -> int:
        return min(0, self.owed)

    @property
    def carry_rest(self) -> int:
        return min(0, self.rest)

    def _sum(self, *kinds: LineKind) -> int:
        return sum(line.amount for line in self.lines if line.kind in kinds)


def wholesale_of(agency: Agency, currency: str, label: str, issued: Iterable[tuple[Draft, str]]) -> Wholesale:
    """The agency's month from its clients' drafts (each with its statement's number), and what was carried over."""
    lines = _carried(agency, currency, label)
    for draft, number in issued:
        lines += _of_client(draft, number)
    return Wholesale(lines)


def _of_client(draft: Draft, number: str) -> list[WholesaleLine]:
    owed = [*draft.lines, *draft.left_out]
    lines = []
    if draft.collected_by_operator:
        owed = draft.left_out
        lines.append(WholesaleLine(LineKind.COLLECTED, draft.client.name, draft.total, draft.client, None, number, {}))
        lines += [
            WholesaleLine(LineKind.COLLECTED_COST, line.label, -line.cost, draft.client, line, number, {})
            for line in draft.lines
            if line.cost
        ]
    return [
        WholesaleLine(LineKind.COST, line.label, line.cost, draft.client, line, number, {})
        for line in owed
        if line.cost
    ] + lines


def _carried(agency: Agency, currency: str, label: str) -> list[WholesaleLine]:
    """What was left below zero by the statement before."""
    before = (
        Statement.select()
        .where(
            (Statement.agency == agency)
            & (Statement.audience == Audience.AGENCY.value)
            & (Statement.currency == currency)
            & (Statement.period < label)
        )
        .order_by(Statement.period.desc())
        .first()
    )
    carry = before.frozen.get("carry", {}) if before else {}
    pairs = ((LineKind.COST, carry.get("cost", 0)), (LineKind.ADJUSTMENT, carry.get("rest", 0)))
    return [
        WholesaleLine(kind, _("Carried over"), amount, None, None, None, {"period": before.period})
        for kind, amount in pairs
        if amount and before
    ]
