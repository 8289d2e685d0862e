"""Asking and counting in one step: one answer for one id, and never a unit too many."""

from __future__ import annotations

from functools import partial

import pytest

from portal.domain import metering, settings, tenants
from portal.domain.metering import BadEvent, Consumed
from tests.domain.racing import at_once, errors
from tests.domain.test_alerts import told
from tests.factories import NOW, TESTER, change_settings, event, make_agency, make_client, record_usage


def ask(client, name="q1", quantity=1, service="litmus_test", **more):
    return metering.consume(client, service, event_id=name, quantity=quantity, now=NOW, **more)


def used(client, service="litmus_test"):
    return metering.used_in(client, settings.find_service(service), "2026-06")[0]


def test_what_is_granted_is_counted_and_the_answer_says_what_is_left(database):
    client = make_client()
    record_usage(client, quantity=8)
    assert ask(client, quantity=3) == Consumed(None, 11, 11, 10, None, 0, 1, "2026-06")
    assert used(client) == 11


def test_asked_again_it_gives_the_first_answer_and_counts_nothing(database):
    client = make_client()
    first = ask(client)
    ask(client, "q2", 5)
    assert ask(client) == first
    assert used(client) == 6


def test_a_moment_later_it_is_still_the_same_question(database):
    client = make_client()
    first = ask(client)
    later = metering.consume(client, "litmus_test", event_id="q1", quantity=1, now=NOW.replace(hour=23))
    assert later == first
    assert used(client) == 1


@pytest.mark.parametrize("other", [{"quantity": 2}, {"service": "shutterstock"}])
def test_another_body_under_the_same_id_is_a_conflict(database, other):
    client = make_client()
    ask(client)
    assert ask(client, **other).code == "id_conflict"
    assert (used(client), used(client, "shutterstock")) == (1, 0)


def test_an_id_that_an_event_used_is_taken(database):
    client = make_client()
    metering.record(client.agency, [event(client, quantity=1) | {"id": "q1"}], now=NOW)
    assert ask(client).code == "id_conflict"


def test_a_refusal_says_what_is_left_and_is_not_kept(database):
    client = make_client(litmus_test={"limit": 10, "at_limit": "stop"})
    ask(client, quantity=8)
    refused = ask(client, "q2", 3)
    assert (refused.code, refused.used, refused.remaining) == ("ceiling_reached", 8, 2)
    change_settings(client, litmus_test={"limit": 11})
    assert ask(client, "q2", 3).code is None
    assert used(client) == 11


def test_a_service_that_is_off_and_a_client_that_is_suspended_are_refused(database):
    client = make_client(litmus_test={"enabled": False})
    assert ask(client).code == "service_disabled"
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    assert ask(client, service="shutterstock").code == "client_suspended"


def test_a_gauge_is_set_to_a_value(database):
    client = make_client()
    answer = ask(client, quantity=None, service="email_sync", value=3)
    assert (answer.code, answer.used, answer.current, answer.excess) == (None, 3, 3, 1)
    assert ask(client, "q2", quantity=2, service="email_sync").code == "invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 1.5},
        {"quantity": "1"},
        {"quantity": True},
        {"quantity": 10**13},
        {"quantity": None},
        {"value": 1},
        {"name": ""},
        {"name": 7},
        {"name": "x" * 129},
    ],
)
def test_a_wrong_form_is_told(database, wrong):
    with pytest.raises(BadEvent):
        ask(make_client(), **wrong)


def test_two_agencies_may_use_the_same_id(database):
    ask(make_client())
    assert ask(make_client(make_agency())).code is None


def test_alerts_come_from_consuming_too(database):
    client = make_client()
    ask(client, quantity=10)
    assert told() == [("alert.raised", 100)]


def test_however_many_ask_at_once_a_stop_is_never_passed(database):
    client = make_client(litmus_test={"limit": 10, "at_limit": "stop"})
    results = at_once(*(partial(ask, client, f"q{n}", 3) for n in range(12)))
    assert not errors(results)
    assert [result.code for result in results].count(None) == 3
    assert used(client) == 9


def test_one_question_asked_many_times_at_once_counts_once(database):
    client = make_client()
    results = at_once(*(partial(ask, client) for _ in range(8)))
    assert not errors(results)
    assert (set(results), used(client)) == ({Consumed(None, 1, 1, 10, None, 9, 0, "2026-06")}, 1)
