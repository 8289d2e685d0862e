"""GET and PATCH /api/v1/clients/{client}/settings: the dashboard's form, for machines."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from portal import clock
from portal.domain import settings
from portal.domain.audit.models import AuditEntry
from tests.domain.racing import at_once
from tests.factories import NOW, change_settings, make_client

JULY = datetime(2026, 7, 2, 12, tzinfo=ZoneInfo("UTC"))


def path(client):
    return f"/clients/{client.slug}/settings"


def read(machine, client):
    page = machine.get(path(client))
    assert page.status == 200, page.text
    return page.json


def change(machine, client, body, **headers):
    return machine.ask("PATCH", path(client), body, headers=headers)


def wrong(page):
    """What the answer says is wrong: the names of the fields."""
    assert (page.status, page.json["code"]) == (422, "invalid"), page.text
    assert all(each["detail"] for each in page.json["errors"])
    return [each["field"] for each in page.json["errors"]]


def test_the_settings_are_read_whole(machine, agency):
    client = make_client(agency, litmus_test={"price": 900})
    page = machine.get(path(client))
    assert {name: page.json[name] for name in page.json if name not in ("services", "in_force")} == {
        "direct_support": False,
        "payment_option": "client_card",
        "licence_price": 19900,
        "sales_optimizer": {"managed_by": "agency", "enabled": False},
    }
    assert page.json["services"].keys() == {"email_sync", "litmus_test", "shutterstock", "push_notification"}
    assert page.json["services"]["litmus_test"] == {
        "enabled": True,
        "limit": 10,
        "at_limit": "bill",
        "ceiling": None,
        "alert_at": [80, 100],
        "price": 900,
        "block": 1,
    }
    assert page.json["services"]["push_notification"]["block"] == 1000
    assert page.headers["ETag"] == f'"{settings.current(client, now=NOW).version}"'


def test_a_client_is_named_by_id_too(machine, client):
    assert machine.get(f"/clients/{client.id}/settings").json == read(machine, client)


def test_the_agencys_price_is_null_and_named_where_it_is_in_force(machine, client):
    found = read(machine, client)
    assert found["services"]["litmus_test"]["price"] is None
    assert found["in_force"]["services"]["litmus_test"] == {"price": 900}


def test_a_part_is_changed_and_the_rest_stays(machine, client):
    before = read(machine, client)
    page = change(machine, client, {"services": {"litmus_test": {"limit": 20}}, "direct_support": True})
    assert page.status == 200
    before["services"]["litmus_test"]["limit"] = 20
    assert page.json == read(machine, client) == before | {"direct_support": True}


def test_every_part_can_be_changed(machine, client):
    service = {"enabled": False, "limit": 3, "at_limit": "ceiling", "ceiling": 9, "alert_at": [100, 50], "price": 0}
    body = {
        "direct_support": True,
        "payment_option": "agency_card",
        "licence_price": 0,
        "sales_optimizer": {"managed_by": "client", "enabled": True},
        "services": {"litmus_test": service},
    }
    assert change(machine, client, body).status == 200
    found = read(machine, client)
    assert {name: found[name] for name in body if name != "services"} == {
        name: body[name] for name in body if name != "services"
    }
    assert found["services"]["litmus_test"] == service | {"alert_at": [50, 100], "block": 1}


@pytest.mark.parametrize(("managed_by", "enabled"), [("client", None), (None, True)])
def test_half_of_the_sales_optimizer_is_a_part_too(machine, client, managed_by, enabled):
    sent = {name: value for name, value in {"managed_by": managed_by, "enabled": enabled}.items() if value is not None}
    before = read(machine, client)["sales_optimizer"]
    assert change(machine, client, {"sales_optimizer": sent}).json["sales_optimizer"] == before | sent


def test_no_limit_is_null(machine, client):
    assert change(machine, client, {"services": {"litmus_test": {"limit": None}}}).status == 200
    assert read(machine, client)["services"]["litmus_test"]["limit"] is None


def test_null_goes_back_to_the_agencys_price_and_thresholds(machine, agency):
    client = make_client(agency, litmus_test={"price": 700, "alert_at": (50,)})
    body = {"services": {"litmus_test": {"price": None, "alert_at": None}}}
    found = change(machine, client, body).json["services"]["litmus_test"]
    assert (found["price"], found["alert_at"]) == (None, [80, 100])


def test_what_was_read_can_be_sent_back_and_changes_nothing(machine, client):
    page = machine.get(path(client))
    again = change(machine, client, page.json, **{"If-Match": page.headers["ETag"]})
    assert again.json == page.json
    assert settings.current(client, now=NOW).services["litmus_test"].own_alert_at is None


def test_prices_and_payment_wait_for_the_next_month_and_say_so(machine, client):
    body = {
        "payment_option": "agency_card",
        "licence_price": 9900,
        "services": {"litmus_test": {"price": 500}},
    }
    found = change(machine, client, body).json
    assert (found["payment_option"], found["licence_price"]) == ("agency_card", 9900)
    assert found["services"]["litmus_test"]["price"] == 500
    now = found["in_force"]
    assert (now["period"], now["payment_option"], now["licence_price"]) == ("2026-06", "client_card", 19900)
    assert now["services"]["litmus_test"]["price"] == 900
    clock.move_to(JULY)
    machine.held = ""
    now = read(machine, client)["in_force"]
    assert (now["period"], now["payment_option"], now["licence_price"]) == ("2026-07", "agency_card", 9900)
    assert now["services"]["litmus_test"]["price"] == 500


def test_a_change_of_one_price_leaves_another_that_waits_alone(machine, client):
    change(machine, client, {"licence_price": 9900})
    change(machine, client, {"services": {"litmus_test": {"price": 500}}})
    assert read(machine, client)["licence_price"] == 9900


def test_the_version_goes_up_and_a_stale_one_is_refused(machine, client):
    tag = machine.get(path(client)).headers["ETag"]
    first = change(machine, client, {"direct_support": True}, **{"If-Match": tag})
    assert first.status == 200
    assert first.headers["ETag"] != tag
    second = change(machine, client, {"licence_price": 1}, **{"If-Match": tag})
    assert (second.status, second.json["code"]) == (409, "settings_changed")
    assert read(machine, client)["licence_price"] == 19900
    assert change(machine, client, {"licence_price": 1}, **{"If-Match": first.headers["ETag"]}).status == 200


@pytest.mark.parametrize("tag", ['"0"', "nonsense", 'W/"2"', '"2", x', '""', "*x", '"١"'])
def test_a_tag_that_is_none_of_ours_is_stale(machine, client, tag):
    version = settings.current(client, now=NOW).version
    assert version == 2, "the factory saved once"
    page = change(machine, client, {"direct_support": True}, **{"If-Match": tag.encode().decode("latin-1")})
    assert page.status == (200 if tag == '"2", x' else 409)


def test_parts_sent_at_the_same_time_are_all_saved(machine, client):
    machine.get(path(client))  # has its token by now
    keys = ("email_sync", "litmus_test", "shutterstock", "push_notification")
    for limit in range(100, 105):
        sent = [partial(change, machine, client, {"services": {key: {"limit": limit}}}) for key in keys]
        assert [page.status for page in at_once(*sent)] == [200] * 4
        assert {service["limit"] for service in read(machine, client)["services"].values()} == {limit}


def test_any_version_will_do_with_a_star(machine, client):
    assert change(machine, client, {"direct_support": True}, **{"If-Match": "*"}).status == 200


def test_a_save_in_the_dashboard_makes_the_tag_stale(machine, client):
    tag = machine.get(path(client)).headers["ETag"]
    change_settings(client, direct_support=True)
    assert change(machine, client, {"direct_support": False}, **{"If-Match": tag}).status == 409


def test_the_log_names_the_machine(machine, client):
    change(machine, client, {"direct_support": True})
    entry = AuditEntry.select().where(AuditEntry.action == "settings.saved").order_by(AuditEntry.id.desc()).first()
    assert (entry.actor_kind, entry.actor_name) == ("machine", "Test machine")
    assert entry.details["changes"] == {"direct_support": [False, True]}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"services": {"litmus_test": {"at_limit": "ceiling"}}}, ["services.litmus_test.ceiling"]),
        ({"services": {"litmus_test": {"at_limit": "ceiling", "ceiling": 9}}}, ["services.litmus_test.ceiling"]),
        ({"services": {"litmus_test": {"at_limit": "stop", "limit": None}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"limit": -1}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"limit": 10**30}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"limit": 1.5}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"limit": "10"}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"limit": True}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"limit": [1]}}}, ["services.litmus_test.limit"]),
        ({"services": {"litmus_test": {"enabled": None}}}, ["services.litmus_test.enabled"]),
        ({"services": {"litmus_test": {"enabled": 1}}}, ["services.litmus_test.enabled"]),
        ({"services": {"litmus_test": {"at_limit": "BILL"}}}, ["services.litmus_test.at_limit"]),
        ({"services": {"litmus_test": {"alert_at": []}}}, ["services.litmus_test.alert_at"]),
        ({"services": {"litmus_test": {"alert_at": 80}}}, ["services.litmus_test.alert_at"]),
        ({"services": {"litmus_test": {"alert_at": [0]}}}, ["services.litmus_test.alert_at.0"]),
        ({"services": {"litmus_test": {"alert_at": [1001]}}}, ["services.litmus_test.alert_at.0"]),
        ({"services": {"litmus_test": {"alert_at": [1, 2, 3, 4, 5, 6]}}}, ["services.litmus_test.alert_at"]),
        ({"services": {"litmus_test": {"price": -1}}}, ["services.litmus_test.price"]),
        ({"services": {"litmus_test": {"price": 10**12}}}, ["services.litmus_test.price"]),
        ({"services": {"litmus_test": {"block": 5}}}, ["services.litmus_test.block"]),
        ({"services": {"litmus_test": {"cost": 5}}}, ["services.litmus_test.cost"]),
        ({"services": {"litmus_test": 5}}, ["services.litmus_test"]),
        ({"services": {"sales_optimizer": {}}}, ["services.sales_optimizer"]),
        ({"services": {"nothing": {}}}, ["services.nothing"]),
        ({"services": []}, ["services"]),
        ({"services": None}, ["services"]),
        ({"sales_optimizer": {"managed_by": "nobody"}}, ["sales_optimizer.managed_by"]),
        ({"sales_optimizer": {"on": True}}, ["sales_optimizer.on"]),
        ({"sales_optimizer": None}, ["sales_optimizer"]),
        ({"payment_option": "cash"}, ["payment_option"]),
        ({"payment_option": None}, ["payment_option"]),
        ({"licence_price": None}, ["licence_price"]),
        ({"licence_price": "199.00"}, ["licence_price"]),
        ({"licence_price": -1}, ["licence_price"]),
        ({"direct_support": "true"}, ["direct_support"]),
        ({"in_force": {}}, ["in_force"]),
        ({"version": 1}, ["version"]),
        ({"client": "x", "agency_id": "y"}, ["client", "agency_id"]),
        ({"direct_support": 1, "licence_price": "x"}, ["direct_support", "licence_price"]),
        ({"x" * 5000: 1}, ["x" * 100]),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(machine, client, body, fields):
    before = machine.get(path(client))
    page = change(machine, client, body | ({} if "direct_support" in body else {"direct_support": True}))
    assert wrong(page) == fields
    after = machine.get(path(client))
    assert (after.json, after.headers["ETag"]) == (before.json, before.headers["ETag"])


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", "true"])
def test_a_body_that_is_no_object_is_refused(machine, client, body):
    page = change(machine, client, body)
    assert (page.status, page.json["code"]) == (422, "not_an_object")


def test_an_empty_object_changes_nothing(machine, client):
    before = read(machine, client)
    assert change(machine, client, {}).json == before


def test_what_is_wrong_is_said_in_the_language_asked_for(machine, client):
    page = change(machine, client, {"licence_price": "x"}, **{"Accept-Language": "pt-BR"})
    assert page.json["errors"] == [{"field": "licence_price", "detail": "Envie um número inteiro."}]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_another_agencys_client_is_not_there(machine, stranger, method):
    foreign = make_client(stranger.agency)
    pages = [machine.ask(method, f"/clients/{name}/settings", "{}") for name in (foreign.slug, foreign.id, "unknown")]
    assert {page.status for page in pages} == {404}
    assert len({page.body for page in pages}) == 1


@pytest.mark.parametrize(("held", "method"), [("clients:write", "GET"), ("clients:read", "PATCH")])
def test_reading_and_writing_are_two_scopes(machine_of, agency, client, held, method):
    page = machine_of(agency, held).ask(method, path(client), "{}")
    assert (page.status, page.json["code"]) == (403, "insufficient_scope")
