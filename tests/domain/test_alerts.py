"""Thresholds: each told once, to whom it concerns, and over when a raised limit ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from portal.domain import metering, outbox, rights, tenants
from portal.domain.accounts import Contributor, Role
from portal.domain.metering import Alert
from portal.domain.tenants import Agency
from tests.domain.racing import at_once, errors
from tests.factories import (
    NOW,
    START,
    TESTER,
    change_settings,
    event,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
    record_usage,
)

JULY = datetime(2026, 7, 2, 12, tzinfo=UTC)


class Links:
    def limit_of(self, client, service):
        return f"https://platform/{client.slug}#{service}"

    def service_of(self, app, service):
        return f"https://agency/{app.slug}/{service}"

    def alerts_at(self):
        return "https://platform/alerts"

    def notices_at(self, agency):
        return f"https://{agency.slug if agency else 'platform'}/notices"


def told():
    """(topic, threshold) of every message about alerts, in the order they were written."""
    rows = outbox.Message.select().where(outbox.Message.topic.startswith("alert.")).order_by(outbox.Message.id)
    return [(row.topic, Alert.get_by_id(row.payload["alert"]).threshold) for row in rows]


def look_again(client, service="litmus_test", now=NOW):
    """What the worker does after a change of settings."""
    metering.check_client(client, service, now=now)


def standing(client, now=NOW):
    return [alert.threshold for alert in metering.open_alerts([client], now=now)]


def test_each_threshold_is_told_once(database):
    client = make_client()
    for _ in range(7):
        record_usage(client)
    assert told() == []
    record_usage(client)
    assert told() == [("alert.raised", 80)]
    for _ in range(5):
        record_usage(client)
    assert told() == [("alert.raised", 80), ("alert.raised", 100)]
    assert standing(client) == [100]


def test_an_event_that_crosses_two_thresholds_is_told_once_for_the_higher(database):
    client = make_client()
    record_usage(client, quantity=13)
    assert told() == [("alert.raised", 100)]
    assert standing(client) == [100]
    assert Alert.select().count() == 2


def test_a_limit_of_zero_is_reached_by_the_first_use(database):
    client = make_client(litmus_test={"limit": 0})
    look_again(client)
    assert told() == []
    record_usage(client)
    assert told() == [("alert.raised", 100)]


def test_without_a_limit_nothing_is_ever_reached(database):
    client = make_client(litmus_test={"limit": None})
    record_usage(client, quantity=10**9)
    assert Alert.select().count() == 0


def test_a_raised_limit_ends_an_alert_and_arms_again(database):
    client = make_client()
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"limit": 20})
    look_again(client)
    assert told()[1:] == [("alert.resolved", 100)]
    assert standing(client) == []
    record_usage(client, quantity=10)
    assert told()[2:] == [("alert.raised", 100)]


def test_a_raised_limit_that_is_nearly_reached_again_is_told_once(database):
    client = make_client()
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"limit": 12})
    look_again(client)
    assert told()[1:] == [("alert.raised", 80)]
    assert standing(client) == [80]


def test_a_lowered_limit_is_told_at_once(database):
    client = make_client()
    record_usage(client, quantity=5)
    change_settings(client, litmus_test={"limit": 5})
    look_again(client)
    assert told() == [("alert.raised", 100)]


def test_an_alert_that_a_lowered_limit_repeats_is_not_said_to_be_over(database):
    client = make_client()
    record_usage(client, quantity=8)
    change_settings(client, litmus_test={"limit": 9})
    look_again(client)
    assert told() == [("alert.raised", 80)] * 2
    assert [alert.resolved_at for alert in Alert.select()] == [None, None]
    assert standing(client) == [80]


def test_a_limit_taken_away_ends_the_alert(database):
    client = make_client()
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"limit": None})
    look_again(client)
    assert told()[1:] == [("alert.resolved", 100)]


def test_switching_a_service_off_and_on_again_tells_nothing_anew(database):
    client = make_client()
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"enabled": False})
    look_again(client)
    assert standing(client) == []
    change_settings(client, litmus_test={"enabled": True})
    look_again(client)
    assert standing(client) == [100]
    assert told() == [("alert.raised", 100)]


def test_other_ways_to_go_on_at_the_limit_tell_nothing_anew(database):
    client = make_client()
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"at_limit": "ceiling", "ceiling": 20, "price": 500})
    look_again(client)
    assert told() == [("alert.raised", 100)]


def test_a_threshold_added_below_one_that_was_told_stays_quiet(database):
    client = make_client(litmus_test={"alert_at": (100,)})
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"alert_at": (50, 100)})
    look_again(client)
    assert told() == [("alert.raised", 100)]
    assert standing(client) == [100]


def test_a_client_has_thresholds_of_its_own(database):
    client = make_client(litmus_test={"alert_at": (50, 200)})
    record_usage(client, quantity=5)
    record_usage(client, quantity=5)
    record_usage(client, quantity=10)
    assert told() == [("alert.raised", 50), ("alert.raised", 200)]


def test_thresholds_of_the_agency_hold_where_a_client_has_none(database):
    agency = make_agency()
    own, other = make_client(agency, litmus_test={"alert_at": (90,)}), make_client(agency)
    for client in (own, other):
        record_usage(client, quantity=6)
    assert told() == []
    Agency.update(alert_at=[50, 100]).where(Agency.id == agency.id).execute()
    metering.check_agency(Agency.get_by_id(agency.id), now=NOW)
    assert told() == [("alert.raised", 50)]
    assert (standing(own), standing(other)) == ([], [50])


def test_every_month_is_told_anew(database):
    client = make_client()
    record_usage(client, quantity=10)
    record_usage(client, quantity=10, at=JULY)
    assert told() == [("alert.raised", 100)] * 2
    assert standing(client, now=JULY) == [100]


def test_what_a_gauge_carried_into_a_month_is_told_before_any_event(database):
    client = make_client()
    record_usage(client, "email_sync", 4)
    metering.begin_month(client, now=JULY)
    metering.begin_month(client, now=JULY)
    assert told() == [("alert.raised", 100)] * 2


def test_many_events_at_once_tell_each_threshold_once(database):
    client = make_client()
    act = [partial(metering.record, client.agency, [event(client, quantity=2)], now=NOW) for _ in range(10)]
    assert not errors(at_once(*act))
    assert told() in ([("alert.raised", 80), ("alert.raised", 100)], [("alert.raised", 100)])  # as they met


def test_looking_again_while_events_come_in_tells_once(database):
    client = make_client()
    record_usage(client, quantity=10)
    change_settings(client, litmus_test={"limit": 5})
    acts = [partial(look_again, client)] * 4
    acts += [partial(metering.record, client.agency, [event(client)], now=NOW) for _ in range(4)]
    assert not errors(at_once(*acts))
    assert told() == [("alert.raised", 100)] * 2


# Who hears of it


def letters(client, now=NOW):
    record_usage(client, quantity=10, at=now)
    alert = Alert.select().order_by(Alert.threshold.desc()).first()
    for _ in range(2):  # a worker that died half-way does it again
        metering.tell(alert.id, resolved=False, origins=Links(), now=now)
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send")
    return {row.payload["to"]: row.payload for row in rows}


def test_owners_admins_and_the_managers_of_the_client_hear_of_it(database):
    client = make_client()
    sibling = make_client(client.agency)
    heard = [make_staff(Role.OWNER, client.agency), make_staff(Role.ADMIN, client.agency)]
    heard += [make_staff(Role.MANAGER, clients=[client])]
    make_staff(Role.MANAGER, clients=[sibling])
    make_staff(Role.BILLING, client.agency)
    make_staff(Role.OWNER)
    sent = letters(client)
    assert set(sent) == {staff.person.email for staff in heard}
    assert {letter["agency"] for letter in sent.values()} == {None}


def test_people_who_see_the_services_hear_of_it_in_the_brand_of_the_agency(database):
    client = make_client()
    carla = make_contributor(make_app(client), ["services"])
    make_contributor(make_app(client), ["menus", "team"])
    make_contributor(make_app(make_client(client.agency)), ["services"])
    sent = letters(client)
    assert set(sent) == {carla.person.email}
    letter = sent[carla.person.email]
    assert letter["agency"] == str(client.agency.id)
    assert (letter["letter"], letter["values"]["used"], letter["values"]["limit"]) == ("limit_reached", 10, 10)
    assert letter["values"]["link"] == f"https://agency/{client.slug}/litmus_test"


def test_a_person_in_two_apps_of_the_client_hears_of_it_once(database):
    client = make_client()
    make_contributor(make_app(client), ["services"], email="carla@cantina.example")
    make_contributor(make_app(client, "Another app"), ["services"], email="carla@cantina.example")
    letters(client)
    assert outbox.Message.select().where(outbox.Message.topic == "mail.send").count() == 1


@pytest.mark.parametrize(
    "kept_out",
    ["access off", "client suspended", "agency suspended", "membership over", "section gone", "no notices", "removed"],
)
def test_whoever_cannot_see_the_services_at_the_moment_hears_nothing(database, kept_out):
    client = make_client()
    record_usage(client, quantity=10)
    carla = make_contributor(make_app(client), ["services"], ends_on=date(2026, 6, 15))
    now = NOW
    match kept_out:
        case "access off":
            tenants.set_client_access(client, allowed=False, by=TESTER, now=NOW)
        case "client suspended":
            tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
        case "agency suspended":
            tenants.Agency.update(suspended_at=NOW).execute()
        case "membership over":
            now = NOW + timedelta(days=1)
        case "section gone":
            rights.set_available(client, "services", available=False)
        case "no notices":
            Contributor.update(wants_notices=False).execute()
        case "removed":
            Contributor.update(ended_at=START).where(Contributor.id == carla.id).execute()
    alert = Alert.get(Alert.threshold == 100)
    metering.tell(alert.id, resolved=False, origins=Links(), now=now)
    assert not outbox.Message.select().where(outbox.Message.topic == "mail.send").exists()
