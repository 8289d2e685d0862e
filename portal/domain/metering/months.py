"""Months as events fall into them: in whole microseconds, with the beginnings of their days."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from portal.db import microseconds, moment_of
from portal.domain import periods
from portal.domain.tenants import Agency, Period, period_at


@dataclass(frozen=True, slots=True)
class Month:
    """One period of an agency; `days`: when each of its days begins, on the period's clock."""

    label: str
    starts: int
    ends: int
    days: tuple[int, ...]

    def day_at(self, at: int) -> str:
        """The day; where a change of zone moved the month's edge, its first or last day."""
        return f"{self.label}-{max(bisect_right(self.days, at), 1):02d}"


class Months:
    """Those of one agency that a batch speaks of, each found once."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency
        self._found: list[Month] = []

    def at(self, at: int) -> Month:
        for month in self._found:
            if month.starts <= at < month.ends:
                return month
        month = month_of(period_at(self._agency, moment_of(at)))
        self._found.append(month)
        return month


def month_of(period: Period) -> Month:
    days = periods.day_starts(period.label, period.zone)
    return Month(period.label, microseconds(period.starts_at), microseconds(period.ends_at), days)
