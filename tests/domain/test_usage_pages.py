"""Use by month and day: the days add up to what is counted, whatever clocks and zones do meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain import metering, periods, reports
from portal.domain.settings import find_service
from tests.factories import (
    AFTER_GRACE,
    NOW,
    change_settings,
    event,
    make_agency,
    make_client,
    make_example,
    record_usage,
)

ZONES = ["America/Sao_Paulo", "Europe/Lisbon", "America/Santiago", "Pacific/Apia", "Africa/Cairo", "Asia/Kathmandu"]
MARCH_TO_JUNE = st.datetimes(datetime(2026, 3, 1), datetime(2026, 6, 14), timezones=st.just(UTC))


def usage(client, service="litmus_test", *, now=NOW, label=None):
    return metering.usage_of(client, now=now, label=label, services=[find_service(service)])[0]


@given(
    zone=st.sampled_from(ZONES),
    later_zone=st.sampled_from(ZONES),
    events=st.lists(st.tuples(MARCH_TO_JUNE, st.integers(1, 9)), min_size=1, max_size=12),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_days_of_a_counter_add_up_to_the_month_and_hold_each_event_once(database, zone, later_zone, events):
    agency = make_agency(timezone=zone)
    client = make_client(agency, began_on=date(2026, 3, 1))
    agency.timezone = later_zone  # from the next period on
    agency.save()
    batch = [event(client, quantity=quantity, at=at) for at, quantity in events]
    assert metering.record(agency, batch, now=NOW).accepted == len(batch)
    total = 0
    for label in periods.labels_between("2026-02", "2026-06"):
        shown = usage(client, label=label)
        course = metering.course_of(shown, now=NOW)
        known = [day for day in course if not day.ahead]
        assert len(course) == periods.days_in(label)
        assert sum(day.used for day in known) == shown.used == (known[-1].total if known else 0)
        for day in known:
            found = metering.events_of_day(shown, day.day).events
            assert sum(row.quantity for row in found) == day.used, (label, day)
        total += shown.used
    assert total == sum(quantity for _, quantity in events)


def test_a_change_of_zone_leaves_no_event_between_two_months(database):
    agency = make_agency(timezone="Asia/Kathmandu")
    client = make_client(agency)
    agency.timezone = "America/Sao_Paulo"  # June begins at midnight in Kathmandu and ends at midnight in São Paulo
    agency.save()
    edge = datetime(2026, 5, 31, 18, 15, tzinfo=UTC)
    for at in (edge - timedelta(seconds=1), edge, datetime(2026, 7, 1, 2, 59, tzinfo=UTC)):
        record_usage(client, at=at, now=AFTER_GRACE)
    shown = {label: usage(client, now=AFTER_GRACE, label=label) for label in ("2026-05", "2026-06")}
    assert {label: one.used for label, one in shown.items()} == {"2026-05": 1, "2026-06": 2}
    for label, day, used in (("2026-05", 31, 1), ("2026-06", 1, 1), ("2026-06", 30, 1)):
        page = metering.events_of_day(shown[label], date.fromisoformat(f"{label}-{day:02}"))
        assert len(page.events) == used, (label, day)
        assert {one.day.day: one.used for one in metering.course_of(shown[label], now=AFTER_GRACE)}[day] == used


def test_the_course_of_the_present_month_ends_where_it_is_expected_to(database):
    client = make_client()
    record_usage(client, quantity=13)
    shown = usage(client)
    course = metering.course_of(shown, now=NOW)
    assert [day.ahead for day in course] == [False] * 15 + [True] * 15
    assert course[14].total == 13 and course[-1].total == shown.expected == 27
    assert sum(day.used for day in course) == shown.expected


def test_a_cap_keeps_what_is_expected(database):
    client = make_client(litmus_test={"at_limit": "ceiling", "ceiling": 15})
    record_usage(client, quantity=13)
    shown = usage(client)
    assert (shown.projected, shown.expected, shown.projected_excess.units) == (27, 15, 5)
    change_settings(client, litmus_test={"enabled": False})
    assert usage(client).expected == 13


def test_a_gauge_stands_where_it_was_left(database):
    client = make_client()
    record_usage(client, "email_sync", 4, at=datetime(2026, 5, 20, tzinfo=UTC))
    record_usage(client, "email_sync", 3, at=datetime(2026, 6, 5, 15, tzinfo=UTC))
    shown = usage(client, "email_sync")
    course = metering.course_of(shown, now=NOW)
    assert [day.used for day in course[:7]] == [4, 4, 4, 4, 4, 3, 3]
    assert course[-1] == metering.Day(date(2026, 6, 30), 3, 4, ahead=True)
    assert max(day.total for day in course) == shown.used == 4 and metering.carried_into(shown) == 4


def test_the_months_of_a_service_have_the_price_and_cost_they_had(database):
    cantina = make_example()
    july = datetime(2026, 7, 20, tzinfo=UTC)
    change_settings(cantina, litmus_test={"limit": 10, "price": 1000})  # from July on
    record_usage(cantina, "litmus_test", 12, at=july)
    months = reports.months_of_service(cantina, find_service("litmus_test"), now=july)
    assert [(m.usage.period.label, m.excess.amount, m.cost, m.margin) for m in months] == [
        ("2026-07", 2000, 1000, 1000),
        ("2026-06", 2700, 1500, 1200),
        ("2026-05", 0, 0, 0),
    ]
    assert [reports.price_behind(m) for m in months] == [
        reports.Price("2026-07", own=True),
        reports.Price(None, own=False),
        reports.Price(None, own=False),
    ]
    assert [(side.price, side.cost) for side in reports.sides_of(cantina, now=july)][1] == (13250, 7800)


def test_twelve_months_are_told_and_none_before_the_client_came(database):
    client = make_client(began_on=date(2025, 1, 10))
    labels = [side.label for side in reports.sides_of(client, now=NOW)]
    assert (len(labels), labels[0], labels[-1]) == (12, "2026-06", "2025-07")
    assert [side.label for side in reports.sides_of(make_client(), now=NOW)] == ["2026-06", "2026-05"]


def test_the_limit_of_a_past_month_is_the_one_at_its_end(database):
    client = make_client()
    july = NOW + timedelta(days=30)
    change_settings(client, now=july, litmus_test={"limit": 99})
    june = reports.service_month(client, find_service("litmus_test"), "2026-06", now=july)
    assert june is not None and june.usage.limit == 10
    assert [reports.limit_behind(m, now=july).limit for m in (june,)] == [10]
    present = reports.service_month(client, find_service("litmus_test"), "2026-07", now=july)
    assert present is not None and reports.limit_behind(present, now=july).limit == 99


def test_what_came_late_is_known(database):
    client = make_client()
    before, after = datetime(2026, 6, 30, 12, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)
    record_usage(client, quantity=2, at=before)
    record_usage(client, quantity=3, at=before, now=after)
    assert metering.late_of(usage(client, now=after, label="2026-06")) == metering.Late(1, 3)
