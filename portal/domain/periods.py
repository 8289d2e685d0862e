"""Calendar months of an agency's zone, as half-open UTC instants."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LABEL = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def is_label(text: str) -> bool:
    """Whether the text is a period's label, `2026-06`."""
    return bool(_LABEL.fullmatch(text)) and 1970 <= int(text[:4]) <= 9998


def label_of(moment: datetime, zone: str) -> str:
    """The calendar month that holds the instant on the clock of `zone`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def following(label: str) -> str:
    year, month = int(label[:4]), int(label[5:])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def preceding(label: str) -> str:
    year, month = int(label[:4]), int(label[5:])
    return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"


def labels_between(first: str, last: str) -> list[str]:
    """All labels from `first` to `last`, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = following(first)
    return found


def first_day(label: str) -> date:
    return date(int(label[:4]), int(label[5:]), 1)


def last_day(label: str) -> date:
    return first_day(label).replace(day=days_in(label))


def days_in(label: str) -> int:
    return calendar.monthrange(int(label[:4]), int(label[5:]))[1]


def start_of(label: str, zone: str) -> datetime:
    """The UTC instant at which the month begins in `zone`.

    Where a clock change skips midnight the first real instant of the day counts.
    """
    local = datetime.combine(first_day(label), datetime.min.time(), ZoneInfo(zone))
    return local.astimezone(UTC)


@lru_cache(maxsize=4096)
def day_starts(label: str, zone: str) -> tuple[int, ...]:
    """When each day of the month begins in `zone`, as microseconds since 1970."""
    zone_info, first = ZoneInfo(zone), first_day(label)
    midnights = (datetime.combine(first.replace(day=n + 1), time.min, zone_info) for n in range(days_in(label)))
    return tuple((midnight.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1) for midnight in midnights)


def add_months(day: date, months: int) -> date:
    """The same day of the month later, or the last day where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of the instant on the clock of `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """The UTC instant at which the day is over in `zone`."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
