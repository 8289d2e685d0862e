"""Who hears of a limit and how: by choice, together when many come, and ahead of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from portal.domain import accounts, metering, outbox, tenants
from portal.domain.accounts import Notices, Role
from portal.domain.accounts.models import StaffAssignment
from portal.domain.metering import Alert, LimitForecast, LimitNotice
from tests.domain.racing import at_once, errors
from tests.domain.test_alerts import Links
from tests.factories import (
    NOW,
    TESTER,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
    record_usage,
)

EVENING = datetime(2026, 6, 15, 21, tzinfo=UTC)
"""18:00 in São Paulo."""
MIDNIGHT = datetime(2026, 6, 16, 3, tzinfo=UTC)


@pytest.fixture
def agency(database):
    return make_agency()


def letters(person=None):
    """(letter, service or number of matters) of what was written, oldest first; to this person where given."""
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send").order_by(outbox.Message.id)
    return [
        (row.payload["letter"], row.payload["values"].get("service") or len(row.payload["values"]["items"]))
        for row in rows
        if person is None or row.payload["to"] == person.person.email
    ]


def tell_all(now=NOW):
    for alert in Alert.select().where(Alert.superseded_by.is_null()).order_by(Alert.id):
        metering.tell(alert.id, resolved=False, origins=Links(), now=now)


def digests(now):
    """Send the day's letters that are due; for how many people that were."""
    due = outbox.claim(now, 100, topic="limits.digest")
    for message in due:
        metering.send_digest(message.payload["person"], origins=Links(), now=now)
        outbox.finish(message, now=now)
    return len(due)


def cross(agency, n, now=NOW):
    """So many clients reach the limit of Litmus tests."""
    clients = [make_client(agency) for _ in range(n)]
    for client in clients:
        record_usage(client, quantity=10, at=now)
    return clients


# Many on one day


def test_the_first_letters_of_a_day_go_at_once_and_the_rest_as_one_in_the_evening(agency):
    ana, bruno = make_staff(Role.OWNER, agency), make_staff(Role.ADMIN, agency)
    cross(agency, 12)
    for _ in range(2):  # a worker that died half-way does it again
        tell_all()
    for person in (ana, bruno):
        assert letters(person) == [("limit_reached", "litmus_test")] * 5
    assert digests(EVENING - timedelta(seconds=1)) == 0
    assert digests(EVENING) == 2
    for person in (ana, bruno):
        assert letters(person)[5:] == [("limit_digest", 7)]
    told = {row.payload["values"]["client"] for row in mails(ana) if "client" in row.payload["values"]}
    told |= {item["client"] for row in mails(ana) for item in row.payload["values"].get("items", [])}
    assert len(told) == 12, "nothing is lost"


def mails(person):
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send")
    return [row for row in rows if row.payload["to"] == person.person.email]


def test_what_comes_after_the_evening_waits_for_the_end_of_the_day(agency):
    ana = make_staff(Role.OWNER, agency)
    cross(agency, 7)
    tell_all()
    assert digests(EVENING) == 1
    late = EVENING + timedelta(hours=1)
    cross(agency, 2, now=late)
    tell_all(late)
    assert digests(late) == 0 and digests(MIDNIGHT) == 1
    assert letters(ana)[5:] == [("limit_digest", 2), ("limit_digest", 2)]


def test_a_new_day_begins_anew_on_the_clock_of_the_agency(agency):
    ana = make_staff(Role.OWNER, agency)
    cross(agency, 5, now=MIDNIGHT - timedelta(minutes=1))
    tell_all(MIDNIGHT - timedelta(minutes=1))
    cross(agency, 5, now=MIDNIGHT)
    tell_all(MIDNIGHT)
    assert letters(ana) == [("limit_reached", "litmus_test")] * 10


def test_a_day_s_letter_is_written_once_however_often_it_is_asked_for(agency):
    ana = make_staff(Role.OWNER, agency)
    cross(agency, 8)
    tell_all()
    acts = [partial(metering.send_digest, ana.person.id, origins=Links(), now=EVENING)] * 4
    assert not errors(at_once(*acts))
    assert letters(ana)[5:] == [("limit_digest", 3)]


def test_alerts_told_at_the_same_moment_are_told_once_each(agency):
    ana = make_staff(Role.OWNER, agency)
    cross(agency, 7)
    alerts = Alert.select().where(Alert.superseded_by.is_null())
    acts = [partial(metering.tell, row.id, resolved=False, origins=Links(), now=NOW) for row in alerts for _ in (1, 2)]
    assert not errors(at_once(*acts))
    assert len(letters(ana)) == 5 and LimitNotice.select().count() == 7


def test_a_day_s_letter_says_the_numbers_of_its_moment_and_what_is_over(agency):
    ana = make_staff(Role.OWNER, agency)
    clients = cross(agency, 7)
    tell_all()
    waiting = [row.source for row in LimitNotice.select().where(LimitNotice.at_once == False)]  # noqa: E712
    first, second = (Alert.get_by_id(source.partition(":")[2]).client_id for source in sorted(waiting))
    by_id = {client.id: client for client in clients}
    record_usage(by_id[first], quantity=3)
    change_settings(by_id[second], litmus_test={"limit": 50})
    metering.check_client(by_id[second], "litmus_test", now=NOW)
    digests(EVENING)
    items = {item["client"]: item for item in mails(ana)[-1].payload["values"]["items"]}
    assert (items[by_id[first].name]["kind"], items[by_id[first].name]["used"]) == ("reached", 13)
    assert (items[by_id[second].name]["kind"], items[by_id[second].name]["limit"]) == ("resolved", 50)


def test_who_lost_a_client_meanwhile_is_not_told_of_it(agency):
    clients = cross(agency, 7)
    bruno = make_staff(Role.MANAGER, clients=clients)
    tell_all()
    StaffAssignment.delete().execute()
    digests(EVENING)
    assert len(letters(bruno)) == 5


def test_people_of_the_client_get_every_letter_at_once(agency):
    client = make_client(agency)
    carla = make_contributor(make_app(client), ["services"])
    for service in ("litmus_test", "shutterstock", "email_sync"):
        record_usage(client, service, 10)
    record_usage(client, "push_notification", 10_000)
    tell_all()
    assert len(letters(carla)) == 4


# By choice


@pytest.mark.parametrize("kind", ["approaching", "resolved"])
def test_a_letter_that_was_turned_down_does_not_come(agency, kind):
    client, ana, bia = make_client(agency), make_staff(Role.OWNER, agency), make_staff(Role.ADMIN, agency)
    accounts.choose_notices(ana.person, Notices(**{kind: False}))
    record_usage(client, quantity=8)
    alert = Alert.get()
    metering.tell(alert.id, resolved=kind == "resolved", origins=Links(), now=NOW)
    assert letters(ana) == [] and letters(bia) == [(f"limit_{kind}", "litmus_test")]


@pytest.mark.parametrize(
    ("role", "wish", "comes"),
    [
        (Role.OWNER, {}, True),
        (Role.OWNER, {"at_limit": "ceiling", "ceiling": 20}, True),
        (Role.OWNER, {"at_limit": "stop"}, False),
        (Role.ADMIN, {}, False),
    ],
)
def test_an_owner_always_hears_of_a_limit_beyond_which_use_costs_money(agency, role, wish, comes):
    client, person = make_client(agency, litmus_test=wish), make_staff(role, agency)
    accounts.choose_notices(person.person, Notices(reached=False))
    record_usage(client, quantity=10)
    tell_all()
    assert bool(letters(person)) == comes


def test_one_letter_a_day_brings_everything_in_the_evening(agency):
    ana = make_staff(Role.OWNER, agency)
    accounts.choose_notices(ana.person, Notices(rhythm="daily"))
    cross(agency, 2)
    tell_all()
    assert letters(ana) == []
    digests(EVENING)
    assert letters(ana) == [("limit_digest", 2)]


def test_a_choice_can_be_changed_and_others_are_refused(agency):
    ana = make_staff(Role.OWNER, agency)
    for notices in (Notices(foreseen=False), Notices(rhythm="daily")):
        accounts.choose_notices(ana.person, notices)
        assert accounts.notices_of(ana.person) == notices
    with pytest.raises(ValueError, match="never"):
        accounts.choose_notices(ana.person, Notices(rhythm="never"))


# Ahead of time


def use_on(client, *days, quantity=1, service="litmus_test"):
    for day in days:
        record_usage(client, service, quantity, at=datetime(2026, 6, day, 15, tzinfo=UTC))


TENTH = datetime(2026, 6, 10, 15, tzinfo=UTC)


def forecasts(agency, now=TENTH):
    metering.foresee(agency, now=now)
    rows = LimitForecast.select().order_by(LimitForecast.id)
    return [(row.service, row.limit_version, row.passes_on.day) for row in rows]


def test_a_limit_that_will_be_passed_is_foreseen_once_with_its_day(agency):
    client = make_client(agency)
    use_on(client, 1, 3, 5, 7, 9)
    assert forecasts(agency) == [("litmus_test", 2, 21)], "5 in 9.6 days: the eleventh on the 21st"
    assert forecasts(agency, TENTH + timedelta(days=1)) == [("litmus_test", 2, 21)]
    assert [row.topic for row in outbox.Message.select() if row.topic == "limit.foreseen"] == ["limit.foreseen"]


def test_a_raised_limit_is_judged_anew(agency):
    client = make_client(agency)
    use_on(client, 1, 3, 5, 7, 9)
    forecasts(agency)
    change_settings(client, now=TENTH, litmus_test={"limit": 12})
    assert forecasts(agency, TENTH + timedelta(hours=1))[1:] == [("litmus_test", 3, 25)]


@pytest.mark.parametrize(
    ("days", "now", "why"),
    [
        ((1, 2, 3, 4, 5), datetime(2026, 6, 6, 2, tzinfo=UTC), "not five days yet"),
        ((5, 9), TENTH, "two days with use are no pace"),
        ((1, 5), TENTH, "stays within it"),
        ((1, 2, 3, 4, 5, 6, 7, 8), TENTH, "a threshold is reached: its alert said it"),
    ],
)
def test_nothing_is_foreseen_too_early_or_for_nothing(agency, days, now, why):
    client = make_client(agency)
    use_on(client, *days, quantity=2 if len(days) == 2 and days[1] == 9 else 1)
    assert forecasts(agency, now) == [], why


@pytest.mark.parametrize("change", ["off", "no limit", "suspended", "gauge"])
def test_what_can_not_pass_is_not_foreseen(agency, change):
    client = make_client(agency)
    use_on(client, 1, 3, 5, 7, 9, service="email_sync" if change == "gauge" else "litmus_test")
    match change:
        case "off":
            change_settings(client, now=TENTH, litmus_test={"enabled": False})
        case "no limit":
            change_settings(client, now=TENTH, litmus_test={"limit": None})
        case "suspended":
            tenants.set_client_suspended(client, suspended=True, by=TESTER, now=TENTH)
    assert forecasts(agency) == []


def test_a_forecast_is_told_to_staff_and_to_who_sees_the_services(agency):
    client, ana, bia = make_client(agency), make_staff(Role.OWNER, agency), make_staff(Role.ADMIN, agency)
    carla = make_contributor(make_app(client), ["services"])
    accounts.choose_notices(bia.person, Notices(foreseen=False))
    use_on(client, 1, 3, 5, 7, 9)
    forecasts(agency)
    for _ in range(2):
        metering.tell_foreseen(LimitForecast.get().id, origins=Links(), now=TENTH)
    assert letters(ana) == letters(carla) == [("limit_foreseen", "litmus_test")]
    assert letters(bia) == []


@pytest.mark.parametrize("meanwhile", ["reached", "raised"])
def test_a_forecast_that_is_no_longer_true_is_not_told(agency, meanwhile):
    client, ana = make_client(agency), make_staff(Role.OWNER, agency)
    use_on(client, 1, 3, 5, 7, 9)
    forecasts(agency)
    if meanwhile == "reached":
        use_on(client, 10, quantity=5)
    else:
        change_settings(client, now=TENTH, litmus_test={"limit": 11})
    metering.tell_foreseen(LimitForecast.get().id, origins=Links(), now=TENTH)
    assert letters(ana) == []


def test_looking_ahead_at_the_same_moment_foresees_once(agency):
    client = make_client(agency)
    use_on(client, 1, 3, 5, 7, 9)
    assert not errors(at_once(*[partial(metering.foresee, agency, now=TENTH)] * 4))
    assert LimitForecast.select().count() == 1
    assert [row.topic for row in outbox.Message.select()].count("limit.foreseen") == 1
