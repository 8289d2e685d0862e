"""The chart of a month: what its bars say is what its table says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.metering import Day
from portal.web.day_chart import FOOT, HEAD, HEIGHT, chart_of

JUNE = date(2026, 6, 1)


def month(*used, ahead=()):
    """The first days of June with this use; `ahead` are days to come."""
    days, total = [], 0
    for n, units in enumerate([*used, *ahead]):
        total += units
        days.append(Day(JUNE + timedelta(days=n), units, total, ahead=n >= len(used)))
    return days


def levels(*values):
    return [Day(JUNE + timedelta(days=n), value, max(values[: n + 1])) for n, value in enumerate(values)]


def kinds(bar):
    return [part.kind for part in bar.segments]


def test_a_day_stands_on_the_days_before_and_what_is_beyond_the_limit_is_told_apart():
    chart = chart_of(month(4, 0, 8, ahead=(2,)), 10, gauge=False)
    assert [kinds(bar) for bar in chart.bars] == [["own"], ["before"], ["before", "own", "over"], ["ahead"]]
    assert [bar.value for bar in chart.bars] == [None, None, 12, 14]
    assert chart.passed_on == date(2026, 6, 3) and chart.today == 75.0
    assert chart.kinds == ["own", "before", "over", "ahead"]


def test_a_gauge_is_drawn_as_its_levels_without_gaps():
    chart = chart_of(levels(2, 4, 3), 2, gauge=True)
    assert [kinds(bar) for bar in chart.bars] == [["level"], ["level", "over"], ["level", "over"]]
    assert [bar.value for bar in chart.bars] == [None, 4, None], "the peak, which is what counts"
    assert chart.bars[0].x + chart.bars[0].width == pytest.approx(chart.bars[1].x, abs=0.01)


@pytest.mark.parametrize(("limit", "drawn"), [(None, False), (0, True), (10, True), (36, True), (37, False)])
def test_a_limit_far_above_everything_is_not_drawn(limit, drawn):
    assert (chart_of(month(12), limit, gauge=False).limit is not None) == drawn


def test_nothing_used_is_nothing_drawn():
    chart = chart_of(month(*[0] * 30), 10, gauge=False)
    assert chart.kinds == [] and all(not bar.segments for bar in chart.bars)


def test_a_correction_takes_the_month_down():
    chart = chart_of(month(5, -2), None, gauge=False)
    assert kinds(chart.bars[1]) == ["before"]
    assert chart.bars[1].top > chart.bars[0].top


@given(
    st.lists(st.integers(-5, 10**7), min_size=1, max_size=31),
    st.integers(0, 31),
    st.none() | st.integers(0, 10**8),
    st.booleans(),
)
def test_everything_stays_inside_the_picture(used, known, limit, gauge):
    days = levels(*map(abs, used)) if gauge else month(*used[:known], ahead=[max(0, n) for n in used[known:]])
    days = [Day(day.day, day.used, max(0, day.total), day.ahead) for day in days]
    chart = chart_of(days, limit, gauge=gauge)
    assert len(chart.bars) == len(days) and len(chart.grid) <= 6
    for bar in chart.bars:
        assert bar.x >= 0 and bar.x + bar.width <= 100.01
        for part in bar.segments:
            assert part.height >= 1 and HEAD - 1 <= part.y <= HEIGHT - FOOT
    assert chart.limit is None or HEAD - 1 <= chart.limit <= HEIGHT - FOOT
