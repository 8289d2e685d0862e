"""The agency's prices: one form, cost and margin beside each, and from when a change counts."""

from __future__ import annotations

import pytest

from portal.domain import settings, tenants
from portal.domain.accounts import Role
from tests.factories import NOW, make_staff

INDEX, SAVE = "agency.prices.index", "agency.prices.save"


def coming(house, field="litmus_test.BRL"):
    agency = tenants.agency_by_id(house.agency.id)
    return settings.price_list(agency, also="USD", now=NOW).seen[field]


def test_the_page_shows_price_cost_margin_and_from_when(browse, house):
    page = browse(house.ana).get(INDEX)
    assert page.status == 200
    for words in ("Teste de Litmus", "R$ 5,00", "R$ 4,00 (44,44 %)", "Uma mudança vale a partir de 1 de julho"):
        assert page.has(words), words


def test_saving_says_until_when_the_old_price_holds(browse, house):
    form = browse(house.ana).get(INDEX).form("#prices")
    page = form.submit(**{"litmus_test.BRL": "R$ 10,50", "alert_at": "60; 90 %"}).follow()
    assert page.has("Até 30 de junho: R$ 9,00.")
    assert page.form("#prices").value("litmus_test.BRL") == "10,50"
    assert coming(house) == 1050
    assert tenants.agency_by_id(house.agency.id).alert_at == [60, 90]


def test_saving_the_same_says_that_nothing_changed(browse, house):
    assert browse(house.ana).get(INDEX).form("#prices").submit().follow().has("Nada mudou.")


@pytest.mark.parametrize("typed", ["-1", "dez", "1.5", "", "1e3", "9" * 30, "1,999"])
def test_a_bad_price_saves_nothing_and_stays_as_typed(browse, house, typed):
    form = browse(house.ana).get(INDEX).form("#prices")
    page = form.submit(**{"litmus_test.BRL": typed, "shutterstock.BRL": "13,00"})
    assert page.status == 422
    again = page.form("#prices")
    assert (again.value("litmus_test.BRL"), again.value("shutterstock.BRL")) == (typed, "13,00")
    assert coming(house, "shutterstock.BRL") == 1200


@pytest.mark.parametrize("seen", ["", "[", "[1]", '{"litmus_test.BRL": "x"}', '{"x.y": 1}', "[" * 100_000])
def test_odd_values_of_what_was_seen_count_as_the_present(browse, house, seen):
    form = browse(house.ana).get(INDEX).form("#prices")
    assert form.submit(seen=seen, **{"litmus_test.BRL": "10,00"}).status == 303
    assert coming(house) == 1000


def test_a_price_set_meanwhile_is_shown_and_saved_only_again(browse, house):
    form = browse(house.ana).get(INDEX).form("#prices")
    browse(house.ana).get(INDEX).form("#prices").submit(**{"litmus_test.BRL": "10,00"})
    page = form.submit(**{"litmus_test.BRL": "11,00"})
    assert page.status == 422
    assert page.has("Alguém definiu outro preço enquanto isso.")
    assert coming(house) == 1000
    assert page.form("#prices").submit().status == 303
    assert coming(house) == 1100


def test_another_currency_is_offered_and_kept_while_it_is_typed(browse, house):
    browser = browse(house.ana)
    page = browser.get(INDEX, currency="USD")
    assert page.has("Preços em USD")
    page = page.form("#prices").submit(**{"litmus_test.USD": "x"})
    assert page.status == 422
    assert page.form("#prices").submit(**{"litmus_test.USD": "3,00"}).status == 303
    assert coming(house, "litmus_test.USD") == 300
    assert not browser.get(INDEX, currency="XAU").has("XAU")


def test_fields_of_the_agency_that_are_not_on_the_form_stay(browse, house):
    form = browse(house.ana).get(INDEX).form("#prices")
    form.submit(agency_id=str(house.stranger.agency.id), slug="other", tax_rate="0", currency="XXX")
    agency = tenants.agency_by_id(house.agency.id)
    assert (agency.slug, agency.currency) == ("aurora", "BRL")


def test_billing_looks_and_does_not_save(browse, house):
    page = browse(house.bia).get(INDEX)
    assert page.has("R$ 4,00 (44,44 %)")
    assert not page.tree.xpath("//form[@id='prices']//input[@name='litmus_test.BRL']")
    assert browse(house.bia).post(SAVE, {"litmus_test.BRL": "1,00"}).status == 403
    assert coming(house) == 900


def test_who_may_look(browse, browser, house):
    assert browse(make_staff(Role.ADMIN, house.agency)).get(INDEX).status == 200
    assert browse(house.bruno).get(INDEX).status == 403
    assert browser.get(INDEX).status in (302, 303)
    assert coming(house) == 900
