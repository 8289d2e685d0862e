"""POST /api/v1/clients/{client}/services/{service}/consume: ask and count in one step."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from portal import db
from portal.domain import tenants
from tests.factories import NOW, TESTER, change_settings, event, make_client, record_usage

ONE = {"id": "run-1", "quantity": 1}


def path(client, service="litmus_test"):
    return f"/clients/{client.slug}/services/{service}/consume"


def consume(machine, client, service="litmus_test", **body):
    return machine.ask("POST", path(client, service), body)


def test_it_counts_and_says_what_is_left(machine, client):
    page = consume(machine, client, id="run-1", quantity=3)
    assert page.status == 200
    assert page.json == {
        "client": client.slug,
        "service": "litmus_test",
        "id": "run-1",
        "used": 3,
        "current": 3,
        "limit": 10,
        "ceiling": None,
        "remaining": 7,
        "excess": 0,
        "period": "2026-06",
    }
    assert machine.used(client) == 3


def test_a_client_is_named_by_id_too(machine, client):
    page = machine.ask("POST", f"/clients/{client.id}/services/litmus_test/consume", ONE)
    assert (page.status, page.json["client"]) == (200, client.slug)


def test_a_gauge_takes_a_value(machine, client):
    assert consume(machine, client, "email_sync", id="box-1", value=4).json["excess"] == 2
    page = consume(machine, client, "email_sync", id="box-2", value=0)
    assert (page.json["used"], page.json["current"]) == (4, 0)


def test_the_same_again_gets_the_first_answer_and_counts_nothing(machine, client):
    first = consume(machine, client, **ONE)
    consume(machine, client, id="run-2", quantity=5)
    again = consume(machine, client, **ONE)
    assert (again.status, again.body) == (200, first.body)
    assert machine.used(client) == 6


def test_another_body_under_a_used_id_is_a_conflict(machine, client):
    consume(machine, client, **ONE)
    page = consume(machine, client, id="run-1", quantity=2)
    assert (page.status, page.json["code"]) == (409, "id_conflict")
    assert machine.used(client) == 1


def test_an_id_that_was_reported_as_usage_is_a_conflict(machine, client):
    machine.send(event(client, id="run-1"))
    assert consume(machine, client, **ONE).json["code"] == "id_conflict"
    assert machine.used(client) == 1


def test_at_the_limit_it_is_refused_with_what_is_left_and_may_be_tried_again(machine, client):
    change_settings(client, litmus_test={"at_limit": "stop"})
    record_usage(client, "litmus_test", 9)
    page = consume(machine, client, id="run-1", quantity=2)
    assert (page.status, page.json["code"]) == (409, "ceiling_reached")
    assert (page.json["used"], page.json["limit"], page.json["remaining"]) == (9, 10, 1)
    assert consume(machine, client, id="run-2", quantity=1).status == 200
    change_settings(client, litmus_test={"limit": 20})
    assert consume(machine, client, id="run-1", quantity=2).status == 200
    assert machine.used(client) == 12


def test_a_service_that_is_off_is_refused(machine, client):
    change_settings(client, litmus_test={"enabled": False})
    assert (consume(machine, client, **ONE).json["code"], machine.used(client)) == ("service_disabled", 0)


def test_a_suspended_client_is_refused(machine, client):
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    page = consume(machine, client, **ONE)
    assert (page.status, page.json["code"]) == (409, "client_suspended")


def test_machines_at_the_same_moment_never_pass_a_limit_that_stops(machine, client):
    change_settings(client, litmus_test={"at_limit": "stop"})
    headers, start, answers = machine.bearer, Barrier(4), []

    def ask(sender):
        start.wait()
        for n in range(5):
            page = machine.browser.app.test_client().post(
                f"/api/v1{path(client)}",
                json={"id": f"{sender}-{n}", "quantity": 1},
                headers=headers,
                base_url="http://localhost",
            )
            answers.append(page.status_code)
        db.database.close()

    threads = [Thread(target=ask, args=(sender,)) for sender in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(200), answers.count(409)) == (10, 10)
    assert machine.used(client) == 10


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "id"),
        ({"quantity": 1}, "id"),
        ({"id": "", "quantity": 1}, "id"),
        ({"id": "a b", "quantity": 1}, "id"),
        ({"id": "a\n", "quantity": 1}, "id"),
        ({"id": "é", "quantity": 1}, "id"),
        ({"id": "x" * 129, "quantity": 1}, "id"),
        ({"id": 1, "quantity": 1}, "id"),
        ({"id": None, "quantity": 1}, "id"),
        ({"id": "x"}, "quantity"),
        ({"id": "x", "quantity": None}, "quantity"),
        ({"id": "x", "quantity": 0}, "quantity"),
        ({"id": "x", "quantity": -1}, "quantity"),
        ({"id": "x", "quantity": 1.5}, "quantity"),
        ({"id": "x", "quantity": "1"}, "quantity"),
        ({"id": "x", "quantity": True}, "quantity"),
        ({"id": "x", "quantity": [1]}, "quantity"),
        ({"id": "x", "quantity": 10**12 + 1}, "quantity"),
        ({"id": "x", "quantity": 10**30}, "quantity"),
        ({"id": "x", "value": 1}, "quantity"),
        ({"id": "x", "quantity": 1, "value": 1}, "quantity"),
        ({"id": "x", "quantity": 1, "at": "2026-06-15T12:00:00Z"}, "at"),
        ({"id": "x", "quantity": 1, "corrects": "y"}, "corrects"),
        ({"id": "x", "quantity": 1, "client": "other"}, "client"),
        ({"id": "x", "quantity": 1, "period": "2020-01"}, "period"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_counts(machine, client, body, field):
    page = machine.ask("POST", path(client), body)
    assert (page.status, page.json["code"]) == (422, "invalid"), page.text
    assert field in [each["field"] for each in page.json["errors"]]
    assert machine.used(client) == 0


def test_a_gauge_takes_no_quantity(machine, client):
    page = consume(machine, client, "email_sync", id="x", quantity=1)
    assert [each["field"] for each in page.json["errors"]] == ["value"]


@pytest.mark.parametrize("service", ["nothing", "sales_optimizer", "direct_support", "%00"])
def test_what_is_not_counted_can_not_be_consumed(machine, client, service):
    assert consume(machine, client, service, **ONE).status == 404


def test_another_agencys_client_is_not_there(machine, stranger):
    foreign = make_client(stranger.agency)
    assert consume(machine, foreign, **ONE).status == 404
    assert stranger.used(foreign) == 0


def test_consuming_needs_the_scope_to_write(machine_of, agency, client):
    page = machine_of(agency, "usage:read", "clients:write", "clients:read").ask("POST", path(client), ONE)
    assert (page.status, page.json["code"]) == (403, "insufficient_scope")
