"""Manage Clients: the list, a new client, the page of one client."""

from __future__ import annotations

import pytest

from portal.domain import accounts, tenants
from portal.domain.accounts import Role
from tests.factories import (
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
)


def names(page):
    return [link.text for link in page.select("//*[@id='clients']//th//a")]


def test_every_client_has_options_that_open_its_settings(browse, house):
    page = browse(house.ana).get("agency.clients.index")
    assert page.title.startswith("Gerenciar Clientes")
    assert names(page) == ["Cantina da Praça", "Clínica Horizonte"]
    menus = page.select("//*[@id='clients']//details[contains(@class, 'row-menu')]")
    assert [menu.find("summary").text_content().strip() for menu in menus] == ["Opções", "Opções"]
    for menu, client in zip(menus, (house.cantina, house.clinica), strict=True):
        entry = menu.xpath(".//a[contains(., 'Configurações do Cliente')]/@href")
        assert entry == [page.browser.url("agency.client_settings.show", client_id=client.id)]


@pytest.mark.parametrize("start", ["agency.overview.index", "agency.statements.index", "account.profile.index"])
def test_two_clicks_lead_to_it_from_any_page(browse, house, start):
    page = browse(house.ana).get(start)
    [settings] = page.select("//details[contains(@class, 'user-menu')]//a[contains(., 'Configurações')]/@href")
    page = page.browser.get(settings)
    group = "//nav[@id='menu']//h2[.='Ferramentas da Agência']/following-sibling::ul[1]"
    [clients] = page.select(f"{group}//a[contains(., 'Gerenciar Clientes')]/@href")
    assert page.browser.get(clients).title.startswith("Gerenciar Clientes")


def test_it_says_what_nears_a_limit_and_whose_card_pays(browse, house):
    page = browse(house.ana).get("agency.clients.index")
    assert page.has("3 no limite ou acima", "4 de 2", "Cartão do cliente", "Cartão da agência")


def test_before_the_first_client_only_adding_one_is_shown(browse, database):
    page = browse(make_staff(agency=make_agency())).get("agency.clients.index")
    assert page.has("Nenhum cliente ainda")
    assert page.has_link("agency.clients.new")
    assert not page.has("Configurações do Cliente")
    assert not page.select("//a[contains(@href, 'settings/') and contains(@href, 'clients')]")


@pytest.mark.parametrize(
    ("search", "found"), [("praca", 1), ("CLÍNICA", 1), ("contas@cantina", 1), ("nobody", 0), ("%", 0)]
)
def test_it_searches_by_name_and_mail(browse, house, search, found):
    page = browse(house.ana).get("agency.clients.index", q=search)
    assert len(names(page)) == found
    if not found:
        assert page.has("Ninguém encontrado")


def test_a_search_by_htmx_gets_the_list_alone(browse, house):
    page = browse(house.ana).get("agency.clients.index", q="cantina", htmx=True)
    assert not page.is_whole
    assert names(page) == ["Cantina da Praça"]


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ("alert", ["Cantina da Praça"]),
        ("agency-card", ["Clínica Horizonte"]),
        ("client-card", ["Cantina da Praça"]),
        ("no-access", []),
        ("suspended", []),
        ("nonsense", ["Cantina da Praça", "Clínica Horizonte"]),
    ],
)
def test_filters_narrow_the_list(browse, house, only, found):
    assert names(browse(house.ana).get("agency.clients.index", only=only)) == found


@pytest.mark.parametrize("edge", ["x", "' or 1=1", "0198c0de-0000-7000-8000-000000000000", "\x00"])
def test_an_odd_edge_counts_as_the_start(browse, house, edge):
    assert len(names(browse(house.ana).get("agency.clients.index", after=edge))) == 2


def test_more_than_fifty_come_in_pages(browse, database):
    agency = make_agency()
    for n in range(53):
        make_client(agency, f"Client {n:03d}")
    ana = browse(make_staff(agency=agency))
    first = ana.get("agency.clients.index")
    assert names(first) == [f"Client {n:03d}" for n in range(50)]
    second = ana.get(first.select("//a[@rel='next']/@href")[0])
    assert names(second) == ["Client 050", "Client 051", "Client 052"]
    assert not second.select("//a[@rel='next']")
    back = ana.get(second.select("//a[@rel='prev']/@href")[0])
    assert names(back) == names(first)


def test_a_manager_sees_his_clients_alone_and_adds_none(browse, house):
    page = browse(house.bruno).get("agency.clients.index")
    assert names(page) == ["Clínica Horizonte"]
    assert not page.has_link("agency.clients.new")
    assert browse(house.bruno).get("agency.clients.new").status == 403
    assert browse(house.bruno).post("agency.clients.create", {"name": "X"}).status == 403


def test_billing_may_look_and_not_touch(browse, house):
    bia = browse(house.bia)
    page = bia.get("agency.clients.index")
    assert names(page) == ["Cantina da Praça", "Clínica Horizonte"]
    assert not page.has("Suspender o cliente")
    here = {"client_id": house.cantina.id}
    assert bia.get("agency.clients.show", **here).status == 200
    assert bia.post("agency.clients.access", {"allowed": "no"}, **here).status == 403
    app = make_app(house.cantina)
    assert bia.post("agency.apps.enter", client_id=house.cantina.id, app_id=app.id).status == 403


# A new client


def test_a_new_client_lands_on_its_settings(browse, house):
    form = browse(house.ana).get("agency.clients.new").form("#new-client")
    assert form.value("currency") == "BRL"
    answer = form.submit(name="Moda Lume", email=" Contas@Moda.Example ", address="Rua A, 1\nRio")
    client = tenants.client_by_slug(house.agency, "moda-lume")
    assert answer.status == 303
    assert answer.location.endswith(answer.browser.url("agency.client_settings.show", client_id=client.id))
    page = answer.follow()
    assert page.title.startswith("Configurações do Cliente")
    assert page.has("Moda Lume já está aqui")
    assert client.email == "contas@moda.example"
    assert [app.slug for app in tenants.apps_of_client(client)] == ["moda-lume"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 121),
        ("email", "not an address"),
        ("email", "a@b@c.example"),
        ("currency", "XXQ"),
        ("currency", ""),
        ("language", "tlh"),
        ("slug", "Com Espaço"),
        ("slug", "-x"),
        ("slug", "www"),
        ("slug", "cantina-da-praca"),
    ],
)
def test_a_bad_field_adds_nothing_and_keeps_what_was_typed(browse, house, field, value):
    before = len(tenants.clients_of(house.agency))
    form = browse(house.ana).get("agency.clients.new").form("#new-client")
    page = form.submit(**{"name": "Moda Lume", "address": "Rua A, 1", field: value})
    assert page.status == 422
    assert page.select(f"//*[@id='f-{field}' and @aria-invalid='true']")
    assert page.has("Rua A, 1")
    assert len(tenants.clients_of(house.agency)) == before


def test_the_address_of_another_agencys_client_is_free(browse, house):
    make_client(house.stranger.agency, "Twin", slug="twin")
    form = browse(house.ana).get("agency.clients.new").form("#new-client")
    assert form.submit(name="Twin").status == 303


# One client


def test_its_page_shows_use_money_apps_and_people(browse, closed):
    make_contributor(make_app(closed.cantina), ["menus"], name="Carla Nogueira")
    page = browse(closed.ana).get("agency.clients.show", client_id=closed.cantina.id)
    assert page.has("Uso em julho", "4 de 2", "por 1.000 mensagens", "O cliente paga", "Sua margem")
    assert page.has("/app/cantina-da-praca/", "Carla Nogueira", "Serviço de design", "R$\u00a01.923,08")
    assert page.has_link("agency.client_settings.show", client_id=closed.cantina.id)


def test_the_pace_goes_no_further_than_where_a_service_stops(browse, house):
    change_settings(house.cantina, shutterstock={"limit": 5, "at_limit": "stop"})
    ana = browse(house.ana)
    assert ana.get("agency.clients.show", client_id=house.cantina.id).has("com 5 imagens")
    page = ana.get("agency.client_settings.show", client_id=house.cantina.id)
    row = page.by_id("service-shutterstock").text_content()
    assert "5 imagens" in row and "No ritmo atual" not in row


def test_a_manager_sees_no_margin_on_it(browse, house):
    page = browse(house.bruno).get("agency.clients.show", client_id=house.clinica.id)
    assert page.status == 200
    assert "margem" not in page.text.lower()
    assert "Custo" not in page.text


def test_a_back_office_is_entered_by_a_hand_over(browse, house):
    app = make_app(house.cantina)
    answer = browse(house.ana).post("agency.apps.enter", client_id=house.cantina.id, app_id=app.id)
    assert answer.status == 303
    assert answer.location.startswith("http://aurora.localhost:8000/enter/")


def test_an_app_of_another_client_is_not_entered(browse, house):
    foreign = make_app(house.clinica)
    answer = browse(house.ana).post("agency.apps.enter", client_id=house.cantina.id, app_id=foreign.id)
    assert answer.status == 404


def test_access_is_set_and_not_flipped(browse, house):
    ana, here = browse(house.ana), {"client_id": house.cantina.id}
    for _twice in range(2):
        assert ana.post("agency.clients.access", {"allowed": "no"}, **here).status == 303
        assert not accounts.client_of(house.ana, house.cantina.id).access
    page = ana.get("agency.clients.show", **here)
    assert page.has("O acesso de Cantina da Praça está fechado.")
    assert page.form(f"#access-{house.cantina.id}").submit().status == 303
    assert accounts.client_of(house.ana, house.cantina.id).access


def test_closing_the_access_asks_first(browse, house):
    ana, here = browse(house.ana), {"client_id": house.cantina.id}
    [link] = ana.get("agency.clients.index").select("//a[normalize-space()='Fechar o acesso']/@href")[:1]
    assert link.endswith(f"/clients/{house.cantina.id}/#access")
    page = ana.get("agency.clients.show", **here)
    assert page.has("Fechar o acesso de Cantina da Praça?", "Os serviços continuam e são contados.")
    assert accounts.client_of(house.ana, house.cantina.id).access


@pytest.mark.parametrize("value", ["", "maybe", "1", "YES", None])
def test_a_wrong_value_changes_no_access(browse, house, value):
    data = {} if value is None else {"allowed": value}
    assert browse(house.ana).post("agency.clients.access", data, client_id=house.cantina.id).status == 422
    assert accounts.client_of(house.ana, house.cantina.id).access


@pytest.mark.parametrize("who", ["stranger", "bruno"])
def test_foreign_and_unassigned_clients_are_not_there(browse, house, who):
    browser, here = browse(getattr(house, who)), {"client_id": house.cantina.id}
    app = make_app(house.cantina)
    assert browser.get("agency.clients.show", **here).status == 404
    assert browser.post("agency.clients.access", {"allowed": "no"}, **here).status == 404
    assert browser.post("agency.apps.enter", app_id=app.id, **here).status == 404
    assert accounts.client_of(house.ana, house.cantina.id).access


@pytest.mark.parametrize("path", ["/agency/clients/1/", "/agency/clients/x/settings/", "/agency/clients/%00/"])
def test_a_name_that_is_no_id_is_not_there(browse, house, path):
    assert browse(house.ana).get(path).status == 404


def test_contributors_find_no_dashboard(browse, house):
    carla = make_contributor(make_app(house.cantina), ["team", "menus", "settings", "services", "statements"])
    for path in ("/agency/", "/agency/clients/", f"/agency/clients/{house.cantina.id}/settings/"):
        assert browse(carla).get(path).status == 404


def test_signed_out_leads_to_sign_in(browser, house):
    for endpoint in ("agency.clients.index", "agency.clients.new"):
        assert "/sign-in" in browser.get(endpoint).location


def test_names_are_shown_as_they_are_and_never_run(browse, house):
    make_client(house.agency, "<script>alert(1)</script>")
    page = browse(house.ana).get("agency.clients.index")
    assert not page.select("//*[@id='clients']//script")
    assert page.status == 200


def test_a_long_name_has_room(browse, house):
    make_client(house.agency, "Restaurante e Cantina da Praça das Laranjeiras " * 2)
    assert browse(house.ana).get("agency.clients.index").status == 200


def test_an_administrator_may_what_an_owner_may(browse, house):
    admin = browse(make_staff(Role.ADMIN, house.agency))
    assert admin.get("agency.clients.new").status == 200
    assert admin.post("agency.clients.access", {"allowed": "no"}, client_id=house.cantina.id).status == 303
