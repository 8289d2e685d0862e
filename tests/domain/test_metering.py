"""Usage in: each event counted once, for ever; ceilings never passed; what late values and corrections change."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest

from portal.domain import metering, settings, tenants
from portal.domain.metering import actions, rows
from portal.domain.metering.intake import Intake
from tests.domain.racing import at_once, errors
from tests.factories import (
    NOW,
    START,
    TESTER,
    change_settings,
    event,
    make_agency,
    make_client,
    record_usage,
)

MAY, JULY = datetime(2026, 5, 20, 12, tzinfo=UTC), datetime(2026, 7, 10, 12, tzinfo=UTC)


def send(client, *events, now=NOW):
    return metering.record(client.agency, list(events), now=now)


def codes(outcome):
    return [rejection.code for rejection in outcome.rejected]


def used(client, service="litmus_test", label="2026-06"):
    return metering.used_in(client, settings.find_service(service), label)[0]


def current(client, label="2026-06"):
    return metering.used_in(client, settings.find_service("email_sync"), label)[1]


def test_an_event_counts_once_however_often_it_is_sent(database):
    client = make_client()
    one = event(client, quantity=3)
    assert send(client, one).accepted == 1
    for _ in range(3):
        again = send(client, one)
        assert (again.accepted, again.duplicates, again.rejected) == (0, 1, [])
    assert used(client) == 3


def test_the_same_id_twice_in_one_batch_counts_once(database):
    client = make_client()
    one = event(client, quantity=3)
    outcome = send(client, one, one, {**one, "quantity": 4})
    assert (outcome.accepted, outcome.duplicates, codes(outcome)) == (1, 1, ["id_conflict"])
    assert used(client) == 3


def test_an_id_belongs_to_one_agency_alone(database):
    here, there = make_client(), make_client()
    assert send(here, event(here, id="e-1")).accepted == send(there, event(there, id="e-1")).accepted == 1


def test_the_good_events_of_a_batch_count_whatever_the_bad_ones_are(database):
    client, stranger = make_client(), make_client()
    outcome = send(
        client,
        event(client),
        event(stranger),
        "no object",
        event(client, "no_such_service"),
        event(client, "direct_support"),
        event(client),
    )
    assert outcome.accepted == 2
    assert [(r.index, r.code) for r in outcome.rejected] == [
        (1, "unknown_client"),
        (2, "invalid"),
        (3, "unknown_service"),
        (4, "unknown_service"),
    ]


def test_a_rejected_event_may_come_again_when_it_fits(database):
    client = make_client()
    change_settings(client, litmus_test={"enabled": False})
    one = event(client)
    assert codes(send(client, one)) == ["service_disabled"]
    change_settings(client, litmus_test={"enabled": True})
    assert send(client, one).accepted == 1


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOW + timedelta(minutes=5), None),
        (NOW + timedelta(minutes=5, microseconds=1), "too_early"),
        (datetime(2025, 5, 1, 3, tzinfo=UTC), None),
        (datetime(2025, 5, 1, 3, tzinfo=UTC) - timedelta(microseconds=1), "too_old"),
    ],
)
def test_events_count_from_thirteen_months_back_to_five_minutes_ahead(database, at, code):
    outcome = send(client := make_client(), event(client, at=at))
    assert codes(outcome) == ([code] if code else [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 0.5},
        {"quantity": "1"},
        {"quantity": True},
        {"quantity": 10**12 + 1},
        {"quantity": None},
        {"value": 2},
        {"quantity": None, "value": 2},
        {"id": ""},
        {"id": "a\n"},
        {"id": "é"},
        {"id": "x" * 129},
        {"id": 7},
        {"at": "2026-06-15"},
        {"at": "2026-06-15T12:00:00"},
        {"at": "2026-02-30T12:00:00Z"},
        {"at": "2026-06-15T12:00:00Z\n"},
        {"extra": 1},
        {"corrects": "e"},
    ],
)
def test_an_event_of_a_wrong_form_is_rejected_and_counts_nothing(database, wrong):
    client = make_client()
    assert codes(send(client, event(client) | wrong)) == ["invalid"]
    assert used(client) == 0


def test_a_client_is_named_by_slug_or_by_id(database):
    client = make_client()
    names = (client.slug, str(client.id), str(client.id).upper(), client.id.hex)
    assert send(client, *(event(name) for name in names)).accepted == 4


def test_a_suspended_client_uses_nothing(database):
    client = make_client()
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    assert codes(send(client, event(client))) == ["client_suspended"]
    tenants.set_client_suspended(client, suspended=False, by=TESTER, now=NOW)
    assert send(client, event(client)).accepted == 1


def test_a_service_that_joined_the_catalogue_later_is_off_until_it_is_switched_on(database):
    client = make_client()
    settings.LimitVersion.delete().where(settings.LimitVersion.service == "litmus_test").execute()
    assert not settings.current(client, now=NOW).services["litmus_test"].enabled
    assert codes(send(client, event(client))) == ["service_disabled"]
    change_settings(client, litmus_test={"enabled": True, "limit": 1})
    assert send(client, event(client)).accepted == 1


def test_a_month_belongs_to_the_clock_of_the_agency(database):
    client = make_client(make_agency(timezone="America/Sao_Paulo"))
    last = datetime(2026, 7, 1, 2, 59, 59, 999999, tzinfo=UTC)
    send(client, event(client, at=last), event(client, at=last + timedelta(microseconds=1)), now=JULY)
    assert (used(client, label="2026-06"), used(client, label="2026-07")) == (1, 1)
    assert dict(metering.days_of(client, settings.find_service("litmus_test"), "2026-06"))[date(2026, 6, 30)] == 1


# Corrections


def test_a_correction_takes_away_what_its_event_gave(database):
    client = make_client()
    one = event(client, quantity=5)
    send(client, one, event(client, quantity=2))
    assert send(client, event(client, quantity=-3, corrects=one["id"])).accepted == 1
    assert used(client) == 4


def test_corrections_never_take_more_than_their_event_gave(database):
    client = make_client()
    one = event(client, quantity=5)
    send(client, one, event(client, quantity=20))
    assert send(client, event(client, quantity=-3, corrects=one["id"])).accepted == 1
    outcome = send(
        client, event(client, quantity=-3, corrects=one["id"]), event(client, quantity=-2, corrects=one["id"])
    )
    assert (outcome.accepted, codes(outcome)) == (1, ["invalid"])
    assert codes(send(client, event(client, quantity=-1, corrects=one["id"]))) == ["invalid"]
    assert used(client) == 20


def test_a_correction_fits_an_event_of_the_same_client_and_service(database):
    client = make_client()
    other = make_client(client.agency)
    one, two = event(client, quantity=5), event(client, "shutterstock", 5)
    correction = event(client, quantity=-1, corrects=one["id"])
    send(client, one, two, correction)
    wrong = (one["id"], other), (two["id"], client), ("nowhere", client), (correction["id"], client)
    for origin, who in wrong:
        assert codes(send(client, event(who, quantity=-1, corrects=origin))) == ["invalid"]


def test_a_correction_leaves_no_month_below_zero(database):
    client = make_client()
    one = event(client, quantity=5, at=MAY)
    send(client, one)
    assert codes(send(client, event(client, quantity=-1, corrects=one["id"], at=NOW))) == ["invalid"]
    assert send(client, event(client, quantity=-1, corrects=one["id"], at=MAY)).accepted == 1


# Gauges


def test_a_gauge_counts_its_peak_and_remembers_where_it_stands(database):
    client = make_client()
    for value, minute in ((2, 1), (5, 2), (3, 3)):
        record_usage(client, "email_sync", value, at=NOW + timedelta(minutes=minute))
    assert (used(client, "email_sync"), current(client)) == (5, 3)


def test_a_gauge_stands_where_its_latest_moment_left_it_whatever_came_in_first(database):
    client = make_client()
    record_usage(client, "email_sync", 3, at=NOW)
    record_usage(client, "email_sync", 7, at=NOW - timedelta(hours=1), now=NOW)
    assert (used(client, "email_sync"), current(client)) == (7, 3)


def test_a_month_of_a_gauge_begins_where_the_one_before_was_left(database):
    client = make_client()
    record_usage(client, "email_sync", 4, at=MAY)
    assert (used(client, "email_sync"), current(client)) == (4, 4)
    record_usage(client, "email_sync", 1, at=NOW)
    assert (used(client, "email_sync"), current(client)) == (4, 1)
    assert (used(client, "email_sync", "2026-07"), used(client, label="2026-07")) == (1, 0)


@pytest.mark.parametrize("batched", [True, False])
def test_a_late_value_moves_what_the_months_after_it_began_with(database, batched):
    client = make_client()
    record_usage(client, "email_sync", 2, at=MAY)
    record_usage(client, "email_sync", 3, at=NOW)
    late = event(client, "email_sync", 6, at=MAY + timedelta(days=1)), event(client, "email_sync", 1, at=JULY)
    for batch in [late] if batched else [late[:1], late[1:]]:
        assert send(client, *batch, now=JULY).rejected == []
    assert [used(client, "email_sync", label) for label in ("2026-05", "2026-06", "2026-07")] == [6, 6, 3]
    assert [current(client, label) for label in ("2026-05", "2026-06", "2026-07")] == [6, 3, 1]


def test_two_months_of_a_gauge_in_one_batch_follow_each_other_whatever_their_order(database):
    client = make_client()
    june, may = event(client, "email_sync", 1, at=NOW), event(client, "email_sync", 9, at=MAY)
    send(client, june, may)
    assert (used(client, "email_sync", "2026-05"), used(client, "email_sync")) == (9, 9)
    assert current(client) == 1


def test_the_days_of_a_gauge_show_peaks_and_stay_where_it_was_left(database):
    client = make_client()
    record_usage(client, "email_sync", 2, at=MAY)
    for value, hour in ((5, 1), (3, 2)):
        record_usage(client, "email_sync", value, at=datetime(2026, 6, 10, 12 + hour, tzinfo=UTC))
    record_usage(client, "email_sync", 1, at=datetime(2026, 6, 12, 12, tzinfo=UTC))
    days = dict(metering.days_of(client, settings.find_service("email_sync"), "2026-06"))
    shown = [days[date(2026, 6, day)] for day in (9, 10, 11, 12, 13)]
    assert shown == [2, 5, 3, 3, 1]


# Ceilings


@pytest.mark.parametrize(
    ("at_limit", "limit", "ceiling", "most"),
    [("stop", 10, None, 10), ("ceiling", 10, 15, 15), ("stop", 0, None, 0), ("bill", 10, None, 99)],
)
def test_use_never_passes_where_it_is_to_stop(database, at_limit, limit, ceiling, most):
    client = make_client(litmus_test={"limit": limit, "at_limit": at_limit, "ceiling": ceiling})
    outcome = send(client, *(event(client) for _ in range(99)))
    assert (outcome.accepted, used(client)) == (most, most)
    assert set(codes(outcome)) <= {"ceiling_reached"}


def test_an_event_that_does_not_fit_whole_counts_nothing_and_a_smaller_one_still_fits(database):
    client = make_client(litmus_test={"limit": 10, "at_limit": "stop"})
    outcome = send(client, event(client, quantity=8), event(client, quantity=3), event(client, quantity=2))
    assert (outcome.accepted, codes(outcome), used(client)) == (2, ["ceiling_reached"], 10)


def test_a_gauge_above_a_lowered_ceiling_may_sink_but_not_rise(database):
    client = make_client()
    record_usage(client, "email_sync", 5)
    change_settings(client, email_sync={"limit": 2, "at_limit": "stop"})
    outcome = send(
        client, event(client, "email_sync", 6), event(client, "email_sync", 4, at=NOW + timedelta(minutes=1))
    )
    assert (outcome.accepted, codes(outcome), current(client)) == (1, ["ceiling_reached"], 4)


def test_a_limit_counts_at_once(database):
    client = make_client(litmus_test={"limit": 1, "at_limit": "stop"})
    record_usage(client)
    assert codes(send(client, event(client))) == ["ceiling_reached"]
    change_settings(client, litmus_test={"limit": 2})
    assert send(client, event(client)).accepted == 1


# At the same moment


def test_batches_sent_at_once_count_each_event_once(database):
    client = make_client()
    batch = [event(client) for _ in range(20)]
    results = at_once(*(partial(send, client, *batch) for _ in range(8)))
    assert not errors(results)
    assert sum(outcome.accepted for outcome in results) == used(client) == 20
    assert metering.UsageEvent.select().count() == 20


def test_overlapping_batches_in_opposite_orders_count_each_event_once(database):
    client = make_client()
    batch = [event(client) for _ in range(30)]
    results = at_once(partial(send, client, *batch), partial(send, client, *reversed(batch)))
    assert not errors(results)
    assert used(client) == 30


def test_a_ceiling_is_never_passed_however_many_ask_at_once(database):
    client = make_client(litmus_test={"limit": 10, "at_limit": "stop"})
    results = at_once(*(partial(send, client, event(client, quantity=3)) for _ in range(12)))
    assert not errors(results)
    assert used(client) == 9
    assert [code for outcome in results for code in codes(outcome)] == ["ceiling_reached"] * 9


def test_the_statement_alone_keeps_a_ceiling(database, monkeypatch):
    """Even where nobody waits for anybody, what asks is what counts."""
    client = make_client(litmus_test={"limit": 10, "at_limit": "stop"})
    _let_everybody_in(monkeypatch)
    at_once(*(partial(send, client, event(client, quantity=6)) for _ in range(2)))
    assert (metering.UsageEvent.select().count(), used(client)) == (1, 6)


def test_without_lock_and_statement_a_ceiling_would_be_passed(database, monkeypatch):
    """What the tests above guard against does happen: both look before either has written."""
    client = make_client(litmus_test={"limit": 10, "at_limit": "stop"})
    _let_everybody_in(monkeypatch)
    monkeypatch.setattr(rows, "claim", lambda _id, _key, amount: amount <= 10)
    at_once(*(partial(send, client, event(client, quantity=6)) for _ in range(2)))
    assert metering.UsageEvent.select().count() == 2


def test_an_error_leaves_nothing_of_the_batch_behind(database, monkeypatch):
    client = make_client()
    batch = [event(client), event(client, "email_sync", 2)]

    def fail(*_arguments, **_keywords):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("portal.domain.metering.alerts.check", fail)
        with pytest.raises(RuntimeError):
            send(client, *batch)
    assert (used(client), used(client, "email_sync")) == (0, 0)
    assert send(client, *batch).accepted == 2


def _let_everybody_in(monkeypatch):
    """No transaction, no lock, and nobody writes before all have read."""
    meet = Barrier(2)

    def slowly(self, events, load=Intake.load):
        load(self, events)
        meet.wait(10)

    monkeypatch.setattr(actions, "lock_row", lambda *_row: None)
    monkeypatch.setattr(actions, "transaction", nullcontext)
    monkeypatch.setattr(actions._together, "do", lambda batch: actions._count([batch])[0])
    monkeypatch.setattr(Intake, "load", slowly)


def test_the_first_events_of_a_new_agency_meet_without_harm(database):
    agency = make_agency(now=START)
    clients = [make_client(agency) for _ in range(2)]
    results = at_once(*(partial(send, client, event(client, at=MAY), event(client)) for client in clients * 2))
    assert not errors(results)
    assert [used(client) for client in clients] == [2, 2]
