"""Facts are what the events say, however they came in; and what is wrong is found and mended."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from portal.domain import metering, settings
from portal.domain.metering import DayFact, PeriodCounter
from tests.factories import NOW, event, make_agency, make_client, make_example, record_usage

SINCE = datetime(2026, 5, 1, 3, tzinfo=UTC)


def send_at_random(client, *, seed, batches=12, size=15):
    """Counters, gauges, late ones, corrections, and values of the same second; some of it twice."""
    dice, sent = random.Random(seed), []
    for _ in range(batches):
        batch = []
        for _ in range(size):
            at = SINCE + timedelta(seconds=dice.randrange(45 * 24 * 60) * 60)
            kind = dice.random()
            if kind < 0.4:
                batch.append(event(client, "email_sync", dice.randrange(6), at=at))
            elif kind < 0.9 or not sent:
                batch.append(event(client, dice.choice(["litmus_test", "shutterstock"]), dice.randint(1, 9), at=at))
            else:
                batch.append(dice.choice(sent))
        wrong = [raw for raw in dice.sample(batch, 3) if raw.get("quantity", 0) > 0]
        batch += [event(client, raw["service"], -1, corrects=raw["id"], at=raw["at"]) for raw in wrong]
        metering.record(client.agency, batch, now=NOW)
        sent += batch


def test_whatever_comes_in_the_facts_are_what_the_events_say(database):
    agency = make_agency()
    for seed in range(3):
        send_at_random(make_client(agency), seed=seed)
    assert list(metering.differences(agency)) == []
    assert metering.rebuild(agency) == 0


def test_the_worked_example_is_what_its_events_say(database):
    assert list(metering.differences(make_example().agency)) == []


def test_a_wrong_fact_is_found_named_and_mended(database):
    client = make_client()
    record_usage(client, quantity=3)
    record_usage(client, "email_sync", 2)
    PeriodCounter.update(used=4).where(PeriodCounter.service == "litmus_test").execute()
    DayFact.delete().where(DayFact.service == "email_sync").execute()
    wrong = {(each.service, str(each.place)): (each.kept, each.counted) for each in metering.differences(client.agency)}
    assert set(wrong) == {("litmus_test", "2026-06"), ("email_sync", "2026-06-15")}
    kept, counted = wrong["litmus_test", "2026-06"]
    assert (kept.used, counted.used) == (4, 3)
    assert wrong["email_sync", "2026-06-15"][0] is None
    assert metering.rebuild(client.agency) == 1
    assert list(metering.differences(client.agency)) == []
    assert metering.used_in(client, settings.find_service("litmus_test"), "2026-06") == (3, 3)


def test_facts_without_events_are_found(database):
    client = make_client()
    PeriodCounter.create(client=client, service="litmus_test", period="2026-06", used=5, current=5)
    (wrong,) = metering.differences(client.agency)
    assert (wrong.kept.used, wrong.counted) == (5, None)
    metering.rebuild(client.agency)
    assert list(metering.differences(client.agency)) == []


def test_the_command_verifies_and_mends(app):
    def command(*words):
        return app.test_cli_runner().invoke(args=["portal", *words])

    client = make_client()
    record_usage(client, quantity=3)
    assert command("rebuild-facts", "--verify").exit_code == 0
    PeriodCounter.update(used=4).where(PeriodCounter.client == client).execute()
    told = command("rebuild-facts", "--verify", "--agency", client.agency.slug)
    assert told.exit_code == 1
    assert f"{client.slug} litmus_test 2026-06: kept Counter(used=4" in told.output
    assert command("rebuild-facts").output == "clients mended: 1\n"
    assert command("rebuild-facts", "--verify").exit_code == 0
