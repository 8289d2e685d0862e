"""Excess, blocks, thresholds and projection: pure functions of integers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Excess:
    """What passed a limit: units, the started blocks they fill, and their price in minor units."""

    units: int
    blocks: int
    amount: int


def excess_of(used: int, limit: int | None, block: int, price: int) -> Excess:
    """Units above the limit, billed by started block at `price` each; no limit (None) has no excess.

    max(0, used - limit) is the seed's rule; a started block counts whole (product, services).
    """
    units = max(0, used - limit) if limit is not None else 0
    blocks = -(-units // block)
    return Excess(units, blocks, blocks * price)


def threshold_units(limit: int, percent: int) -> int:
    """The smallest use that reaches `percent` of the limit; at least 1, for nothing used is nothing reached."""
    return max(1, -(-limit * percent // 100))


def reached(used: int, limit: int | None, thresholds: tuple[int, ...]) -> list[int]:
    """The thresholds (percent) that this use has reached, rising."""
    if limit is None:
        return []
    return [percent for percent in thresholds if used >= threshold_units(limit, percent)]


def projected(used: int, starts_at: datetime, ends_at: datetime, now: datetime, *, gauge: bool) -> int:
    """The use expected at the period's end at the present pace, never below what is used already.

    A gauge's peak is expected to stay. In the first day of a period there is no pace yet.
    """
    if gauge or now >= ends_at or now <= starts_at:
        return used
    second = timedelta(seconds=1)
    elapsed = Fraction((now - starts_at) // second, (ends_at - starts_at) // second)
    if elapsed < Fraction(1, 31):
        return used
    return max(used, int(used / elapsed + Fraction(1, 2)))
