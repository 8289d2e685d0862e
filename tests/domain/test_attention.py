"""Which clients need a look, kept current by whatever changes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.domain import metering
from portal.domain.metering import ClientStanding, Level
from tests.factories import NOW, change_settings, event, make_client, record_usage

JULY = datetime(2026, 7, 2, 12, tzinfo=UTC)


def level(client, label="2026-06"):
    row = ClientStanding.get_or_none((ClientStanding.client == client) & (ClientStanding.period == label))
    return Level(row.level) if row else None


def after_limits(client, **limits):
    """What the worker does after a change of settings."""
    change_settings(client, **limits)
    for service in limits:
        metering.check_client(client, service, now=NOW)


@pytest.mark.parametrize(
    ("used", "stands"), [(7, None), (8, Level.NEAR), (10, Level.NEAR), (11, Level.OVER), (40, Level.OVER)]
)
def test_use_beyond_the_limit_needs_a_look(database, used, stands):
    client = make_client()
    for _ in range(used):
        record_usage(client)
    assert level(client) == stands


@pytest.mark.parametrize(
    "limits", [{"limit": 10, "at_limit": "stop"}, {"limit": 5, "at_limit": "ceiling", "ceiling": 10}]
)
def test_a_service_that_stopped_is_the_most_urgent(database, limits):
    client = make_client(litmus_test=limits)
    record_usage(client, quantity=9)
    assert level(client) < Level.STOPPED
    record_usage(client)
    assert level(client) == Level.STOPPED


def test_the_most_urgent_of_all_services_counts(database):
    client = make_client()
    record_usage(client, quantity=20)
    record_usage(client, "shutterstock", 4)
    assert level(client) == Level.OVER


def test_a_correction_a_raised_limit_and_a_switch_take_it_back(database):
    client = make_client()
    sent = event(client, quantity=12)
    metering.record(client.agency, [sent], now=NOW)
    assert level(client) == Level.OVER
    metering.record(client.agency, [event(client, quantity=-3, corrects=sent["id"])], now=NOW)
    assert level(client) == Level.NEAR
    after_limits(client, litmus_test={"limit": 100})
    assert level(client) == Level.NONE
    after_limits(client, litmus_test={"limit": 5})
    assert level(client) == Level.OVER
    after_limits(client, litmus_test={"limit": 5, "enabled": False})
    assert level(client) == Level.NONE


def test_a_new_month_begins_quietly_but_for_what_a_gauge_carries(database):
    client, other = make_client(), make_client()
    record_usage(client, "email_sync", 4)
    record_usage(other, quantity=20)
    for each in (client, other):
        metering.begin_month(each, now=JULY)
    assert (level(client, "2026-07"), level(other, "2026-07")) == (Level.OVER, Level.NONE)


def test_where_nothing_is_used_nothing_needs_a_look(database):
    client = make_client()
    after_limits(client, litmus_test={"limit": 0, "at_limit": "stop"})
    assert level(client) == Level.NONE
