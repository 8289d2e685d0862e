"""Many clients at once: choose, say what, see every change, confirm, wait, take back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal import languages
from portal.blueprints.agency import bulk_words
from portal.domain import audit, settings
from portal.domain.accounts import Role
from tests.factories import NOW, change_settings, make_client, make_staff

INDEX, CREATE = "agency.changes.index", "agency.changes.create"
CLIENTS, CHOOSE, FIELDS, WANT = (f"agency.changes.{name}" for name in ("clients", "choose", "fields", "want"))
SHOW, PROGRESS, CONFIRM = (f"agency.changes.{name}" for name in ("show", "progress", "confirm"))
UNDO, DISCARD = "agency.changes.undo", "agency.changes.discard"


def begin(browser, house):
    assert browser.post(CREATE).status == 303
    return settings.bulks_of(house.agency)[0]


def prepared(browser, house, change=("litmus_test.limit",), **typed):
    """Both clients of the house, up to the preview."""
    bulk = begin(browser, house)
    browser.get(CLIENTS, bulk_id=bulk.id).form("#choose").submit(button="go=all")
    form = browser.get(FIELDS, bulk_id=bulk.id).form("#fields")
    page = form.submit(change=list(change), **typed or {"litmus_test.limit": "25"})
    return settings.bulk_of(house.agency, bulk.id), page


def run(bulk):
    settings.bulk_work(bulk.id, now=NOW)


def limit(client):
    return settings.current(client, now=NOW).services["litmus_test"].limit


def test_the_whole_way_from_nothing_to_undo(browse, house):
    browser = browse(house.ana)
    assert browser.get(INDEX).has("Nada mudou de uma vez ainda")
    bulk, page = prepared(browser, house)
    page = page.follow()
    assert page.has("Prévia de cada mudança")
    assert page.has("Teste de Litmus, limite: 10 testes → 25 testes na hora")
    assert limit(house.cantina) == 10
    page = page.form(f"/agency/changes/{bulk.id}/confirm").submit().follow()
    assert page.has("Mudança em andamento")
    assert page.has("0 de 2")
    run(bulk)
    page = browser.get(SHOW, bulk_id=bulk.id)
    assert page.has("Mudaram")
    assert (limit(house.cantina), limit(house.clinica)) == (25, 25)
    page = page.form(f"/agency/changes/{bulk.id}/undo").submit().follow()
    assert page.has("Prévia da volta")
    assert page.has("Teste de Litmus, limite: 25 testes → 10 testes")
    assert limit(house.cantina) == 25
    back = settings.undone_by(bulk)
    page.form(f"/agency/changes/{back.id}/confirm").submit()
    run(back)
    assert limit(house.cantina) == 10
    assert browser.get(SHOW, bulk_id=back.id).has("Desfeita")
    assert browser.get(INDEX).has("desfaz outra")
    assert browser.get(SHOW, bulk_id=bulk.id).has("Uma volta foi começada.")


def test_progress_is_a_fragment_that_ends_on_the_page(browse, house):
    browser = browse(house.ana)
    bulk, _ = prepared(browser, house)
    browser.post(CONFIRM, bulk_id=bulk.id)
    part = browser.get(PROGRESS, htmx=True, bulk_id=bulk.id)
    assert part.status == 200
    assert part.has("Mudando os clientes")
    assert browser.get(PROGRESS, bulk_id=bulk.id).status == 303
    run(bulk)
    assert browser.get(PROGRESS, htmx=True, bulk_id=bulk.id).headers["HX-Redirect"] == f"/agency/changes/{bulk.id}/"


def test_ticks_are_kept_from_page_to_page(browse, house):
    for n in range(60):
        make_client(house.agency, f"Loja {n:02}")
    browser = browse(house.ana)
    bulk = begin(browser, house)
    page = browser.get(CLIENTS, bulk_id=bulk.id)
    assert page.has("62 clientes encontrados.")
    first = str(house.cantina.id)
    page = page.form("#choose").submit(client=[first], button="go=after").follow()
    assert page.has("1 cliente escolhido.")
    assert not page.has("Cantina da Praça")
    other = page.form("#choose").fields["shown"][-1]
    page = page.form("#choose").submit(client=[other], button="go=before").follow()
    assert page.has("2 clientes escolhidos.")
    assert first in page.form("#choose").fields["client"]
    page = page.form("#choose").submit(client=None, button="go=find").follow()
    assert page.has("1 cliente escolhido.")
    page = page.form("#choose").submit(button="go=none").follow()
    assert page.has("Ninguém foi escolhido ainda.")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "clin"}, ["Clínica Horizonte"]),
        ({"payment": "agency_card"}, ["Clínica Horizonte"]),
        ({"payment": "client_card"}, ["Cantina da Praça", "Loja Europa"]),
        ({"currency": "EUR"}, ["Loja Europa"]),
        ({"currency": "EUR", "payment": "agency_card"}, []),
        (
            {"currency": "XXX", "payment": "cash", "package": "x", "after": "y"},
            ["Cantina da Praça", "Clínica Horizonte", "Loja Europa"],
        ),
    ],
)
def test_filters_find_who_fits_and_choose_all_of_them(browse, house, filters, found):
    make_client(house.agency, "Loja Europa", currency="EUR")
    browser = browse(house.ana)
    bulk = begin(browser, house)
    page = browser.get(CLIENTS, bulk_id=bulk.id, **filters)
    assert [b.text for b in page.tree.xpath("//form[@id='choose']//li//b")] == found
    page.form("#choose").submit(button="go=all")
    items = settings.page_of_items(bulk, ("chosen",)).items
    assert [item.client.name for item in items] == found


def test_a_foreign_client_among_those_ticked_refuses_all(browse, house):
    foreign = make_client(house.stranger.agency)
    browser = browse(house.ana)
    bulk = begin(browser, house)
    form = browser.get(CLIENTS, bulk_id=bulk.id).form("#choose")
    own = str(house.cantina.id)
    assert form.submit(client=[own, own, str(foreign.id)]).status == 404
    assert form.submit(client=[own, str(uuid4())]).status == 404
    assert form.submit(client=[own, "x"]).status == 404
    assert settings.page_of_items(bulk, ("chosen",)).items == []
    assert form.submit(client=[own, own]).status == 303
    assert len(settings.page_of_items(bulk, ("chosen",)).items) == 1


def test_ten_thousand_ids_end_in_no_crash(browse, house):
    browser = browse(house.ana)
    bulk = begin(browser, house)
    ids = [str(uuid4()) for _ in range(10_000)]
    assert browser.post(CHOOSE, {"client": ids}, bulk_id=bulk.id).status == 404
    assert browser.post(CHOOSE, {"client": [str(house.cantina.id)] * 10_000}, bulk_id=bulk.id).status == 303


def test_only_what_is_ticked_changes(browse, house):
    bulk, _ = prepared(
        browse(house.ana), house, **{"litmus_test.limit": "25", "shutterstock.limit": "99", "direct_support": "yes"}
    )
    assert set(settings.page_of_items(bulk, ("ready",)).items[0].changes) == {"litmus_test.limit"}


def test_every_kind_of_field_can_be_changed(browse, house):
    typed = {
        "direct_support": "yes",
        "payment_option": "agency_card",
        "optimizer_managed_by": "client",
        "optimizer_enabled": "yes",
        "licence_price.way": "percent",
        "licence_price.percent": "-2,5",
        "litmus_test.enabled": "no",
        "litmus_test.limit": "",
        "shutterstock.at_limit": "ceiling",
        "shutterstock.ceiling": "50",
        "shutterstock.alert_at": "60, 90",
        "shutterstock.price.way": "amounts",
        "shutterstock.price.BRL": "13,50",
        "email_sync.price.way": "list",
    }
    change = [
        "direct_support",
        "payment_option",
        "optimizer_managed_by",
        "optimizer_enabled",
        "licence_price",
        "litmus_test.enabled",
        "litmus_test.limit",
        "shutterstock.at_limit",
        "shutterstock.alert_at",
        "shutterstock.price",
        "email_sync.price",
    ]
    change_settings(house.cantina, email_sync={"price": 5000})
    bulk, page = prepared(browse(house.ana), house, change, **typed)
    assert page.follow().has("Arredondado; o valor exato seria 194,025.")
    run_all(bulk, house)
    held = settings.current(house.cantina, now=NOW)
    assert (held.direct_support, held.optimizer_managed_by, held.optimizer_enabled) == (True, "client", True)
    assert (held.next_payment_option, held.next_licence_price, held.licence_price) == ("agency_card", 19403, 19900)
    services = held.services
    assert (services["litmus_test"].enabled, services["litmus_test"].limit) == (False, None)
    assert (services["shutterstock"].at_limit, services["shutterstock"].ceiling) == ("ceiling", 50)
    assert (services["shutterstock"].own_alert_at, services["shutterstock"].next_own_price) == ((60, 90), 1350)
    assert services["email_sync"].next_own_price is None


def run_all(bulk, house):
    settings.confirm_bulk(bulk, by=house.ana.actor, now=NOW)
    run(bulk)


@pytest.mark.parametrize(
    ("change", "typed"),
    [
        ([], {}),
        (["x", "agency_id", "slug"], {"slug": "other"}),
        (["litmus_test.limit"], {"litmus_test.limit": "-1"}),
        (["litmus_test.limit"], {"litmus_test.limit": "9" * 30}),
        (["litmus_test.at_limit"], {"litmus_test.at_limit": "never"}),
        (["litmus_test.at_limit"], {"litmus_test.at_limit": "ceiling", "litmus_test.ceiling": ""}),
        (["litmus_test.alert_at"], {"litmus_test.alert_at": "soon"}),
        (["licence_price"], {"licence_price.way": "amounts", "licence_price.BRL": ""}),
        (["licence_price"], {"licence_price.way": "amounts", "licence_price.BRL": "-1"}),
        (["licence_price"], {"licence_price.way": "list"}),
        (["licence_price"], {"licence_price.way": "percent", "licence_price.percent": "0"}),
        (["licence_price"], {"licence_price.way": "percent", "licence_price.percent": "-101"}),
        (["licence_price"], {"licence_price.way": "percent", "licence_price.percent": "5.5"}),
        (["licence_price"], {"licence_price.way": "percent", "licence_price.percent": "NaN"}),
        (["payment_option"], {"payment_option": "cash"}),
        (["direct_support"], {"direct_support": "maybe"}),
    ],
)
def test_what_can_not_be_read_is_said_at_its_field_and_kept(browse, house, change, typed):
    bulk, page = prepared(browse(house.ana), house, change, **typed or {"litmus_test.limit": "1"})
    assert page.status == 422
    form = page.form("#fields")
    assert form.fields.get("change", []) == [name for name in change if name not in ("x", "agency_id", "slug")]
    for name, value in typed.items():
        if name in form.fields and not name.endswith(("at_limit", "way", "option", "support")):
            assert form.value(name) == value
    assert bulk.state == "choosing"


def test_a_client_that_can_not_take_it_is_named_with_the_reason(browse, house):
    change_settings(house.cantina, litmus_test={"limit": 10, "at_limit": "ceiling", "ceiling": 20})
    bulk, page = prepared(browse(house.ana), house)
    page = page.follow()
    assert page.has("Não podem receber")
    assert page.has("O teto não pode ficar abaixo do limite de 25.")
    run_all(bulk, house)
    assert (limit(house.cantina), limit(house.clinica)) == (10, 25)


def test_a_client_changed_after_the_preview_is_left_out(browse, house):
    browser = browse(house.ana)
    bulk, _ = prepared(browser, house)
    change_settings(house.cantina, shutterstock={"limit": 1})
    run_all(bulk, house)
    page = browser.get(SHOW, bulk_id=bulk.id, only="skipped")
    assert page.has("Cantina da Praça")
    assert page.has("Test salvou estas configurações depois da prévia.")
    assert not page.has("Clínica Horizonte")


def test_a_package_fills_the_form_and_changes_nothing(browse, house):
    browser = browse(house.ana)
    browser.get("agency.packages.new").form("#package").submit(**{"name": "Pro", "litmus_test.limit": "77"})
    package = settings.packages_of(house.agency)[0]
    bulk = begin(browser, house)
    browser.get(CLIENTS, bulk_id=bulk.id).form("#choose").submit(button="go=all")
    page = browser.get(FIELDS, bulk_id=bulk.id, package=package.id)
    assert page.has("O formulário mostra Pro. Nada foi salvo ainda.")
    assert page.form("#fields").value("litmus_test.limit") == "77"
    assert page.form("#fields").submit().follow().has("Teste de Litmus, limite: 10 testes → 77 testes")
    assert limit(house.cantina) == 10


def test_it_can_be_changed_again_or_discarded_before_it_is_confirmed(browse, house):
    browser = browse(house.ana)
    bulk, _ = prepared(browser, house)
    form = browser.get(FIELDS, bulk_id=bulk.id).form("#fields")
    assert (form.fields["change"], form.value("litmus_test.limit")) == (["litmus_test.limit"], "25")
    assert form.submit(**{"litmus_test.limit": "30"}).follow().has("→ 30 testes")
    assert browser.get(CLIENTS, bulk_id=bulk.id).has("2 clientes escolhidos.")
    assert browser.post(DISCARD, bulk_id=bulk.id).follow().has("Nenhum cliente mudou.")
    assert settings.bulks_of(house.agency) == []


def test_what_runs_is_neither_chosen_anew_nor_discarded(browse, house):
    browser = browse(house.ana)
    bulk, _ = prepared(browser, house)
    browser.post(CONFIRM, bulk_id=bulk.id)
    assert browser.post(CONFIRM, bulk_id=bulk.id).status == 303
    for endpoint in (CHOOSE, DISCARD):
        assert browser.post(endpoint, bulk_id=bulk.id).status == 422
    assert browser.post(WANT, {"change": "litmus_test.limit", "litmus_test.limit": "1"}, bulk_id=bulk.id).status == 422
    assert browser.get(CLIENTS, bulk_id=bulk.id).status == 303
    run(bulk)
    assert limit(house.cantina) == 25


def test_the_clients_history_tells_of_it_and_the_log_has_one_entry(browse, house):
    browser = browse(house.ana)
    bulk, _ = prepared(browser, house)
    run_all(bulk, house)
    entries = [e.action for e in audit.recent_of_agency(house.agency.id) if e.action != "session.started"]
    assert entries[0] == "settings.bulk_saved"
    page = browser.get("agency.overview.index")
    assert page.has("Ana Prado mudou vários clientes da Aurora de uma vez")


@pytest.mark.parametrize("endpoint", [CLIENTS, FIELDS, SHOW, PROGRESS, CHOOSE, WANT, CONFIRM, UNDO, DISCARD])
def test_a_stranger_does_not_learn_of_it(browse, house, endpoint):
    bulk, _ = prepared(browse(house.ana), house)
    stranger = browse(house.stranger)
    ask = stranger.get if endpoint in (CLIENTS, FIELDS, SHOW, PROGRESS) else stranger.post
    assert ask(endpoint, bulk_id=bulk.id).status == 404
    assert settings.bulk_of(house.agency, bulk.id).state == "ready"


def test_who_may(browse, browser, house):
    bulk, _ = prepared(browse(house.ana), house)
    assert browse(make_staff(Role.ADMIN, house.agency)).get(INDEX).status == 200
    for person in (house.bruno, house.bia):
        assert browse(person).get(INDEX).status == 403
        assert browse(person).get(SHOW, bulk_id=bulk.id).status == 403
        assert browse(person).post(CONFIRM, bulk_id=bulk.id).status == 403
    assert browser.get(INDEX).status in (302, 303)
    assert browser.post(CONFIRM, bulk_id=bulk.id).status in (302, 303)
    assert settings.bulk_of(house.agency, bulk.id).state == "ready"


def test_the_list_says_what_was_set_to_what_for_how_many_and_what_was_taken_back(browse, house):
    browser = browse(house.ana)
    every = ("litmus_test.limit", "litmus_test.price", "direct_support", "licence_price")
    bulk, _ = prepared(
        browser, house, every, **{
            "litmus_test.limit": "25", "litmus_test.price.way": "list", "direct_support": "no",
            "licence_price.way": "percent", "licence_price.percent": "-2,5",
        },
    )  # fmt: skip
    browser.post(CONFIRM, bulk_id=bulk.id)
    run(bulk)
    back = settings.undo_bulk(settings.bulk_of(house.agency, bulk.id), by=house.ana.actor, now=NOW)
    entries = [" ".join(row.text_content().split()) for row in browser.get(INDEX).select("//tbody/tr")]
    said = (
        "Suporte Direto: desligado", "Teste de Litmus, limite: 25 testes",
        "Teste de Litmus, preço: padrão da agência", "Preço de Licença: redução de 2,5 %",
    )  # fmt: skip
    way_back, done = sorted(entries, key=lambda entry: "2 mudaram" in entry)
    assert all(words in done for words in said) and "2 mudaram" in done, entries
    assert "Teste de Litmus, limite: como antes" in way_back and "25 testes" not in way_back
    settings.discard_bulk(back)
    begin(browser, house)
    assert len(browser.get(INDEX).select("//tbody/tr//ul")) == 1, "of the new one nothing is wanted yet"


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ({"amounts": {"BRL": 950, "EUR": 200}}, "R$ 9,50 e € 2,00"),
        ({"amounts": {"BRL": 950}, "list": True}, "R$ 9,50 e padrão da agência"),
        ({"percent": 500}, "aumento de 5 %"),
        ({"set": [50, 90]}, "50 % e 90 %"),
        ({"set": None}, "padrão da agência"),
    ],
)
def test_each_way_of_changing_has_its_words(way, words):
    name = "litmus_test.alert_at" if "set" in way else "litmus_test.price"
    with languages.speaking("pt-BR"):
        [(_label, said)] = bulk_words.lines_of({name: way}, back=False)
    assert said.replace("\xa0", " ") == words
