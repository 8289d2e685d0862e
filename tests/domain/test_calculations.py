"""Pure rules against plain models: excess and blocks, thresholds, rounding, amounts as typed, projection, due days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import metering, money, periods, requests, texts
from portal.domain.metering.calculations import reached

units = st.integers(0, 10**6)
percents = st.integers(1, 1000)


@given(units, units, st.integers(1, 5000), st.integers(0, 10**6))
def test_every_unit_above_the_limit_lies_in_one_started_block(used, limit, block, price):
    found = metering.excess_of(used, limit, block, price)
    assert found.units == max(0, used - limit)
    assert found.blocks == len(range(0, found.units, block))
    assert found.amount == found.blocks * price


@given(units, st.integers(1, 5000), units)
def test_without_a_limit_there_is_no_excess(used, block, price):
    assert metering.excess_of(used, None, block, price) == metering.Excess(0, 0, 0)


@given(units, units, percents)
def test_a_threshold_is_reached_exactly_from_its_share_of_the_limit_on(used, limit, percent):
    assert (used >= metering.threshold_units(limit, percent)) == (used > 0 and used * 100 >= limit * percent)


@given(units, st.one_of(st.none(), units), st.lists(percents, min_size=1, max_size=5, unique=True).map(sorted))
def test_reached_thresholds_are_the_lowest_ones(used, limit, thresholds):
    found = reached(used, limit, tuple(thresholds))
    assert found == thresholds[: len(found)]
    assert limit is not None or not found


@given(st.integers(-(10**12), 10**12), st.integers(0, 31), st.integers(28, 31))
def test_a_share_is_rounded_half_up_once(amount, part, whole):
    exact = Fraction(amount * part, whole)
    assert abs(money.share(amount, part, whole) - exact) <= Fraction(1, 2)
    assert money.share(-amount, part, whole) == -money.share(amount, part, whole)


@pytest.mark.parametrize(("net", "rate", "tax"), [(183150, 500, 9158), (13250, 500, 663), (1, 5000, 1), (0, 500, 0)])
def test_tax_is_rounded_half_up(net, rate, tax):
    assert money.tax_on(net, rate) == tax


@given(
    st.integers(0, 10**11),
    st.sampled_from([("BRL", ",", "."), ("EUR", ".", ","), ("JPY", ",", "."), ("KWD", ".", ",")]),
)
def test_an_amount_is_read_as_it_is_written(minor, how):
    currency, mark, group = how
    places = {"JPY": 0, "KWD": 3}.get(currency, 2)
    whole, cents = divmod(minor, 10**places)
    written = f"{whole:,}".replace(",", group) + (mark + f"{cents:0{places}d}" if places else "")
    assert money.parse(written, currency, mark) == money.parse(written.replace(group, ""), currency, mark) == minor


@pytest.mark.parametrize(
    "text", ["", "abc", "1.5", "1.23,4", "1,999", "1e3", "٣", "--1", "1,", ",5", "1.000.00", "NaN", "1 2"]
)
def test_what_is_no_amount_is_refused(text):
    assert money.parse(text, "BRL", ",") is None


START, END = datetime(2026, 6, 1, 3, tzinfo=UTC), datetime(2026, 7, 1, 3, tzinfo=UTC)


@given(units, st.datetimes(START.replace(tzinfo=None), END.replace(tzinfo=None), timezones=st.just(UTC)))
def test_a_projection_is_never_below_what_is_used(used, now):
    assert metering.projected(used, START, END, now, gauge=False) >= used
    assert metering.projected(used, START, END, now, gauge=True) == used


def test_a_projection_goes_on_at_the_present_pace():
    middle = START + timedelta(days=15)
    assert metering.projected(50, START, END, middle, gauge=False) == 100
    assert metering.projected(50, START, END, START + timedelta(hours=1), gauge=False) == 50, "no pace on the first day"
    assert metering.projected(50, START, END, END, gauge=False) == 50


@given(
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    st.sampled_from([None, 1, 12, 24]),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_a_sale_falls_due_once_in_each_month_of_its_rhythm(first_on, every, asked):
    label = f"{asked:%Y-%m}"
    found = requests.due_days(first_on, every, None, periods.first_day(label), periods.last_day(label))
    apart = (asked.year - first_on.year) * 12 + asked.month - first_on.month
    due = apart == 0 or (every is not None and apart > 0 and apart % every == 0)
    assert [day.day for day in found] == ([min(first_on.day, periods.days_in(label))] if due else [])


@given(
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    st.sampled_from([None, 1, 12, 24]),
    st.dates(date(2019, 1, 1), date(2029, 1, 1)),
)
def test_the_next_due_day_is_the_first_one_later(first_on, every, after):
    found = requests.next_due(first_on, every, None, after)
    days = requests.due_days(first_on, every, None, after + timedelta(days=1), date(2035, 1, 1))
    assert found == (days[0] if days else None)


@pytest.mark.parametrize("name", ["José", "李小龙", "Anne-Marie O’Hara", "👩‍🍳 Chef", "محمد"])
def test_names_of_all_kinds_are_good(name):
    assert texts.name_problem(name, most=120) is None


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800", "a\u202eb", "a\u2028b", "a\x1bb", "", "x" * 121])
def test_what_nobody_can_see_or_store_is_no_name(name):
    assert texts.name_problem(name, most=120) is not None
