"""Settings of the agency: what the portal knows of it, and the ways on."""

from __future__ import annotations

from tests.factories import make_agency, make_staff


def test_it_shows_the_facts_of_the_agency(browse, house):
    page = browse(house.ana).get("agency.settings.index")
    assert page.title.startswith("Configurações")
    assert page.has("America/Sao_Paulo", "BRL", "ISS 5\u00a0%", "o operador, que repassa a você", "R$\u00a09,00")
    assert page.has("Ferramentas da Agência", "Seu custo")
    assert page.has_link("agency.clients.index")
    assert page.has_link("account.profile.index")
    assert page.has_link("agency.brand.index") and page.has_link("agency.brand_scan.index")


def test_a_manager_reads_prices_and_no_cost(browse, house):
    page = browse(house.bruno).get("agency.settings.index")
    assert page.has("R$\u00a09,00")
    assert "custo" not in page.text.lower()


def test_without_a_client_it_leads_to_the_first(browse, database):
    page = browse(make_staff(agency=make_agency())).get("agency.settings.index")
    assert page.has("Adicionar o primeiro cliente")


def test_signed_out_leads_to_sign_in(browser, house):
    assert "/sign-in" in browser.get("agency.settings.index").location
