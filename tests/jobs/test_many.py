"""Many clients at once, by the worker: in turns, and again after one that fell over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import settings, tenants
from portal.domain.settings import bulk_running, import_running
from tests.factories import NOW, TESTER, make_agency, make_client

LATER = NOW + timedelta(minutes=10)
"""When a lease has run out, and a failed message is tried again."""


@pytest.fixture
def agency(database):
    return make_agency()


def limits(agency):
    return {settings.limits_in_force(client)["litmus_test"].limit for client in tenants.clients_of(agency)}


def confirmed(agency, work):
    clients = [make_client(agency, f"Loja {n}") for n in range(5)]
    bulk = settings.begin_bulk(agency, by=TESTER, now=NOW)
    settings.choose_clients(bulk, [client.id for client in clients])
    settings.want_changes(bulk, {"litmus_test.limit": {"set": 25}}, now=NOW)
    work()
    settings.confirm_bulk(bulk, by=TESTER, now=NOW)
    return bulk


def imported(agency):
    text = "name\n" + "".join(f"Loja {n}\n" for n in range(5))
    batch = settings.begin_import(agency, text.encode(), name="", mark=",", by=TESTER, now=NOW)
    settings.confirm_import(batch, by=TESTER, now=NOW)
    return batch


def test_a_bulk_change_is_prepared_and_run_by_the_worker(agency, work):
    bulk = confirmed(agency, work)
    assert limits(agency) == {10}
    work()
    assert limits(agency) == {25}
    assert settings.bulk_of(agency, bulk.id).state == "done"


def test_clients_from_a_file_are_created_by_the_worker(agency, work):
    batch = imported(agency)
    work()
    assert len(tenants.clients_of(agency)) == 5
    assert settings.import_of(agency, batch.id).state == "done"


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_bulk_change_that_fell_over_goes_on_where_it_stood(agency, work, monkeypatch, after):
    bulk = confirmed(agency, work)
    monkeypatch.setattr(bulk_running, "SAVED_AT_ONCE", 2)
    with monkeypatch.context() as broken:
        broken.setattr(bulk_running, "save", falling(bulk_running.save, after))
        work()
    assert settings.bulk_of(agency, bulk.id).state == "running"
    work(LATER)
    assert settings.bulk_of(agency, bulk.id).state == "done"
    assert {settings.current(client, now=NOW).version for client in tenants.clients_of(agency)} == {3}
    assert limits(agency) == {25}


@pytest.mark.parametrize("after", [0, 1, 3])
def test_an_import_that_fell_over_creates_each_client_once(agency, work, monkeypatch, after):
    batch = imported(agency)
    monkeypatch.setattr(import_running, "CREATED_AT_ONCE", 2)
    with monkeypatch.context() as broken:
        broken.setattr(import_running, "open_from", falling(import_running.open_from, after))
        work()
    assert settings.import_of(agency, batch.id).state == "running"
    work(LATER)
    assert settings.import_of(agency, batch.id).state == "done"
    assert [client.name for client in tenants.clients_of(agency)] == [f"Loja {n}" for n in range(5)]


def test_what_is_long_is_done_in_turns(agency, work, monkeypatch):
    monkeypatch.setattr(bulk_running, "SAVED_AT_ONCE", 1)
    monkeypatch.setattr(bulk_running, "MOST_A_TURN", 2)
    bulk = confirmed(agency, work)
    settings.bulk_work(bulk.id, now=NOW, most=2)
    assert limits(agency) == {10, 25}
    work()
    assert limits(agency) == {25}


def falling(real, after):
    """The action, but it fails after so many times."""
    calls = []

    def broken(*rest, **options):
        calls.append(1)
        if len(calls) > after:
            raise OSError("the disk is full")
        return real(*rest, **options)

    return broken
