"""Many clients at once: a preview of everything, each client once whatever is killed, one entry, a way back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import audit, outbox, settings
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.outbox import Message
from portal.domain.settings import actions, bulk_running, bulk_values
from tests.factories import NOW, TESTER, change_settings, make_agency, make_client

LIMIT = {"litmus_test.limit": {"set": 25}}


@pytest.fixture
def agency(database):
    return make_agency()


@pytest.fixture
def clients(agency):
    return [make_client(agency, name) for name in ("Amora", "Bela", "Cedro")]


def ready(agency, clients, wanted=LIMIT, now=NOW):
    bulk = settings.begin_bulk(agency, by=TESTER, now=now)
    settings.choose_clients(bulk, [client.id for client in clients])
    settings.want_changes(bulk, wanted, now=now)
    return worked(agency, bulk)


def worked(agency, bulk, now=NOW):
    """What the worker does, in turns of its own."""
    while messages := outbox.claim(now, topic="bulk.work"):
        for message in messages:
            settings.bulk_work(bulk.id, now=now)
            outbox.finish(message, now=now)
    return settings.bulk_of(agency, bulk.id)


def run(agency, bulk, now=NOW):
    settings.confirm_bulk(bulk, by=TESTER, now=now)
    return worked(agency, bulk, now)


def items(bulk):
    found = settings.page_of_items(bulk, ("chosen", "ready", "same", "refused", "done", "skipped"), most=1000).items
    return {item.client.name: item for item in found}


def limit(client):
    return settings.current(client, now=NOW).services["litmus_test"].limit


def test_the_preview_says_everything_and_changes_nothing(agency, clients):
    change_settings(clients[1], litmus_test={"limit": 25})
    change_settings(clients[2], litmus_test={"limit": 10, "at_limit": "ceiling", "ceiling": 20})
    bulk = ready(agency, clients)
    assert bulk.state == "ready"
    found = items(bulk)
    assert [(name, item.state) for name, item in found.items()] == [
        ("Amora", "ready"),
        ("Bela", "same"),
        ("Cedro", "refused"),
    ]
    assert found["Amora"].changes == {"litmus_test.limit": [10, 25, ""]}
    assert found["Bela"].notes == {"litmus_test.limit": ["already_so", {}]}
    assert found["Cedro"].notes == {"litmus_test.ceiling": ["ceiling_low", {"limit": 25}]}
    assert [limit(client) for client in clients] == [10, 25, 10]


def test_prices_say_from_when_they_count(agency, clients):
    wanted = {"licence_price": {"amounts": {"BRL": 5000}}, "payment_option": {"set": "agency_card"}}
    item = items(ready(agency, clients[:1], wanted))["Amora"]
    assert item.changes == {
        "licence_price": [19900, 5000, "2026-07"],
        "payment_option": ["client_card", "agency_card", "2026-07"],
    }


def test_first_values_count_at_once(agency):
    client = settings.open_client(agency, "Nova", began_on=NOW.date(), by=TESTER, now=NOW)
    wanted = {"licence_price": {"amounts": {"BRL": 5000}}, "litmus_test.price": {"amounts": {"BRL": 700}}}
    bulk = ready(agency, [client], wanted)
    assert {pair[2] for pair in items(bulk)["Nova"].changes.values()} == {""}
    run(agency, bulk)
    held = settings.current(client, now=NOW)
    assert (held.licence_price, held.services["litmus_test"].price) == (5000, 700)


def test_percentages_are_rounded_half_up_and_said_so(agency, clients):
    change_settings(clients[0], litmus_test={"price": 999}, licence_price=12345)
    wanted = {"litmus_test.price": {"percent": 500}, "licence_price": {"percent": -1000}}
    found = items(ready(agency, clients, wanted))
    assert found["Amora"].changes == {
        "litmus_test.price": [999, 1049, "2026-07"],
        "licence_price": [12345, 11111, "2026-07"],
    }
    assert found["Amora"].notes["litmus_test.price"] == ["rounded", {"exact": "1048.95"}]
    assert found["Amora"].notes["licence_price"] == ["rounded", {"exact": "11110.5"}]
    assert found["Bela"].notes["litmus_test.price"] == ["price_as_listed", {}]


@pytest.mark.parametrize(
    ("amount", "points", "result"), [(1, 5000, 2), (1, 4999, 1), (333, -10_000, 0), (0, 500, 0), (200, 250, 205)]
)
def test_a_raised_amount_is_rounded_once(amount, points, result):
    assert bulk_values.raised(amount, points)[0] == result


def test_amounts_are_those_of_the_clients_currency(agency, clients):
    euro = make_client(agency, "Europa", currency="EUR")
    bulk = ready(agency, [*clients, euro], {"licence_price": {"amounts": {"BRL": 100}}})
    assert items(bulk)["Europa"].notes == {"licence_price": ["no_amount", {"currency": "EUR"}]}


def test_confirming_changes_all_and_writes_one_entry(agency, clients):
    before = len(audit.recent_of_agency(agency.id))
    bulk = run(agency, ready(agency, clients))
    assert (bulk.state, bulk.finished_at) == ("done", NOW)
    assert [limit(client) for client in clients] == [25, 25, 25]
    entries = audit.recent_of_agency(agency.id)
    assert len(entries) == before + 1
    assert (entries[0].action, entries[0].details["changed"]) == ("settings.bulk_saved", 3)
    for client in clients:
        own = AuditEntry.select().where(AuditEntry.client_id == client.id).order_by(AuditEntry.id.desc()).first()
        assert own.details["changes"] == {"litmus_test.limit": [10, 25]}
        assert own.details["bulk"] == str(bulk.id)


def test_a_client_changed_meanwhile_is_left_out_and_named(agency, clients):
    bulk = ready(agency, clients)
    change_settings(clients[1], shutterstock={"limit": 7})
    found = items(run(agency, bulk))
    assert found["Bela"].state == "skipped"
    assert found["Bela"].notes == {"": ["changed_since_preview", {"who": "Test"}]}
    assert [limit(client) for client in clients] == [25, 10, 25]
    assert audit.recent_of_agency(agency.id, 1)[0].details["skipped"] == 1


def test_killed_in_the_middle_it_goes_on_and_does_each_once(agency, clients, monkeypatch):
    more = [make_client(agency, f"Duna {n}") for n in range(5)]
    bulk = ready(agency, [*clients, *more])
    monkeypatch.setattr(bulk_running, "SAVED_AT_ONCE", 2)
    real, calls = actions.save, []

    def falls_over(client, *rest, **options):
        calls.append(client.id)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(client, *rest, **options)

    monkeypatch.setattr(bulk_running, "save", falls_over)
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    with pytest.raises(KeyboardInterrupt):
        settings.bulk_work(bulk.id, now=NOW)
    states = [item.state for item in items(bulk).values()]
    assert (states.count("done"), states.count("ready")) == (2, 6)
    assert sum(limit(client) == 25 for client in [*clients, *more]) == 2
    done = worked(agency, settings.bulk_of(agency, bulk.id))
    assert done.state == "done"
    for client in [*clients, *more]:
        held = settings.current(client, now=NOW)
        assert (held.services["litmus_test"].limit, held.version) == (25, 3)
    assert [e.action for e in audit.recent_of_agency(agency.id)].count("settings.bulk_saved") == 1


@pytest.mark.parametrize("looks", [1, 2])
def test_a_wish_that_changes_while_the_preview_is_worked_out_is_the_one_shown(agency, clients, monkeypatch, looks):
    bulk = settings.begin_bulk(agency, by=TESTER, now=NOW)
    settings.choose_clients(bulk, [client.id for client in clients])
    settings.want_changes(bulk, LIMIT, now=NOW)
    real, later = bulk_running._looked_at, NOW + timedelta(seconds=1)
    left = [looks]

    def minds_change(*arguments):
        left[0] -= 1
        found = real(*arguments)
        if left[0] == 0:
            settings.want_changes(bulk, {"litmus_test.limit": {"set": 40}}, now=later)
        return found

    monkeypatch.setattr(bulk_running, "_looked_at", minds_change)
    assert worked(agency, bulk, later).state == "ready"
    assert {tuple(item.changes["litmus_test.limit"]) for item in items(bulk).values()} == {(10, 40, "")}


def test_a_long_one_is_done_in_turns(agency, clients):
    bulk = settings.begin_bulk(agency, by=TESTER, now=NOW)
    settings.choose_clients(bulk, [client.id for client in clients])
    settings.want_changes(bulk, LIMIT, now=NOW)
    settings.bulk_work(bulk.id, now=NOW, most=1)
    bulk = worked(agency, bulk)
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    settings.bulk_work(bulk.id, now=NOW, most=1)
    assert Message.select().where(Message.topic == "bulk.work", Message.done_at.is_null()).count() == 2
    assert worked(agency, bulk).state == "done"


def test_confirmed_twice_it_runs_once(agency, clients):
    bulk = ready(agency, clients)
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    worked(agency, bulk)
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    assert worked(agency, bulk).state == "done"
    assert settings.current(clients[0], now=NOW).version == 3


def test_undo_brings_the_old_values_back(agency, clients):
    change_settings(clients[0], litmus_test={"limit": 3})
    bulk = run(agency, ready(agency, clients, LIMIT | {"licence_price": {"amounts": {"BRL": 100}}}))
    back = worked(agency, settings.undo_bulk(bulk, by=TESTER, now=NOW))
    assert (back.state, back.undoes_id) == ("ready", bulk.id)
    assert items(back)["Amora"].changes["litmus_test.limit"] == [25, 3, ""]
    assert limit(clients[0]) == 25
    run(agency, back)
    assert [limit(client) for client in clients] == [3, 10, 10]
    assert settings.current(clients[0], now=NOW).next_licence_price == 19900
    assert audit.recent_of_agency(agency.id, 1)[0].action == "settings.bulk_undone"


def test_undo_leaves_what_was_changed_since(agency, clients):
    bulk = run(agency, ready(agency, clients, LIMIT | {"shutterstock.limit": {"set": 9}}))
    change_settings(clients[0], litmus_test={"limit": 99})
    change_settings(clients[1], litmus_test={"limit": 1}, shutterstock={"limit": 1})
    back = worked(agency, settings.undo_bulk(bulk, by=TESTER, now=NOW))
    found = items(back)
    assert found["Amora"].changes == {"shutterstock.limit": [9, 5, ""]}
    assert found["Amora"].notes == {"litmus_test.limit": ["changed_since", {}]}
    assert found["Bela"].state == "same"
    run(agency, back)
    assert [limit(client) for client in clients] == [99, 1, 10]


def test_clients_that_were_skipped_are_not_undone(agency, clients):
    bulk = ready(agency, clients)
    change_settings(clients[1], litmus_test={"limit": 25})
    bulk = run(agency, bulk)
    back = settings.undo_bulk(bulk, by=TESTER, now=NOW)
    assert set(items(back)) == {"Amora", "Cedro"}


def test_there_is_one_way_back_and_only_for_thirty_days(agency, clients):
    bulk = run(agency, ready(agency, clients))
    assert settings.may_undo(bulk, now=NOW + timedelta(days=30))
    with pytest.raises(Refused):
        settings.undo_bulk(bulk, by=TESTER, now=NOW + timedelta(days=30, seconds=1))
    back = settings.undo_bulk(bulk, by=TESTER, now=NOW)
    assert settings.undo_bulk(bulk, by=TESTER, now=NOW) == back
    back = run(agency, worked(agency, back))
    with pytest.raises(Refused):
        settings.undo_bulk(back, by=TESTER, now=NOW)


def test_one_foreign_client_refuses_all(agency, clients):
    stranger = make_client(make_agency())
    bulk = settings.begin_bulk(agency, by=TESTER, now=NOW)
    with pytest.raises(NotFound):
        settings.choose_clients(bulk, [clients[0].id, clients[1].id, stranger.id])
    with pytest.raises(NotFound):
        settings.choose_clients(bulk, [], without=[stranger.id])
    assert items(bulk) == {}
    settings.choose_clients(bulk, [clients[0].id, clients[0].id])
    settings.choose_clients(bulk, [clients[0].id])
    assert set(items(bulk)) == {"Amora"}


def test_what_makes_no_sense_is_refused(agency, clients):
    bulk = settings.begin_bulk(agency, by=TESTER, now=NOW)
    with pytest.raises(Invalid):
        settings.want_changes(bulk, LIMIT, now=NOW)
    settings.choose_clients(bulk, [clients[0].id])
    for wanted in (
        {},
        {"licence_price": {"percent": 0}},
        {"licence_price": {"percent": -10_001}},
        {"licence_price": {"percent": 100_001}},
        {"licence_price": {"amounts": {}}},
    ):
        with pytest.raises(Invalid):
            settings.want_changes(bulk, wanted, now=NOW)
    with pytest.raises(Refused):
        settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    with pytest.raises(Refused):
        settings.confirm_bulk(ready(agency, clients, {"litmus_test.limit": {"set": 10}}), by=TESTER, now=NOW)


def test_what_runs_can_not_be_chosen_anew(agency, clients):
    bulk = ready(agency, clients)
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    for again in (
        lambda: settings.choose_clients(bulk, [clients[0].id]),
        lambda: settings.want_changes(bulk, LIMIT, now=NOW),
        lambda: settings.discard_bulk(bulk),
    ):
        with pytest.raises(Refused):
            again()


def test_another_agency_does_not_learn_of_it(agency, clients):
    bulk = ready(agency, clients)
    with pytest.raises(NotFound):
        settings.bulk_of(make_agency(), bulk.id)


def test_pages_of_clients_go_both_ways(agency, clients):
    bulk = ready(agency, clients)
    first = settings.page_of_items(bulk, ("ready",), most=2)
    assert ([i.client.name for i in first.items], first.previous) == (["Amora", "Bela"], None)
    second = settings.page_of_items(bulk, ("ready",), after=first.following, most=2)
    assert ([i.client.name for i in second.items], second.following) == (["Cedro"], None)
    back = settings.page_of_items(bulk, ("ready",), before=second.previous, most=2)
    assert [i.client.name for i in back.items] == ["Amora", "Bela"]
