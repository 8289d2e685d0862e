"""A month day by day as the places of bars and lines: what the chart's template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.domain.metering import Day

HEIGHT, HEAD, FOOT = 250, 26, 26
"""Of the picture, of the room above the highest bar for its number, of the line of days below; in pixels."""
_ROOM = HEIGHT - HEAD - FOOT
_FAR = 3
"""A limit so many times above everything used is not drawn: it would press the bars flat."""


@dataclass(frozen=True)
class Segment:
    """A part of a bar. Kinds: before (the days before), own (that day), level (of a gauge), over, ahead."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """`x` and `width` in per cent of the picture; `value` is written above it, `tick` below."""

    day: date
    x: float
    width: float
    middle: float
    top: float
    segments: list[Segment]
    value: int | None = None
    tick: bool = False


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    grid: list[tuple[int, float]]
    limit: float | None
    today: float | None
    kinds: list[str]
    passed_on: date | None
    height: int = field(default=HEIGHT)
    foot: int = field(default=HEIGHT - FOOT)


def chart_of(days: Sequence[Day], limit: int | None, *, gauge: bool) -> Chart:
    """`days` is the whole month, those to come marked. Counters stand as the month up to each day, gauges as levels."""
    highest = max([_height_of(day, gauge) for day in days] + [0])
    shown_limit = limit if limit is not None and limit <= max(highest, 1) * _FAR else None
    top, grid = _scale(max(highest, shown_limit or 0))
    step = 100 / len(days)
    known = [day for day in days if not day.ahead]
    written = _written(days, known, gauge)
    bars = [_bar(day, n, step, limit, top, gauge, written=day.day in written) for n, day in enumerate(days)]
    kinds = {segment.kind for bar in bars for segment in bar.segments}
    return Chart(
        bars=bars,
        grid=[(value, round(_y(value, top), 1)) for value in grid],
        limit=round(_y(shown_limit, top), 1) if shown_limit is not None else None,
        today=round(len(known) * step, 2) if 0 < len(known) < len(days) else None,
        kinds=[kind for kind in ("own", "before", "level", "over", "ahead") if kind in kinds],
        passed_on=_passed_on(known, limit, gauge),
    )


def _bar(day: Day, n: int, step: float, limit: int | None, top: int, gauge: bool, *, written: bool) -> Bar:
    gap = 0.0 if gauge else step * 0.16
    height = _height_of(day, gauge)
    parts = _parts(day, limit, gauge)
    return Bar(
        day=day.day,
        x=round(n * step + gap, 3),
        width=round(step - 2 * gap, 3),
        middle=round((n + 0.5) * step, 3),
        top=round(_y(height, top), 1),
        segments=[_segment(kind, low, high, top) for kind, low, high in parts if high > low],
        value=height if written else None,
        tick=day.day.day % 7 == 1,
    )


def _parts(day: Day, limit: int | None, gauge: bool) -> list[tuple[str, int, int]]:
    """(kind, from, to) of what a bar is made of, from below."""
    height = _height_of(day, gauge)
    line = height if limit is None else min(limit, height)
    if day.ahead:
        return [("ahead", 0, height)]
    if gauge:
        return [("level", 0, line), ("over", line, height)]
    before = min(max(0, day.total - max(0, day.used)), line)
    return [("before", 0, before), ("own", before, line), ("over", line, height)]


def _segment(kind: str, low: int, high: int, top: int) -> Segment:
    y = _y(high, top)
    return Segment(kind, round(y, 1), max(1.0, round(_y(low, top) - y, 1)))


def _height_of(day: Day, gauge: bool) -> int:
    return day.used if gauge else day.total


def _written(days: Sequence[Day], known: Sequence[Day], gauge: bool) -> set[date]:
    """The days whose height is written out: where it stands and where it goes; of a gauge its peak."""
    if gauge:
        peak = max(known, key=lambda day: day.used, default=None)
        return {peak.day} if peak and peak.used else set()
    ends = [known[-1:], days[-1:]]
    return {part[0].day for part in ends if part and part[0].total}


def _passed_on(known: Sequence[Day], limit: int | None, gauge: bool) -> date | None:
    if limit is None:
        return None
    return next((day.day for day in known if _height_of(day, gauge) > limit), None)


def _scale(highest: int) -> tuple[int, list[int]]:
    """The top of the picture, and the round numbers of its lines (at most five)."""
    step = 1
    while highest > step * 4:
        step = next(n for n in (2 * _power(step), 5 * _power(step), 10 * _power(step)) if n > step)
    top = max(step, -(-highest // step) * step)
    return top, list(range(0, top + 1, step))


def _power(n: int) -> int:
    return int(10 ** (len(str(n)) - 1))


def _y(value: int, top: int) -> float:
    return HEAD + _ROOM - value * _ROOM / top
