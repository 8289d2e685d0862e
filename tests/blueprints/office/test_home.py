from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal import clock
from portal.audit_words import WORDS
from portal.blueprints.office import home
from portal.domain import invitations, publishing, rights
from portal.domain.audit import record
from tests.factories import TESTER, change_settings, make_contributor, make_member, record_usage


def entries(page):
    return [item.text_content().split("\n")[0].strip() for item in page.select("//ul[@class='feed']/li")]


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "Good morning"), (14, "Good morning"), (15, "Good afternoon"), (21, "Good evening")]
)
def test_the_greeting_follows_the_clock_of_the_agency(app, hour, words):
    with app.app_context():
        from portal.languages import speaking

        with speaking("en"):
            assert home.greeting(datetime(2026, 6, 15, hour, tzinfo=UTC), "America/Sao_Paulo") == words


def test_it_shows_what_the_person_can_do_and_nothing_else(browse, carla, fabio, cantina):
    page = browse(carla).get("office.home.index", app=cantina.slug)
    assert page.has("Carla", "Mudar o cardápio", "Ver serviços e preços", "Ler os extratos", "Convidar alguém")
    page = browse(fabio).get("office.home.index", app=cantina.slug)
    assert page.has("Mudar o cardápio")
    assert not page.has("Ver serviços e preços") and not page.has("Convidar alguém")


def test_every_section_has_a_card(database):
    assert set(home.DOORS) == {section.key for section in rights.SECTIONS if not section.always}


def test_a_person_without_any_right_is_told_whom_to_ask(browse, carla, cantina):
    page = browse(make_contributor(cantina, [])).get("office.home.index", app=cantina.slug)
    assert page.status == 200
    assert page.has("Nada está aberto para você ainda", "Carla Menezes", "Aurora")


def test_near_the_limit_is_for_those_who_hold_services(browse, carla, fabio, client, cantina):
    change_settings(client, litmus_test={"limit": 10})
    record_usage(client, "litmus_test", 9, at=clock.now())
    assert (
        browse(carla)
        .get("office.home.index", app=cantina.slug)
        .has("Perto do limite", "9 de 10", "Sobra 1 teste. Depois, cada teste custa R$\xa09,00.")
    )
    assert not browse(fabio).get("office.home.index", app=cantina.slug).has("Perto do limite")


def test_the_first_visit_is_welcomed_once(browse, carla, cantina):
    assert browse(carla).get("office.home.index", app=cantina.slug).has("Carla, boas-vindas a Cantina da Praça")
    clock.move_to(datetime(2026, 6, 16, 12, tzinfo=UTC))
    assert not browse(carla).get("office.home.index", app=cantina.slug).has("boas-vindas")


def test_a_person_with_one_section_is_welcomed_where_he_lands(browse, fabio, cantina):
    page = browse(fabio).get("/").follow()
    assert page.path.endswith(f"/office/{cantina.slug}/menus/")
    assert page.has("Fábio, boas-vindas a Cantina da Praça", "Aurora abriu esta seção para você: Cardápios")


def test_the_last_steps_are_those_of_the_own_sections(browse, carla, fabio, ana, cantina):
    member = make_member(carla)
    category = publishing.add_category(cantina, "Entradas", by=member.actor, now=clock.now())
    dish = publishing.add_dish(cantina, category, "Pastel", price=3000, by=member.actor, now=clock.now())
    values = {"name": "Pastel", "description": "", "allergens": []}
    publishing.change_dish(cantina, dish, **values, price=3400, by=make_member(ana, cantina).actor, now=clock.now())
    invitations.invite(member, "rita@cantina.example", ["menus"], origin="http://a.localhost", now=clock.now())
    page = browse(carla).get("office.home.index", app=cantina.slug)
    assert page.has("Carla Menezes convidou rita@cantina.example")
    assert page.has("Ana Prado, de Aurora, mudou o preço de Pastel de R$\xa030,00 para R$\xa034,00")
    page = browse(fabio).get("office.home.index", app=cantina.slug)
    assert page.has("Carla Menezes incluiu Pastel") and not page.has("rita@cantina.example")


@pytest.mark.parametrize("action", [action for action, words in WORDS.items() if words.section in ("menus", "team")])
def test_every_step_has_a_sentence_that_can_be_said(browse, carla, cantina, action):
    details = {"old": "velho", "new": "2026-07-01", "box": "menus:publish", "changes": {"price": [100, 200]}}
    stored = {"menu.dish_priced": "menu.dish_changed", "contributor.unlimited": "contributor.limited"}.get(
        action, action
    )
    if action in ("menu.dish_changed", "contributor.unlimited"):
        details |= {"changes": {"name": ["a", "b"]}, "new": None}
    record(stored, by=TESTER, now=clock.now(), app_id=cantina.id, subject="Assunto", **details)
    page = browse(carla).get("office.home.index", app=cantina.slug)
    assert page.status == 200 and len(entries(page)) == 1


def test_the_row_at_the_foot_of_a_phone_has_words_that_fit_and_the_whole_name_for_who_listens(browse, client, cantina):
    change_settings(client, optimizer_enabled=True)
    page = browse(make_contributor(cantina, ["services", "team"])).get("office.home.index", app=cantina.slug)
    tabs = page.select("//nav[contains(@class, 'tabs')]/a")
    assert [tab.text_content().strip() for tab in tabs] == ["Início", "Serviços", "Otimizador", "Outras"]
    assert [tab.get("aria-label") for tab in tabs][2:] == ["Otimizador de Vendas", "Outras Configurações"]
