"""What is written down of a client's changes, read back by client, field and page; suspension and details besides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import audit, settings, tenants
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, Refused
from tests.factories import NOW, TESTER, change_settings, make_agency, make_app, make_client

ANA = Actor("staff", "Ana Prado")


@pytest.fixture
def client(database):
    return make_client(make_agency("aurora", "Aurora"), "Cantina da Praça")


def saves(client, **question):
    return audit.history_of_client(client.id, {"settings.saved"}, **question)


def newest(client):
    return saves(client, most=1).entries[0].details


# What a save writes down


def test_a_price_that_waits_says_for_which_month(client):
    change_settings(client, licence_price=1, litmus_test={"price": 5, "limit": 3}, payment_option="agency_card")
    assert newest(client)["from"] == {
        "licence_price": "2026-07",
        "litmus_test.price": "2026-07",
        "payment_option": "2026-07",
    }


def test_what_counts_at_once_waits_for_nothing(client):
    change_settings(client, litmus_test={"limit": 3}, direct_support=True)
    assert "from" not in newest(client)
    fresh = settings.open_client(client.agency, "Fresh", began_on=NOW.date(), by=TESTER, now=NOW)
    change_settings(fresh, licence_price=1, litmus_test={"price": 5}, payment_option="agency_card")
    assert "from" not in newest(fresh), "the first save counts from the start"


def test_a_price_taken_back_in_the_same_month_is_back_at_once(client):
    change_settings(client, licence_price=1)
    change_settings(client, licence_price=19900, now=NOW + timedelta(minutes=1))
    assert newest(client)["changes"] == {"licence_price": [1, 19900]}
    assert "from" not in newest(client)


# Reading it back


def test_pages_of_one_client_hold_each_entry_once(client):
    other = make_client(client.agency)
    for n in range(1, 260):
        audit.record("settings.saved", by=ANA, now=NOW, client_id=client.id, changes={"n": [n - 1, n]})
        audit.record("settings.saved", by=ANA, now=NOW, client_id=other.id, changes={"n": [0, -n]})
    seen, page = [], saves(client, most=50)
    while True:
        seen += page.entries
        if page.older is None:
            break
        page = saves(client, before=page.older.id, most=50)
    numbers = [entry.details["changes"]["n"][1] for entry in seen if "n" in entry.details["changes"]]
    assert numbers == list(range(259, 0, -1)), "those of one moment, too, in the order they were written"
    back = saves(client, after=seen[100].id, most=50)
    assert back.entries == seen[50:100]
    assert (back.newer, back.older) == (seen[50], seen[99])


def test_a_filter_looks_as_far_as_it_has_to(client):
    audit.record("settings.saved", by=ANA, now=NOW, client_id=client.id, changes={"rare": [1, 2]})
    for n in range(250):
        audit.record(
            "settings.saved", by=ANA, now=NOW + timedelta(seconds=n), client_id=client.id, changes={"n": [0, n]}
        )
    page = saves(client, fits=lambda entry: "rare" in entry.details["changes"])
    assert [entry.details["changes"] for entry in page.entries] == [{"rare": [1, 2]}]
    assert page.newer is page.older is None


def test_an_edge_of_another_client_counts_as_the_start(client):
    foreign = audit.history_of_client(make_client(client.agency).id, {"settings.saved"}).entries[0]
    assert saves(client, before=foreign.id).entries == saves(client).entries
    assert saves(client, after=foreign.id).newer is None


def test_the_last_change_of_each_field_is_its_latest(client):
    change_settings(client, litmus_test={"limit": 3}, by=ANA, now=NOW)
    change_settings(client, litmus_test={"limit": 4}, shutterstock={"limit": 9}, now=NOW + timedelta(minutes=1))
    found = audit.last_changes(client.id, "settings.saved")
    limit = found["litmus_test.limit"]
    assert (limit.old, limit.new, limit.entry.at) == (3, 4, NOW + timedelta(minutes=1))
    assert "direct_support" not in found
    assert audit.last_changes(make_agency().id, "settings.saved") == {}


# Suspension and details


def test_nothing_is_resumed_while_the_agency_is_suspended(client):
    app = make_app(client)
    tenants.set_client_suspended(client, suspended=True, by=ANA, now=NOW)
    tenants.set_app_suspended(app, suspended=True, by=ANA, now=NOW)
    client.agency.suspended_at = NOW
    app.agency.suspended_at = NOW
    for resume in (tenants.set_client_suspended, tenants.set_app_suspended):
        with pytest.raises(Refused):
            resume(app if resume is tenants.set_app_suspended else client, suspended=False, by=ANA, now=NOW)


def test_resuming_forgets_the_reason_but_the_trail_does_not(client):
    tenants.set_client_suspended(client, suspended=True, reason="  No   payment ", by=ANA, now=NOW)
    assert client.suspended_because == "No payment"
    tenants.set_client_suspended(client, suspended=False, reason="ignored", by=ANA, now=NOW)
    assert (client.suspended_at, client.suspended_because) == (None, None)
    entries = audit.history_of_client(client.id, {"client.suspended", "client.resumed"}).entries
    assert [(entry.action, entry.details) for entry in entries] == [
        ("client.resumed", {}),
        ("client.suspended", {"reason": "No payment"}),
    ]


def test_every_bad_detail_is_said_at_once_and_nothing_is_changed(client):
    with pytest.raises(Invalid) as refused:
        tenants.change_client(client, name=" ", email="", address="x" * 501, language="xx", by=ANA, now=NOW)
    assert set(refused.value.problems) == {"name", "address", "language"}
    assert tenants.client_by_id(client.agency, client.id).name == "Cantina da Praça"
