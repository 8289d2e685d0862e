"""GET /api/v1/clients/{client}/services/{service}: what a client may use, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import metering, settings, tenants
from portal.domain.settings import LimitVersion, set_agency_price
from tests.factories import NOW, TESTER, change_settings, event, make_client, record_usage


def read(machine, client, service):
    page = machine.get(f"/clients/{client.slug}/services/{service}")
    assert page.status == 200, page.text
    return page.json


def test_a_counter_says_what_is_used_and_what_is_left(machine, client):
    record_usage(client, "litmus_test", 7)
    assert read(machine, client, "litmus_test") == {
        "client": client.slug,
        "service": "litmus_test",
        "enabled": True,
        "managed_by": "agency",
        "used": 7,
        "current": 7,
        "limit": 10,
        "at_limit": "bill",
        "ceiling": None,
        "remaining": 3,
        "excess": 0,
        "unit_price": 900,
        "block": 1,
        "currency": "BRL",
        "period": "2026-06",
    }


def test_above_the_limit_there_is_an_excess_and_nothing_left(machine, client):
    record_usage(client, "litmus_test", 13)
    found = read(machine, client, "litmus_test")
    assert (found["remaining"], found["excess"]) == (0, 3)


def test_a_gauge_says_its_peak_and_where_it_stands(machine, client):
    record_usage(client, "email_sync", 4)
    record_usage(client, "email_sync", 1)
    found = read(machine, client, "email_sync")
    assert (found["used"], found["current"], found["excess"]) == (4, 1, 2)


def test_without_a_limit_nothing_is_excess(machine, client):
    change_settings(client, litmus_test={"limit": None})
    record_usage(client, "litmus_test", 13)
    found = read(machine, client, "litmus_test")
    assert (found["limit"], found["remaining"], found["excess"]) == (None, None, 0)


def test_a_ceiling_and_a_block_are_named(machine, client):
    change_settings(client, push_notification={"at_limit": "ceiling", "ceiling": 20_000})
    found = read(machine, client, "push_notification")
    assert (found["at_limit"], found["ceiling"], found["block"], found["unit_price"]) == ("ceiling", 20_000, 1000, 250)


def test_a_change_of_the_settings_counts_on_the_next_question(machine, client):
    assert read(machine, client, "litmus_test")["enabled"] is True
    change_settings(client, litmus_test={"enabled": False})
    assert read(machine, client, "litmus_test")["enabled"] is False


@pytest.mark.parametrize("service", ["litmus_test", "sales_optimizer", "direct_support"])
def test_nothing_is_enabled_for_a_suspended_client(machine, client, service):
    change_settings(client, optimizer_enabled=True, direct_support=True)
    assert read(machine, client, service)["enabled"] is True
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    assert read(machine, client, service)["enabled"] is False


@pytest.mark.parametrize("managed_by", ["agency", "client"])
@pytest.mark.parametrize("enabled", [True, False])
def test_the_sales_optimizer_says_who_switches_it(machine, client, managed_by, enabled):
    change_settings(client, optimizer_managed_by=managed_by, optimizer_enabled=enabled)
    found = read(machine, client, "sales_optimizer")
    assert (found["managed_by"], found["enabled"]) == (managed_by, enabled)
    assert found["used"] is found["limit"] is found["unit_price"] is None
    assert (found["currency"], found["period"]) == ("BRL", "2026-06")


def test_direct_support_is_the_agencys(machine, client):
    found = read(machine, client, "direct_support")
    assert (found["managed_by"], found["enabled"]) == ("agency", False)


def test_a_service_that_joined_the_catalogue_later_is_off_until_somebody_switches_it_on(machine, client):
    LimitVersion.delete().where((LimitVersion.client == client) & (LimitVersion.service == "shutterstock")).execute()
    assert read(machine, client, "shutterstock")["enabled"] is False
    assert machine.send(event(client, "shutterstock")).json["rejected"][0]["code"] == "service_disabled"


@pytest.mark.parametrize("service", ["nothing", "licence", "LITMUS_TEST", "%00", "%ff", "x" * 300])
def test_an_unknown_service_is_a_404(machine, client, service):
    page = machine.get(f"/clients/{client.slug}/services/{service}")
    assert (page.status, page.headers["Content-Type"]) == (404, "application/problem+json")


def test_nothing_the_agency_pays_is_in_the_answer(machine, client):
    assert "cost" not in str(read(machine, client, "litmus_test"))


def test_a_suspended_agency_is_refused(machine, client):
    machine.bearer  # noqa: B018 (the token is there before)
    type(machine.agency).update(suspended_at=NOW).execute()
    page = machine.get(f"/clients/{client.slug}/services/litmus_test")
    assert (page.status, page.json["code"]) == (403, "agency_suspended")


@pytest.mark.parametrize("service", ["litmus_test", "email_sync", "push_notification", "shutterstock"])
@pytest.mark.parametrize("month", [NOW, NOW + timedelta(days=20)], ids=["june", "july"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"limit": None},
        {"limit": 0, "price": 777},
        {"limit": 3, "at_limit": "stop"},
        {"limit": 3, "at_limit": "ceiling", "ceiling": 50, "price": 0},
        {"enabled": False},
    ],
)
def test_the_answer_agrees_with_the_usage_page(machine, client, service, month, changes):
    record_usage(client, service, 2)
    record_usage(client, service, 1)
    change_settings(client, **{service: changes})
    clock.move_to(month)
    found = read(machine, client, service)
    [usage] = metering.usage_of(client, now=month, services=[settings.find_service(service)])
    assert found == {
        "client": client.slug,
        "service": service,
        "enabled": usage.enabled,
        "managed_by": "agency",
        "used": usage.used,
        "current": usage.current,
        "limit": usage.limit,
        "at_limit": usage.at_limit.value,
        "ceiling": usage.ceiling,
        "remaining": usage.left,
        "excess": usage.excess.units,
        "unit_price": usage.price,
        "block": usage.service.block,
        "currency": client.currency,
        "period": usage.period.label,
    }


def test_a_client_with_another_currency_has_the_price_in_it(machine, agency):
    euro = make_client(agency, currency="EUR")
    assert read(machine, euro, "litmus_test")["unit_price"] == 0
    set_agency_price(agency, "litmus_test", 300, currency="EUR", now=NOW)
    found = read(machine, euro, "litmus_test")
    assert (found["unit_price"], found["currency"]) == (300, "EUR")


def test_before_the_first_use_nothing_is_used(machine, client):
    found = read(machine, client, "litmus_test")
    assert (found["used"], found["current"], found["remaining"]) == (0, 0, 10)


def test_a_client_is_named_by_its_id_or_by_a_slug_that_looks_like_one(machine, agency, client):
    assert machine.get(f"/clients/{str(client.id).upper()}/services/litmus_test").json["client"] == client.slug
    slug = "01980000-0000-7000-8000-000000000000"
    make_client(agency, "Strange", slug=slug)
    assert machine.get(f"/clients/{slug}/services/litmus_test").json["client"] == slug


def test_two_questions_are_enough(machine, client, asked):
    read(machine, client, "litmus_test")
    asked.clear()
    read(machine, client, "litmus_test")
    assert len(asked) == 2, "who asks, and what stands:\n" + "\n".join(asked)
