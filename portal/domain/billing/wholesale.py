"""The agency's own statement: what the operator does not collect from a client, the agency owes at cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.domain.billing.catalogue import Audience, LineKind
from portal.domain.billing.lines import Draft, Line
from portal.domain.billing.models import Statement, StatementLine
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


def wholesale_of(agency: Agency, currency: str, issued: Iterable[tuple[Draft, str]]) -> Wholesale:
    """The agency's month from its clients' drafts (each with its statement's number), and what was carried over.

    In the language in force.
    """
    lines = _carried(agency, currency)
    for draft, number in issued:
        lines += _of_client(draft, number)
    return Wholesale(lines)


def _of_client(draft: Draft, number: str) -> list[WholesaleLine]:
    owed = [*draft.lines, *draft.left_out]
    lines = []
    if draft.collected_by_operator:
        owed = draft.left_out
        gross = max(0, draft.total)  # below zero nothing is paid out: the client's next statement takes it up
        lines.append(WholesaleLine(LineKind.COLLECTED, draft.client.name, gross, draft.client, None, number, {}))
        lines += [
            WholesaleLine(LineKind.COLLECTED_COST, _label(line), -line.cost, draft.client, line, number, {})
            for line in draft.lines
            if line.cost
        ]
    return [
        WholesaleLine(LineKind.COST, _label(line), line.cost, draft.client, line, number, {})
        for line in owed
        if line.cost
    ] + lines


def _label(line: Line) -> str:
    """The line's name in the agency's language; it was issued in the client's."""
    if line.kind == LineKind.LICENCE:
        return _("Licence")
    return line.service.name if line.service else line.label


def _carried(agency: Agency, currency: str) -> list[WholesaleLine]:
    """What earlier statements left below zero and no other has taken up yet, in whatever order they were issued."""
    own = (
        (Statement.agency == agency) & (Statement.audience == Audience.AGENCY.value) & (Statement.currency == currency)
    )
    earlier = list(Statement.select().where(own).order_by(Statement.period))
    lines = StatementLine.select().where(
        StatementLine.statement.in_([statement.id for statement in earlier]) & StatementLine.client.is_null()
    )
    taken_up = {line.detail.get("carried") for line in lines}
    found = []
    for before in earlier:
        carry = before.frozen["carry"] if before.number not in taken_up else {}
        for kind, name in ((LineKind.COST, "cost"), (LineKind.ADJUSTMENT, "rest")):
            if amount := carry.get(name, 0):
                detail = {"period": before.period, "carried": before.number}
                found.append(WholesaleLine(kind, _("Carried over"), amount, None, None, None, detail))
    return found
