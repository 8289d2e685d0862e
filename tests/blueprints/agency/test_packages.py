"""Packages of settings: made, changed, copied, deleted; what new clients start with; filling Client Settings."""

from __future__ import annotations

import pytest

from portal.domain import accounts, settings
from portal.domain.accounts import Role
from tests.factories import NOW, make_staff

INDEX, NEW, CREATE = "agency.packages.index", "agency.packages.new", "agency.packages.create"
SHOW, SAVE, DELETE = "agency.packages.show", "agency.packages.save", "agency.packages.delete"
SETTINGS = "agency.client_settings.show"
TYPED = {
    "name": "Básico",
    "is_default": "yes",
    "licence_price.BRL": "99,00",
    "litmus_test.limit": "20",
    "litmus_test.at_limit": "stop",
    "litmus_test.price.BRL": "8,00",
    "litmus_test.alert_at": "70, 100",
    "email_sync.enabled": None,
    "payment_option": "agency_card",
}


def make(browser, **changes):
    return browser.get(NEW).form("#package").submit(**TYPED | changes)


def only(house):
    (package,) = settings.packages_of(house.agency)
    return package


def held(client):
    return settings.current(client, now=NOW)


def test_the_empty_page_says_what_packages_are_for(browse, house):
    page = browse(house.ana).get(INDEX)
    assert page.has("Nenhum pacote ainda")
    assert page.has("Guarde o que a maioria dos clientes recebe")


def test_a_package_is_made_and_listed_in_words(browse, house):
    page = make(browse(house.ana)).follow()
    for words in ("Salvo: Básico", "Padrão para novos clientes", "Licença R$ 99,00", "Cartão da agência", "20 testes"):
        assert page.has(words), words
    assert settings.content_of(only(house)).settings.services["litmus_test"].alert_at == (70, 100)


def test_it_opens_again_as_it_was_typed_and_is_changed(browse, house):
    browser = browse(house.ana)
    make(browser)
    form = browser.get(SHOW, package_id=only(house).id).form("#package")
    assert form.value("litmus_test.limit") == "20"
    assert form.value("email_sync.enabled") is None
    assert form.submit(**{"name": "Pro", "litmus_test.limit": "", "litmus_test.at_limit": "bill"}).status == 303
    content = settings.content_of(only(house))
    assert (content.name, content.settings.services["litmus_test"].limit) == ("Pro", None)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("licence_price.BRL", "-1"),
        ("litmus_test.limit", "dez"),
        ("litmus_test.limit", ""),
        ("litmus_test.at_limit", "never"),
        ("litmus_test.at_limit", "ceiling"),
        ("litmus_test.alert_at", "often"),
        ("litmus_test.price.BRL", "1.5"),
        ("payment_option", "cash"),
        ("optimizer_managed_by", None),
    ],
)
def test_a_bad_field_saves_nothing_and_keeps_what_was_typed(browse, house, field, typed):
    page = make(browse(house.ana), **{field: typed, "shutterstock.limit": "77"})
    assert page.status == 422
    assert page.form("#package").value("shutterstock.limit") == "77"
    assert settings.packages_of(house.agency) == []


def test_two_who_edit_are_told(browse, house):
    browser = browse(house.ana)
    make(browser)
    form = browser.get(SHOW, package_id=only(house).id).form("#package")
    browser.get(SHOW, package_id=only(house).id).form("#package").submit(**{"litmus_test.limit": "30"})
    page = form.submit(**{"litmus_test.limit": "40"})
    assert page.status == 409
    assert page.form("#package").value("litmus_test.limit") == "40"
    assert page.form("#package").submit().status == 303
    assert settings.content_of(only(house)).settings.services["litmus_test"].limit == 40


def test_a_copy_is_a_filled_form_and_nothing_more(browse, house):
    browser = browse(house.ana)
    make(browser)
    form = browser.get(NEW, package=only(house).id).form("#package")
    assert (form.value("name"), form.value("litmus_test.limit")) == ("Básico, cópia", "20")
    assert form.value("is_default") is None
    only(house)
    assert form.submit().status == 303
    assert len(settings.packages_of(house.agency)) == 2


def test_deleting_asks_first_and_leaves_clients_alone(browse, house):
    browser = browse(house.ana)
    make(browser)
    page = browser.get(SHOW, package_id=only(house).id, confirm="delete")
    assert page.has("Os clientes criados com ele mantêm todas as configurações.")
    assert page.form(f"/agency/packages/{only(house).id}/delete").submit().follow().has("O pacote Básico foi excluído.")
    assert settings.packages_of(house.agency) == []


def test_a_new_client_starts_with_the_default_package(browse, house):
    browser = browse(house.ana)
    make(browser)
    form = browser.get("agency.clients.new").form("#new-client")
    assert form.value("package") == str(only(house).id)
    assert form.submit(name="Nova Loja").status == 303
    client = next(c for c in accounts.clients_of_staff(house.ana) if c.name == "Nova Loja")
    now = held(client)
    assert (now.licence_price, now.payment_option, now.services["litmus_test"].price) == (9900, "agency_card", 800)
    assert browser.get(INDEX).has("1 criado com ele")
    assert browser.get(INDEX).has("todos ainda iguais a ele")


def test_a_new_client_may_start_without_one_and_not_with_a_strangers(browse, house):
    browser = browse(house.ana)
    make(browser)
    make(browse(house.stranger))
    foreign = settings.packages_of(house.stranger.agency)[0]
    form = browser.get("agency.clients.new").form("#new-client")
    assert form.submit(name="Nova", package=str(foreign.id)).status == 422
    assert form.submit(name="Nova", package="").status == 303
    client = next(c for c in accounts.clients_of_staff(house.ana) if c.name == "Nova")
    assert held(client).services["litmus_test"].limit == 0


def test_applying_fills_the_form_and_saves_nothing(browse, house):
    browser = browse(house.ana)
    make(browser)
    before = held(house.cantina)
    page = browser.get(SETTINGS, client_id=house.cantina.id, package=only(house).id)
    assert page.has("O formulário mostra Básico. Nada foi salvo ainda.")
    form = page.form("#client-settings")
    assert (form.value("litmus_test.limit"), form.value("licence_price")) == ("20", "99,00")
    assert form.value("email_sync.enabled") is None
    assert held(house.cantina) == before
    assert form.submit().status == 303
    after = held(house.cantina)
    assert (after.services["litmus_test"].limit, after.next_licence_price, after.licence_price) == (20, 9900, 19900)


def test_a_package_of_nobody_or_a_stranger_fills_nothing(browse, house):
    make(browse(house.stranger))
    foreign = settings.packages_of(house.stranger.agency)[0].id
    for wanted in (foreign, "x", "0"):
        page = browse(house.ana).get(SETTINGS, client_id=house.cantina.id, package=wanted)
        assert page.form("#client-settings").value("litmus_test.limit") == "10"


def test_a_manager_is_offered_no_package(browse, house):
    make(browse(house.ana))
    page = browse(house.bruno).get(SETTINGS, client_id=house.clinica.id, package=only(house).id)
    assert not page.has("Aplicar um pacote")
    assert page.form("#client-settings").value("litmus_test.limit") == "10"


def test_columns_that_are_no_fields_stay(browse, house):
    make(browse(house.ana), id="x", agency_id=str(house.stranger.agency.id), version="9", sort_name="zzz")
    package = only(house)
    assert (package.agency_id, package.version, package.sort_name) == (house.agency.id, 1, "basico")


@pytest.mark.parametrize("endpoint", [SHOW, SAVE, DELETE])
def test_a_stranger_does_not_learn_of_it(browse, house, endpoint):
    make(browse(house.ana))
    stranger, package = browse(house.stranger), only(house)
    ask = stranger.get if endpoint == SHOW else stranger.post
    assert ask(endpoint, package_id=package.id).status == 404
    assert only(house) == package


def test_who_may(browse, browser, house):
    make(browse(house.ana))
    assert browse(make_staff(Role.ADMIN, house.agency)).get(INDEX).status == 200
    for person in (house.bruno, house.bia):
        assert browse(person).get(INDEX).status == 403
        assert browse(person).post(CREATE, {"name": "Mine"}).status == 403
        assert browse(person).post(DELETE, package_id=only(house).id).status == 403
    assert browser.get(INDEX).status in (302, 303)
    assert browser.post(CREATE, {"name": "Mine"}).status in (302, 303)
    only(house)
