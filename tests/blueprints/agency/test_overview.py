"""The first page of the dashboard: what waits for its reader, how the month stands."""

from __future__ import annotations

from datetime import UTC, datetime

from portal import clock
from portal.domain import accounts, metering, sign_in
from tests.factories import (
    PASSWORD,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
    record_usage,
)


def test_the_owner_is_greeted_with_what_waits_for_him_first(browse, house):
    page = browse(house.ana).get("agency.overview.index")
    assert page.status == 200
    assert page.has("Bom dia, Ana", "Precisa de você")
    assert page.has("Cantina da Praça passou do limite em Sincronização de e-mail")
    assert page.has("4 caixas, limite de 2: R$\u00a098,00 de excesso até agora.")
    first = page.select("//ul[@class='calls']/li[1]//a/@href")
    assert first == [
        page.browser.url("agency.client_settings.show", client_id=house.cantina.id) + "#f-email_sync.limit"
    ]


def test_each_thing_is_said_once_and_below_the_list_what_all_of_it_costs(browse, house):
    page = browse(house.ana).get("agency.overview.index")
    assert not page.select("//*[@id='standing-alerts']"), "that is the list's own matter here"
    assert page.text.count("4 caixas, limite de 2") == 1
    assert "Excesso até agora: R$\u00a0132,50." in page.by_id("at-stake").text_content()
    banner = browse(house.ana).get("agency.clients.index").by_id("standing-alerts").text_content()
    assert "3 limites atingidos e 1 limite próximo" in banner
    assert "R$\u00a0132,50" in banner


def test_a_gauge_left_over_its_limit_is_counted_in_the_new_month_as_well(browse, closed):
    said = browse(closed.ana).get("agency.clients.index").by_id("standing-alerts").text_content()
    assert "Cantina da Praça: Sincronização de e-mail passou do limite: 4 de 2" in said
    page = browse(closed.ana).get("agency.overview.index")
    assert page.has("Cantina da Praça passou do limite em Sincronização de e-mail")
    assert not page.select("//*[@id='at-stake']"), "of what has happened to one thing the list says all there is to say"
    assert browse(closed.ana).get("agency.clients.index", only="alert").has("1 no limite ou acima")


def test_a_limit_that_will_be_passed_is_told_before_it_is(browse, house):
    for day in (1, 4, 7):
        record_usage(house.clinica, at=datetime(2026, 6, day, 15, tzinfo=UTC))
    clock.move_to(datetime(2026, 6, 8, 15, tzinfo=UTC))
    assert metering.foresee(house.agency, now=clock.now()) == 1
    said = browse(house.bruno).get("agency.clients.index").by_id("standing-alerts").text_content()
    assert "Clínica Horizonte: Teste de Litmus deve passar do limite em 28 de junho" in said
    assert "Neste ritmo chega a 12 testes até 30 de junho: R$\u00a018,00 de excesso." in said
    page = browse(house.bruno).get("agency.overview.index")
    assert page.has("Clínica Horizonte passa do limite em Teste de Litmus em 28 de junho")
    assert "R$\u00a018,00 até o fim do mês" in page.by_id("at-stake").text_content()
    assert browse(house.bruno).get("agency.clients.index", only="alert").has("Clínica Horizonte")


def test_the_month_is_shown_as_it_should_close(browse, house):
    page = browse(house.ana).get("agency.overview.index")
    assert page.has("Como junho deve fechar", "Receita dos clientes", "Sua margem", "Repassado a você")
    assert page.has("R$\u00a01.500,00 em 10 de junho de 2027")


def test_a_manager_sees_his_clients_alone_and_no_cost(browse, house):
    record_usage(house.clinica, "litmus_test", 12)
    page = browse(house.bruno).get("agency.overview.index")
    assert page.has("Clínica Horizonte passou do limite em Teste de Litmus")
    assert "Cantina" not in page.text
    assert not page.has("Sua margem")


def test_a_manager_hears_nothing_of_other_clients_people(browse, house):
    dora = make_contributor(make_app(house.cantina), email="dora@cantina.example")
    token = accounts.start_session(dora.person, dora.person.house, now=clock.now())
    session = accounts.session_of(token, dora.person.house, now=clock.now())
    sign_in.change_password(session, current=PASSWORD, new="quatro palavras sem parentesco", now=clock.now())
    assert browse(house.ana).get("agency.overview.index").has("dora@cantina.example")
    assert "dora@cantina.example" not in browse(house.bruno).get("agency.overview.index").html


def test_billing_sees_cost_but_is_not_told_to_change_a_limit(browse, house):
    page = browse(house.bia).get("agency.overview.index")
    assert page.has("Sua margem", "Ver o cliente")
    assert not page.has("Rever o limite")
    assert not page.has("Novo cliente")


def test_a_new_agency_learns_how_to_add_the_first_client(browse, database):
    page = browse(make_staff(agency=make_agency())).get("agency.overview.index")
    assert page.has("Seu primeiro cliente")
    assert page.has_link("agency.clients.new")
    assert "Precisa de você" not in page.text


def test_nothing_waits_where_no_limit_is_near(browse, database):
    agency = make_agency()
    make_client(agency, "Quiet")
    page = browse(make_staff(agency=agency)).get("agency.overview.index")
    assert page.has("Nada precisa de você")


def test_it_says_when_a_service_has_stopped(browse, house):
    change_settings(house.clinica, shutterstock={"limit": 5, "at_limit": "stop"})
    record_usage(house.clinica, "shutterstock", 5)
    page = browse(house.bruno).get("agency.overview.index")
    assert page.has("Clínica Horizonte está sem Shutterstock até 1 de julho")


def test_the_chart_has_its_table(browse, closed):
    page = browse(closed.ana).get("agency.overview.index")
    months = [" ".join(cell.text_content().split()) for cell in page.select("//section[.//svg]//tbody/tr/th")]
    assert months == ["mai", "jun", "jul (prev.) previsão"]


def test_what_was_done_lately_is_told_in_sentences(browse, closed):
    assert browse(closed.ana).get("agency.overview.index").has("Atividade recente", "3 extratos foram emitidos")


def test_two_currencies_are_never_added_up(browse, house):
    make_client(house.agency, "Harbour", currency="EUR")
    page = browse(house.ana).get("agency.overview.index")
    assert page.has("BRL", "EUR", "€")


def test_it_speaks_english(browse, house):
    house.ana.person.language = "en"
    house.ana.person.save()
    page = browse(house.ana).get("agency.overview.index")
    assert page.has("Good morning, Ana", "Needs you", "Cantina da Praça passed the limit of E-mail sync")
    assert page.tree.get("lang") == "en"


def test_a_stranger_sees_his_own_agency(browse, house):
    page = browse(house.stranger).get("agency.overview.index")
    assert page.status == 200
    assert "Cantina" not in page.text


def test_signed_out_leads_to_sign_in(browser, house):
    page = browser.get("agency.overview.index")
    assert page.status == 302
    assert "/sign-in" in page.location


def test_it_is_only_there_to_be_read(browse, house):
    assert browse(house.ana).post("agency.overview.index").status == 405
