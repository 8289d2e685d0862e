"""The agency's price list: first prices from the start, others from the next period, all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.domain import audit, settings, tenants
from portal.domain.errors import Invalid
from portal.domain.outbox import Message
from tests.factories import NOW, TESTER, make_agency, make_client

JULY = datetime(2026, 7, 10, 12, tzinfo=UTC)


@pytest.fixture
def agency(database):
    return make_agency()


def save(agency, alert_at=None, seen=None, now=NOW, **prices):
    held = settings.price_list(agency, also="USD", now=now)
    wanted = held.seen | {key.replace("__", "."): price for key, price in prices.items()}
    return settings.save_prices(agency, wanted, seen=seen or held.seen, alert_at=alert_at, by=TESTER, now=now)


def row(agency, field, now=NOW):
    held = settings.price_list(agency, also="USD", now=now)
    return next(row for rows in held.prices.values() for row in rows if row.field == field)


def test_a_changed_price_counts_from_the_next_period(agency):
    assert save(agency, litmus_test__BRL=1000) == ["litmus_test.BRL.price"]
    assert (row(agency, "litmus_test.BRL").price, row(agency, "litmus_test.BRL").coming) == (900, 1000)
    assert row(agency, "litmus_test.BRL", JULY).price == 1000
    assert row(agency, "litmus_test.BRL").margin == 500


def test_a_first_price_counts_from_the_start(agency):
    save(agency, litmus_test__USD=300)
    assert row(agency, "litmus_test.USD").price == 300
    assert settings.price_list(agency, now=NOW).prices.keys() == {"BRL", "USD"}


def test_currencies_of_clients_are_listed_without_a_price(agency):
    make_client(agency, currency="EUR")
    assert list(settings.price_list(agency, now=NOW).prices) == ["BRL", "EUR"]
    assert row(agency, "litmus_test.EUR").coming is None


def test_one_bad_field_saves_nothing(agency):
    with pytest.raises(Invalid) as refused:
        save(agency, alert_at=(100, 80), litmus_test__BRL=1000, shutterstock__BRL=-1, email_sync__BRL=None)
    assert set(refused.value.problems) == {"alert_at", "shutterstock.BRL", "email_sync.BRL"}
    assert row(agency, "litmus_test.BRL").coming == 900


def test_a_field_that_nobody_offered_is_refused(agency):
    with pytest.raises(Invalid):
        save(agency, litmus_test__XXX=1)
    with pytest.raises(Invalid):
        save(agency, tax_rate__BRL=1)


def test_a_price_set_meanwhile_is_not_overwritten_unseen(agency):
    seen = settings.price_list(agency, also="USD", now=NOW).seen
    save(agency, litmus_test__BRL=1000)
    with pytest.raises(Invalid) as refused:
        save(agency, seen=seen, litmus_test__BRL=1100, shutterstock__BRL=1300)
    assert refused.value.problems == {"litmus_test.BRL": ("price_overtaken", {})}
    assert row(agency, "shutterstock.BRL").coming == 1200


def test_what_was_not_touched_does_not_undo_another_save(agency):
    seen = settings.price_list(agency, also="USD", now=NOW).seen
    save(agency, litmus_test__BRL=1000)
    settings.save_prices(agency, seen | {"shutterstock.BRL": 1300}, seen=seen, alert_at=None, by=TESTER, now=NOW)
    assert (row(agency, "litmus_test.BRL").coming, row(agency, "shutterstock.BRL").coming) == (1000, 1300)


def test_thresholds_hold_for_clients_without_their_own(agency):
    client = make_client(agency)
    assert save(agency, alert_at=(50, 90)) == ["alert_at"]
    again = tenants.agency_by_id(agency.id)
    assert settings.default_alert_at(again) == (50, 90)
    client.agency = again
    assert settings.current(client, now=NOW).services["litmus_test"].alert_at == (50, 90)
    assert [m.payload for m in Message.select().where(Message.topic == "limits.recheck")] == [
        {"agency": str(agency.id)}
    ]
    assert save(again) == ["alert_at"]
    assert settings.default_alert_at(tenants.agency_by_id(agency.id)) == (80, 100)


def test_one_entry_tells_of_the_whole_save(agency):
    save(agency, alert_at=(70,), litmus_test__BRL=1000, shutterstock__BRL=1300)
    entry = audit.recent_of_agency(agency.id, 1)[0]
    assert (entry.action, entry.details["changes"]["litmus_test.BRL.price"]) == ("prices.saved", [900, 1000])
    before = len(audit.recent_of_agency(agency.id))
    assert save(tenants.agency_by_id(agency.id), alert_at=(70,)) == []
    assert len(audit.recent_of_agency(agency.id)) == before
