"""Months on the agency's clock: a chain without gap or overlap, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain import periods, tenants
from portal.domain.tenants import Period
from tests.factories import NOW, make_agency

ZONES = (
    "America/Sao_Paulo",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Etc/GMT+12",
    "Australia/Lord_Howe",
    "UTC",
    "Europe/Lisbon",
    "America/Havana",
    "America/Asuncion",
    "Pacific/Apia",
)
zones = st.sampled_from(ZONES)
labels = st.builds(lambda y, m: f"{y:04d}-{m:02d}", st.integers(1971, 2100), st.integers(1, 12))


@given(labels, zones)
def test_every_month_ends_where_the_next_begins(label, zone):
    start, end = periods.start_of(label, zone), periods.start_of(periods.following(label), zone)
    edge = timedelta(microseconds=1)
    assert periods.label_of(start, zone) == periods.label_of(end - edge, zone) == label
    assert periods.label_of(start - edge, zone) == periods.preceding(label)
    assert timedelta(days=27) < end - start < timedelta(days=32)


@given(labels)
def test_the_month_before_the_next_is_the_month(label):
    assert periods.preceding(periods.following(label)) == label == periods.following(periods.preceding(label))
    assert periods.first_day(periods.following(label)) - periods.first_day(label) == timedelta(periods.days_in(label))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-01", "2026-1", "2026-01\n", "２０２６-01", "", "9999-01"])
def test_other_texts_are_no_months(text):
    assert not periods.is_label(text)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 24, date(2028, 12, 31)),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last(start, months, expected):
    assert periods.add_months(start, months) == expected


def test_a_month_whose_midnight_does_not_exist_begins_with_its_first_moment():
    start = periods.start_of("2017-10", "America/Asuncion")
    assert start == datetime(2017, 10, 1, 4, tzinfo=UTC)
    assert start.astimezone(ZoneInfo("America/Asuncion")).hour == 1


def chain(agency):
    return list(Period.select().where(Period.agency == agency).order_by(Period.starts_at))


def assert_unbroken(agency):
    for before, after in pairwise(chain(agency)):
        assert before.ends_at == after.starts_at
        assert periods.following(before.label) == after.label


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Tokyo", "Pacific/Kiritimati"])
def test_a_change_of_zone_waits_for_the_next_month(database, zone):
    agency = make_agency(timezone="Europe/Lisbon")
    june = tenants.period_at(agency, NOW)
    agency.timezone = zone
    agency.save()
    assert tenants.period_at(agency, NOW).ends_at == june.ends_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
    july = tenants.period_at(agency, june.ends_at)
    assert (july.label, july.starts_at, july.zone) == ("2026-07", june.ends_at, zone)
    assert july.ends_at == periods.start_of("2026-08", zone)
    tenants.period_at(agency, NOW.replace(year=2027))
    assert_unbroken(agency)


def test_asking_for_a_month_ahead_keeps_no_change_of_zone_from_it(database):
    agency = make_agency(timezone="Europe/Lisbon")
    tenants.period_at(agency, NOW)
    ahead = tenants.period_labelled(agency, "2026-08")
    assert (ahead.label, ahead.zone) == ("2026-08", "Europe/Lisbon")
    agency.timezone = "Asia/Tokyo"
    agency.save()
    assert tenants.period_labelled(agency, "2026-08").starts_at == periods.start_of("2026-08", "Asia/Tokyo")
    assert tenants.period_labelled(agency, "2026-07").starts_at == tenants.period_at(agency, NOW).ends_at
    assert chain(agency)[-1].label == "2026-06"


def test_a_month_asked_for_by_name_is_that_month_after_a_change_of_zone(database):
    agency = make_agency(timezone="America/Sao_Paulo")
    june = tenants.period_at(agency, NOW)
    agency.timezone = "Asia/Tokyo"  # where July begins while it is June in São Paulo still
    agency.save()
    july = tenants.period_labelled(agency, "2026-07")
    assert (july.label, july.starts_at) == ("2026-07", june.ends_at)


def test_a_month_far_ahead_or_back_writes_nothing_down(database):
    agency = make_agency()
    tenants.period_at(agency, NOW)
    written = len(chain(agency))
    for label in ("9998-12", "1970-01"):
        assert tenants.period_labelled(agency, label).label == label
    assert len(chain(agency)) == written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
            st.one_of(st.none(), zones),
        ),
        max_size=12,
    )
)
def test_the_chain_never_breaks_whatever_is_asked_in_whatever_order(database, asked):
    agency = make_agency()
    for moment, zone in asked:
        found = tenants.period_at(agency, moment)
        assert found.starts_at <= moment < found.ends_at
        if zone:
            agency.timezone = zone
            agency.save()
    assert_unbroken(agency)


def test_each_real_hour_lies_in_one_month_once_around_a_change_of_clock(database):
    agency = make_agency(timezone="Europe/Lisbon")
    for first in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        for hour in range(200):
            moment = first + timedelta(hours=hour)
            assert tenants.period_at(agency, moment).label == periods.label_of(moment, "Europe/Lisbon")
