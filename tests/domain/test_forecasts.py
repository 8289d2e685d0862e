"""How a month should close: at the present pace, and as if something else were saved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.db import database as handle
from portal.domain import reports
from portal.domain.billing import LineKind
from tests.factories import NOW, make_agency, make_client, make_example, record_usage, wish_of

END = datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.fixture
def cantina(database):
    return make_example()


def amounts(forecast):
    return {line.service.key if line.service else line.kind.value: line.amount for line in forecast.lines}


def test_at_the_months_end_it_is_the_worked_example(cantina):
    forecast = reports.forecast_of(cantina, now=END)
    assert (forecast.net, forecast.tax, forecast.total) == (183150, 9158, 192308)
    assert (forecast.cost, forecast.remitted, forecast.owed) == (19800, 172508, 0)
    assert [line.kind for line in forecast.lines][:2] == [LineKind.LICENCE, LineKind.EXCESS]


def test_in_the_middle_it_goes_on_at_the_present_pace(cantina):
    forecast = reports.forecast_of(cantina, now=NOW)
    assert amounts(forecast)["litmus_test"] == 17 * 900, "13 in half a month are 27 in a whole one"
    assert forecast.so_far == 183150


def test_a_limit_counts_at_once_and_a_price_from_the_next_month(cantina):
    wish = wish_of(cantina, litmus_test={"limit": 20, "price": 100}, licence_price=30000)
    june = reports.forecast_of(cantina, wish=wish, now=NOW)
    july = reports.forecast_of(cantina, wish=wish, label="2026-07", now=NOW)
    assert amounts(june)["litmus_test"] == 7 * 900
    assert (amounts(june)["licence"], amounts(july)["licence"]) == (19900, 30000)
    assert amounts(july)["litmus_test"] == 7 * 100


def test_a_rule_that_stops_keeps_the_use_at_the_limit(cantina):
    stop = wish_of(cantina, litmus_test={"limit": 15, "at_limit": "stop"})
    ceiling = wish_of(cantina, litmus_test={"limit": 10, "at_limit": "ceiling", "ceiling": 12})
    assert amounts(reports.forecast_of(cantina, wish=stop, now=NOW))["litmus_test"] == 0
    after = reports.forecast_of(cantina, wish=ceiling, now=NOW)
    assert amounts(after)["litmus_test"] == 3 * 900, "13 are used already"


def test_what_is_switched_off_goes_no_further(cantina):
    off = wish_of(cantina, litmus_test={"enabled": False}, push_notification={"enabled": False})
    june = reports.forecast_of(cantina, wish=off, now=NOW)
    assert amounts(june)["litmus_test"] == 3 * 900
    july = reports.forecast_of(cantina, wish=off, label="2026-07", now=NOW)
    assert "litmus_test" not in amounts(july)


def test_on_the_agencys_card_the_cost_is_owed_and_nothing_remitted(cantina):
    card = wish_of(cantina, payment_option="agency_card")
    july = reports.forecast_of(cantina, wish=card, label="2026-07", now=NOW)
    assert july.remitted == 0
    assert july.owed == july.cost > 0


def test_currencies_are_kept_apart(cantina):
    make_client(cantina.agency, "Harbour", currency="EUR")
    months = reports.months_ahead([cantina, *_others(cantina)], now=NOW)
    assert [month.currency for month in months] == ["BRL", "EUR"]


def test_what_is_at_hand_says_the_same_and_asks_the_database_less(database, monkeypatch):
    agency = make_agency()
    clients = [make_client(agency, f"Client {n}", litmus_test={"limit": n, "price": 100 + n}) for n in range(4)]
    for client in clients:
        record_usage(client, "litmus_test", 3)
        record_usage(client, "email_sync", 4)
    plain = [reports.forecast_of(client, now=NOW) for client in clients]
    asked = []
    ask = handle.obj.execute_sql
    monkeypatch.setattr(handle.obj, "execute_sql", lambda *a, **k: asked.append(a) or ask(*a, **k))
    with reports.at_hand_of(agency, clients):
        kept = [reports.forecast_of(client, now=NOW) for client in clients]
        usage = [reports.matters_of([client], now=NOW) for client in clients]
    assert [f.lines for f in kept] == [f.lines for f in plain]
    assert [m[0].usage.used for m in usage] == [4, 4, 4, 4]
    assert len(asked) < 60


def _others(cantina):
    from portal.domain import tenants

    return [client for client in tenants.clients_of(cantina.agency) if client != cantina]
