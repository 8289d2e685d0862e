"""Client Settings: one form, one Save, and nothing before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.blueprints.agency.settings_form import SettingsForm
from portal.blueprints.agency.settings_help import HELP
from portal.domain import audit, settings
from portal.domain.accounts import Role
from portal.domain.accounts.models import SignIn
from portal.domain.audit import Actor
from portal.web.filters import dom_id
from tests.factories import (
    NOW,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
    record_usage,
)

SHOW, SAVE, NEWS = "agency.client_settings.show", "agency.client_settings.save", "agency.client_settings.news"
LABELS = (
    "Configurações do Cliente",
    "Suporte Direto",
    "Opções de Pagamento",
    "Utilizar o cartão da agência",
    "Utilizar o cartão do cliente",
    "Otimizador de Vendas",
    "Agência Gerenciada",
    "Cliente Gerenciado",
    "Habilitar",
    "Sincronização de e-mail",
    "Sincronizações de E-mail",
    "Teste de Litmus",
    "Limite Mensal",
    "Shutterstock",
    "Preço de Varejo Para a Licença do Cliente",
    "Preço de Licença",
    "Salvar",
)


def form_of(browser, client):
    return browser.get(SHOW, client_id=client.id).form("#client-settings")


def held(client):
    return settings.current(client, now=NOW)


def test_it_speaks_the_words_of_the_seed(browse, house):
    page = browse(house.ana).get(SHOW, client_id=house.cantina.id)
    assert page.status == 200
    missing = [label for label in LABELS if not page.has(label)]
    assert not missing
    assert page.has("Nada muda antes de Salvar.")
    [bar] = page.select("//*[@data-save-bar]")
    assert bar.get("data-always") is not None and bar.get("data-rest") == "Nada mudou ainda.", "Save is there at once"


def test_saving_brings_everything_into_force_at_once(browse, house):
    answer = form_of(browse(house.ana), house.cantina).submit(
        **{
            "direct_support": "yes",
            "optimizer_enabled": "yes",
            "optimizer_managed_by": "client",
            "payment_option": "agency_card",
            "licence_price": "1.249,90",
            "litmus_test.limit": "15",
            "litmus_test.price": "8,50",
            "shutterstock.limit": "",
            "email_sync.at_limit": "ceiling",
            "email_sync.ceiling": "20",
            "email_sync.alert_at": "50, 90 %",
            "push_notification.limit": "20.000",
            "push_notification.at_limit": "stop",
        }
    )
    assert answer.status == 303
    assert answer.follow().has("Salvo: Cantina da Praça")
    now = held(house.cantina)
    assert now.direct_support
    assert (now.optimizer_enabled, now.optimizer_managed_by) == (True, "client")
    assert (now.payment_option, now.next_payment_option) == ("client_card", "agency_card")
    assert (now.licence_price, now.next_licence_price) == (19900, 124990)
    services = now.services
    assert (services["litmus_test"].limit, services["litmus_test"].next_own_price) == (15, 850)
    assert services["shutterstock"].limit is None
    assert (services["email_sync"].at_limit, services["email_sync"].ceiling) == ("ceiling", 20)
    assert services["email_sync"].own_alert_at == (50, 90)
    assert (services["push_notification"].limit, services["push_notification"].at_limit) == (20_000, "stop")
    entry = audit.recent_of_agency(house.agency.id, 1)[0]
    assert (entry.action, entry.actor_name) == ("settings.saved", "Ana Prado")
    assert entry.details["changes"]["litmus_test.limit"] == [10, 15]


@pytest.mark.parametrize("opened", ["[" * 100_000, '{"a":' * 10_000, "[1]", "{", '{"litmus_test.limit": {}}'])
def test_odd_first_values_count_as_none(browse, house, opened):
    form = form_of(browse(house.ana), house.cantina)
    assert form.submit(opened=opened, **{"litmus_test.limit": "11"}).status == 303
    assert held(house.cantina).services["litmus_test"].limit == 11


def test_leaving_without_saving_changes_nothing(browse, house):
    before = held(house.cantina)
    browser = browse(house.ana)
    form = form_of(browser, house.cantina)
    assert browser.get("agency.clients.index").status == 200
    assert form.value("litmus_test.limit") == "10"
    assert held(house.cantina) == before


def test_a_switch_left_out_is_off(browse, house):
    form_of(browse(house.ana), house.cantina).submit(**{"litmus_test.enabled": None})
    assert not held(house.cantina).services["litmus_test"].enabled


def test_saving_the_same_says_that_nothing_changed(browse, house):
    assert form_of(browse(house.ana), house.cantina).submit().follow().has("Nada mudou.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("litmus_test.limit", "-1"),
        ("litmus_test.limit", "ten"),
        ("litmus_test.limit", "1,5"),
        ("litmus_test.limit", "9" * 30),
        ("litmus_test.limit", "1000000000001"),
        ("litmus_test.limit", "١٠"),
        ("litmus_test.limit", "1e3"),
        ("litmus_test.limit", ["1", "2"]),
        ("litmus_test.limit", None),
        ("litmus_test.ceiling", "x"),
        ("litmus_test.alert_at", "80; many"),
        ("litmus_test.alert_at", "0"),
        ("litmus_test.alert_at", "80" + " " * 50_000 + "90"),
        ("litmus_test.alert_at", "٨٠"),
        ("litmus_test.price", "9,999"),
        ("litmus_test.price", "-9,00"),
        ("litmus_test.price", "US$ 9"),
        ("litmus_test.at_limit", "explode"),
        ("litmus_test.at_limit", None),
        ("litmus_test.enabled", "perhaps"),
        ("licence_price", ""),
        ("licence_price", "a lot"),
        ("licence_price", "1.5"),
        ("licence_price", "99999999999999"),
        ("licence_price", None),
        ("payment_option", None),
        ("payment_option", "both"),
        ("payment_option", ["agency_card", "client_card"]),
        ("optimizer_managed_by", None),
        ("optimizer_managed_by", "nobody"),
        ("optimizer_enabled", "maybe"),
        ("direct_support", ["yes", "yes"]),
    ],
)
def test_one_bad_field_saves_nothing_and_keeps_what_was_typed(browse, house, field, value):
    before = held(house.cantina)
    page = form_of(browse(house.ana), house.cantina).submit(**{"shutterstock.limit": "77", field: value})
    assert page.status == 422
    assert page.has("Nada foi salvo. Falta corrigir 1 campo.")
    assert page.select(f"//div[@role='alert']//a[@href='#f-{field}']")
    assert page.by_id(f"f-{field}") is not None
    again = page.form("#client-settings")
    assert again.value("shutterstock.limit") == "77"
    if isinstance(value, str) and field.split(".")[-1] in ("limit", "price", "licence_price", "ceiling", "alert_at"):
        assert again.value(field) == value
    assert held(house.cantina) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"litmus_test.at_limit": "ceiling"}, "litmus_test.ceiling"),
        ({"litmus_test.at_limit": "ceiling", "litmus_test.ceiling": "9"}, "litmus_test.ceiling"),
        ({"litmus_test.at_limit": "ceiling", "litmus_test.ceiling": "9", "litmus_test.limit": ""}, "litmus_test.limit"),
        ({"litmus_test.at_limit": "stop", "litmus_test.limit": ""}, "litmus_test.limit"),
    ],
)
def test_what_does_not_go_together_is_said_at_the_field(browse, house, changes, field):
    page = form_of(browse(house.ana), house.cantina).submit(**changes)
    assert page.status == 422
    assert page.by_id(f"f-{field}").get("aria-invalid") == "true"
    assert held(house.cantina).services["litmus_test"].limit == 10


def test_zero_is_a_limit_and_blank_is_none(browse, house):
    form_of(browse(house.ana), house.cantina).submit(**{"litmus_test.limit": "0", "shutterstock.limit": ""})
    services = held(house.cantina).services
    assert services["litmus_test"].limit == 0
    assert services["shutterstock"].limit is None


def test_numbers_are_read_in_the_language_of_the_reader(browse, house):
    house.ana.person.language = "en"
    house.ana.person.save()
    form = form_of(browse(house.ana), house.cantina)
    assert form.value("licence_price") == "199.00"
    assert form.value("push_notification.limit") == "10,000"
    assert form.submit(**{"licence_price": "1,234.50", "push_notification.limit": "12,000"}).status == 303
    assert held(house.cantina).next_licence_price == 123450
    assert held(house.cantina).services["push_notification"].limit == 12_000


# Who changes what when


def test_it_says_what_counts_from_the_next_month(browse, house):
    change_settings(house.cantina, licence_price=25000)
    page = browse(house.ana).get(SHOW, client_id=house.cantina.id)
    assert page.has("Vale a partir de julho.", "Preços valem a partir de julho.", "Até 30 de junho: R$\u00a0199,00.")


def test_the_first_save_of_a_client_counts_at_once(browse, house):
    client = settings.open_client(house.agency, "Fresh", began_on=NOW.date(), by=house.ana.actor, now=NOW)
    browser = browse(house.ana)
    assert browser.get(SHOW, client_id=client.id).has("Vale já, por ser a primeira vez")
    form_of(browser, client).submit(licence_price="300,00", payment_option="agency_card")
    assert (held(client).licence_price, held(client).payment_option) == (30000, "agency_card")


# The button of the Sales Optimizer


@pytest.mark.parametrize("managed_by", ["agency", "client"])
@pytest.mark.parametrize("enabled", [True, False])
def test_all_four_combinations_save(browse, house, managed_by, enabled):
    changes = {"optimizer_managed_by": managed_by, "optimizer_enabled": "yes" if enabled else None}
    form_of(browse(house.ana), house.cantina).submit(**changes)
    now = held(house.cantina)
    assert (now.optimizer_managed_by, now.optimizer_enabled) == (managed_by, enabled)


def test_the_button_changes_the_form_and_save_applies_it(browse, house):
    browser = browse(house.ana)
    form = form_of(browser, house.cantina)
    button = form.element.xpath(".//button[contains(., 'Habilitar')]")[0]
    form.action = button.get("formaction")
    page = form.submit(**{"litmus_test.limit": "12"})
    assert page.status == 200
    assert page.has("Desabilitar")
    flipped = page.form("#client-settings")
    assert (flipped.value("optimizer_enabled"), flipped.value("litmus_test.limit")) == ("yes", "12")
    assert not held(house.cantina).optimizer_enabled
    assert flipped.submit().status == 303
    assert held(house.cantina).optimizer_enabled
    assert browser.get(SHOW, client_id=house.cantina.id).select("//button[normalize-space()='Desabilitar']")


def test_by_htmx_the_button_swaps_its_section_alone(browse, house):
    browser = browse(house.ana)
    form = form_of(browser, house.cantina)
    part = browser.post("agency.client_settings.flip", form.fields, htmx=True, client_id=house.cantina.id)
    assert not part.is_whole
    assert part.by_id("optimizer").xpath(".//button[normalize-space()='Desabilitar']")
    assert not held(house.cantina).optimizer_enabled


def test_the_enter_key_saves_and_does_not_press_the_button(browse, house):
    form = form_of(browse(house.ana), house.cantina)
    first = form.element.xpath(".//button[@type='submit']")[0]
    assert first.get("formaction") is None


# What it comes to


def test_the_preview_works_out_what_is_typed(browse, house):
    browser = browse(house.ana)
    form = form_of(browser, house.cantina)
    fields = {**form.fields, "email_sync.limit": "4", "licence_price": "250,00"}
    part = browser.post("agency.client_settings.preview", fields, htmx=True, client_id=house.cantina.id)
    assert not part.is_whole
    assert part.has("Junho, se você salvar", "dentro do limite de 4", "R$\u00a0102,90 a menos que hoje.")
    assert part.has("Sua margem cai", "A partir de julho:")
    assert held(house.cantina).services["email_sync"].limit == 2


def test_the_preview_waits_for_fields_that_can_be_read(browse, house):
    browser = browse(house.ana)
    fields = {**form_of(browser, house.cantina).fields, "licence_price": "muito"}
    page = browser.post("agency.client_settings.preview", fields, client_id=house.cantina.id)
    assert page.is_whole
    assert page.has("Corrija os campos que não podem ser lidos")
    assert page.form("#client-settings").value("licence_price") == "muito"


# Somebody else was faster


def test_a_form_opened_before_another_save_is_told_so_and_keeps_what_was_typed(browse, house):
    browser = browse(house.ana)
    form = form_of(browser, house.cantina)
    colleague = make_staff(Role.ADMIN, house.agency, name="Clara Dias")
    form_of(browse(colleague), house.cantina).submit(**{"litmus_test.limit": "20", "shutterstock.limit": "8"})
    page = form.submit(**{"litmus_test.limit": "30", "email_sync.limit": "6"})
    assert page.status == 409
    assert page.has("Clara Dias salvou estas configurações", "está valendo 20, você digitou 30")
    assert held(house.cantina).services["litmus_test"].limit == 20
    again = page.form("#client-settings")
    assert again.value("litmus_test.limit") == "30"
    assert again.value("shutterstock.limit") == "8", "what only the other one changed is taken over"
    assert again.submit().status == 303
    services = held(house.cantina).services
    assert [services[key].limit for key in ("litmus_test", "shutterstock", "email_sync")] == [30, 8, 6]


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 40, None])
def test_a_form_without_its_version_saves_nothing(browse, house, version):
    page = form_of(browse(house.ana), house.cantina).submit(**{"version": version, "litmus_test.limit": "30"})
    assert page.status == 409
    assert held(house.cantina).services["litmus_test"].limit == 10


@pytest.mark.parametrize("opened", ["", "[]", "{", '{"litmus_test.limit": {"a": 1}}', None])
def test_what_was_opened_may_come_back_spoiled(browse, house, opened):
    form = form_of(browse(house.ana), house.cantina)
    change_settings(house.cantina, litmus_test={"limit": 20})
    page = form.submit(**{"opened": opened, "litmus_test.limit": "30"})
    assert page.status == 409
    assert page.form("#client-settings").value("litmus_test.limit") == "30"


def test_what_the_other_changed_stands_beside_each_field(browse, house):
    form = form_of(browse(house.ana), house.cantina)
    colleague = make_staff(Role.ADMIN, house.agency, name="Clara Dias")
    form_of(browse(colleague), house.cantina).submit(
        **{"litmus_test.limit": "20", "shutterstock.limit": "", "direct_support": "yes", "licence_price": "250,00"}
    )
    page = form.submit(**{"litmus_test.limit": "30", "email_sync.limit": "6"})
    beside = {
        note.get("id"): " ".join(note.text_content().split())
        for note in page.select("//*[@class and starts-with(@class, 'field-news')]")
    }
    assert beside == {
        "news-direct-support": "Clara Dias: desligado → ligado.",
        "news-licence-price": "Clara Dias: 199,00 → 250,00.",
        "news-litmus-test-limit": "Clara Dias: 10 → 20. Você digitou 30.",
        "news-shutterstock-limit": "Clara Dias: 5 → sem limite.",
    }
    assert [note.get("id") for note in page.select("//*[contains(@class, 'is-both')]")] == ["news-litmus-test-limit"]
    assert page.has("Mudou nesse meio-tempo e já está abaixo:", "Vocês dois mudaram:")


def test_each_change_is_laid_to_the_one_who_made_it(browse, house):
    form = form_of(browse(house.ana), house.cantina)
    for name, change in (("Clara Dias", {"litmus_test.limit": "20"}), ("Davi Reis", {"shutterstock.limit": "8"})):
        form_of(browse(make_staff(Role.ADMIN, house.agency, name=name)), house.cantina).submit(**change)
    page = form.submit(**{"email_sync.limit": "6"})
    assert page.has("Davi Reis salvou estas configurações", "Clara Dias: 10 → 20.", "Davi Reis: 5 → 8.")


def test_a_switch_by_the_client_is_a_change_like_any_other(browse, house):
    change_settings(house.cantina, optimizer_managed_by="client")
    form = form_of(browse(house.ana), house.cantina)
    settings.switch_optimizer(house.cantina, enabled=True, by=Actor("contributor", "Carla Menezes"), now=NOW)
    page = form.submit(**{"litmus_test.limit": "30"})
    assert page.status == 409
    assert page.has("Carla Menezes: desligado → ligado.")
    assert page.form("#client-settings").submit().status == 303
    now = held(house.cantina)
    assert (now.optimizer_enabled, now.services["litmus_test"].limit) == (True, 30)


# While the form is open


def ask(browser, client, version):
    return browser.get(NEWS, htmx=True, client_id=client.id, version=version)


def test_the_open_form_asks_whether_somebody_saved(browse, house):
    ana = browse(house.ana)
    page = ana.get(SHOW, client_id=house.cantina.id)
    asking = page.by_id("settings-news")
    assert asking.get("hx-trigger") == "every 20s"
    quiet = ana.request("GET", asking.get("hx-get"), htmx=True)
    assert quiet.status == 200 and not quiet.text and quiet.by_id("settings-news").get("hx-get") == asking.get("hx-get")
    change_settings(house.cantina, litmus_test={"limit": 20})
    found = ana.request("GET", asking.get("hx-get"), htmx=True)
    assert found.has("Test salvou estas configurações às 09:00.")
    assert found.by_id("settings-news").get("hx-get") is None, "it need not ask again"


def test_asking_by_itself_does_not_count_as_doing_something(browse, house):
    ana = browse(house.ana)
    form = form_of(ana, house.cantina)
    clock.move_to(NOW + timedelta(minutes=30))
    assert ask(ana, house.cantina, int(form.value("version"))).status == 200
    assert SignIn.get(SignIn.person == house.ana.person).seen_at < NOW + timedelta(minutes=30)
    ana.get(SHOW, client_id=house.cantina.id)
    assert SignIn.get(SignIn.person == house.ana.person).seen_at >= NOW + timedelta(minutes=30)


def test_only_who_may_save_asks(browse, house):
    assert ask(browse(house.bia), house.cantina, 1).status == 403
    assert not browse(house.bia).get(SHOW, client_id=house.cantina.id).select("//*[@id='settings-news']")
    for who in (house.bruno, house.stranger):
        assert ask(browse(who), house.cantina, 1).status == 404


def test_asking_after_the_session_ended_tears_nobody_from_his_form(browser, house):
    answer = ask(browser, house.cantina, 1)
    assert answer.status == 286
    assert not answer.location


def test_an_odd_version_is_not_there(browse, house):
    path = f"/agency/clients/{house.cantina.id}/settings/news/"
    assert browse(house.ana).get(path + "x").status == 404
    assert browse(house.ana).get(path + "9" * 30).status == 404


# Help beside each field


def test_every_field_has_help_in_place_and_on_the_page(browse, house):
    ana = browse(house.ana)
    page = ana.get(SHOW, client_id=house.cantina.id)
    help_page = ana.get("agency.help.client_settings")
    fields = set(page.form("#client-settings").fields) | set(SettingsForm(held(house.cantina)).stored)
    fields -= {"csrf_token", "version", "opened"}
    assert len(fields) == 5 + 6 * 4
    for name in fields:
        beside = page.by_id(dom_id("about", name))
        assert beside.tag == "details" and beside[0].get("aria-label"), name
        assert len(beside.xpath(".//p")[0].text_content()) > 20, name
        link = beside.xpath(".//a[normalize-space()='O que isto faz?']")[0].get("href")
        assert help_page.by_id(link.partition("#")[2]).xpath(".//dt"), name


@pytest.mark.parametrize(
    ("language", "words"),
    [("pt-BR", ("Efeito", "Quando vale", "Exemplo")), ("en", ("Effect", "When it counts", "Example"))],
)
def test_the_help_page_says_effect_time_and_example_of_all(browse, house, language, words):
    house.ana.person.language = language
    house.ana.person.save()
    page = browse(house.ana).get("agency.help.client_settings")
    assert page.status == 200
    parts = page.select("//section[@class='part']")
    assert len(parts) == len(HELP)
    for part in parts:
        assert [term.text_content() for term in part.xpath(".//dt")] == list(words)
        assert all(len(said.text_content()) > 10 for said in part.xpath(".//dd"))


def test_help_is_for_whoever_sees_settings(browse, house, browser):
    assert browse(house.bia).get("agency.help.client_settings").status == 200
    assert (
        browse(make_contributor(make_app(house.cantina), ["team"])).get("/agency/help/client-settings/").status == 404
    )
    assert "/sign-in" in browser.get("agency.help.client_settings").location


def test_a_field_links_its_last_change(browse, house):
    ana = browse(house.ana)
    form_of(ana, house.cantina).submit(**{"litmus_test.limit": "15", "litmus_test.price": "8,50"})
    page = ana.get(SHOW, client_id=house.cantina.id)
    link = page.by_id("about-litmus-test-limit").xpath(".//a")[-1]
    assert link.text_content() == "10 testes → 15 testes, Ana Prado, 15 de junho"
    assert (
        page.by_id("about-litmus-test-price")
        .xpath(".//a")[-1]
        .text_content()
        .startswith("padrão da agência → R$\u00a08,50")
    )
    assert len(page.by_id("about-direct-support").xpath(".//a")) == 1, "it was never changed"
    history = ana.get(link.get("href"))
    assert history.has("Só as mudanças de Teste de Litmus, limite.", "10 testes → depois 15 testes")


# Direct support shows the vendor


def test_direct_support_warns_with_the_badge_of_the_vendor(browse, house):
    page = browse(house.ana).get(SHOW, client_id=house.cantina.id)
    part = page.select("//section[contains(@class, 'support')]")[0]
    assert part.xpath(".//h2//img[contains(@alt, 'Ribalta')]")
    assert "deixa de ser 100 % marca branca" in part.text_content()
    assert not held(house.cantina).direct_support


# Who may


def test_a_manager_sets_limits_but_no_price_and_no_payment(browse, house):
    browser = browse(house.bruno)
    page = browser.get(SHOW, client_id=house.clinica.id)
    assert page.by_id("f-licence_price").get("readonly") is not None
    assert not page.select("//input[@type='radio'][@name='payment_option']")
    assert not page.has("Seu custo")
    assert "argem" not in page.text
    form = page.form("#client-settings")
    assert form.submit(**{"litmus_test.limit": "11"}).status == 303
    assert held(house.clinica).services["litmus_test"].limit == 11


@pytest.mark.parametrize(
    "changes", [{"licence_price": "1,00"}, {"payment_option": "client_card"}, {"litmus_test.price": "0,01"}]
)
def test_a_manager_who_forges_a_price_saves_nothing(browse, house, changes):
    page = form_of(browse(house.bruno), house.clinica).submit(**{"litmus_test.limit": "11", **changes})
    assert page.status == 403
    now = held(house.clinica)
    assert now.services["litmus_test"].limit == 10
    assert (now.next_licence_price, now.next_payment_option) == (19900, "agency_card")


def test_billing_reads_the_form_and_saves_nothing(browse, house):
    browser = browse(house.bia)
    page = browser.get(SHOW, client_id=house.cantina.id)
    assert page.has("Seu papel permite ver, não mudar.")
    assert not page.select("//*[@data-save-bar]")
    for endpoint in (SAVE, "agency.client_settings.flip", "agency.client_settings.preview"):
        assert browser.post(endpoint, {"version": "2"}, client_id=house.cantina.id).status == 403


@pytest.mark.parametrize("who", ["stranger", "bruno"])
def test_foreign_and_unassigned_clients_have_no_settings(browse, house, who):
    browser, here = browse(getattr(house, who)), {"client_id": house.cantina.id}
    assert browser.get(SHOW, **here).status == 404
    for endpoint in (SAVE, "agency.client_settings.flip", "agency.client_settings.preview"):
        assert browser.post(endpoint, {"version": "2"}, **here).status == 404


def test_signed_out_leads_to_sign_in(browser, house):
    assert "/sign-in" in browser.get(SHOW, client_id=house.cantina.id).location


def test_the_use_of_the_month_stands_above_the_fields(browse, house):
    client = make_client(make_agency("x-y", "XY"), "Stop")
    record_usage(client, "litmus_test", 4)
    page = browse(make_staff(agency=client.agency)).get(SHOW, client_id=client.id)
    assert page.has("Uso neste mês: 4 testes. No ritmo atual, 8 até 30 de junho.")
