"""How a client stands at a limit, as plain values: what banner, letter and page say, they say from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from portal.domain import periods
from portal.domain.metering.queries import Usage
from portal.domain.settings import AtLimit


@dataclass(frozen=True)
class Standing:
    """Numbers of one service in one period; amounts in minor units, days in ISO 8601: it travels as JSON.

    `excess` and `amount` are what passed the limit so far, `expected…` what should have by the period's end.
    """

    client: str
    service: str
    period: str
    gauge: bool
    used: int
    limit: int | None
    excess: int
    blocks: int
    amount: int
    price: int
    block: int
    expected: int
    expected_amount: int
    currency: str
    at_limit: str
    ceiling: int | None
    ends_on: str
    passes_on: str | None

    @property
    def left(self) -> int:
        """Units within the limit that remain."""
        return max(0, (self.limit or 0) - self.used)

    @property
    def cap(self) -> int | None:
        return {"stop": self.limit, "ceiling": self.ceiling}.get(self.at_limit)

    @property
    def has_stopped(self) -> bool:
        return self.cap is not None and self.used >= self.cap

    @property
    def costs(self) -> bool:
        """Whether use beyond the limit costs the client money."""
        return self.limit is not None and self.at_limit != AtLimit.STOP.value and self.price > 0


def standing_of(usage: Usage, *, now: datetime) -> Standing:
    passing = passes_on(usage, now=now)
    return Standing(
        client=usage.client.name,
        service=usage.service.key,
        period=usage.period.label,
        gauge=usage.service.is_gauge,
        used=usage.used,
        limit=usage.limit,
        excess=usage.excess.units,
        blocks=usage.excess.blocks,
        amount=usage.excess.amount,
        price=usage.price,
        block=usage.service.block,
        expected=usage.expected,
        expected_amount=usage.projected_excess.amount,
        currency=usage.client.currency,
        at_limit=usage.at_limit.value,
        ceiling=usage.ceiling,
        ends_on=periods.last_day(usage.period.label).isoformat(),
        passes_on=passing.isoformat() if passing else None,
    )


def passes_on(usage: Usage, *, now: datetime) -> date | None:
    """The day on which the limit will be passed at the present pace, or reached where it stops; None when it won't."""
    if not usage.enabled or usage.service.is_gauge or usage.limit is None or usage.is_over:
        return None
    ahead = usage.projected - usage.used
    missing = usage.limit - usage.used + (usage.at_limit != AtLimit.STOP)
    if not 0 < missing <= ahead:
        return None
    rest = (usage.period.ends_at - now) // timedelta(seconds=1)
    after = timedelta(seconds=int(Fraction(missing * rest, ahead)))
    return min(periods.local_day(now + after, usage.period.zone), periods.last_day(usage.period.label))
