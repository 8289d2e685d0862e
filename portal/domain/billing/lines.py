"""A client's month as values: its lines and their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.domain import money
from portal.domain.billing.catalogue import LineKind
from portal.domain.settings import PaymentOption, Service
from portal.domain.tenants import Client, Payee, Period


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
    block: int | None = None
    blocks: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    collected: bool = True


@dataclass(frozen=True)
class Draft:
    """A client's month: `lines` are on the statement, `left_out` the agency bills itself.

    That is so where it collects the excess only.
    """

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
