from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from portal import clock, languages, limit_words
from portal.domain import metering, outbox, settings
from tests.browser import Browser
from tests.domain.test_alerts import Links
from tests.factories import USED, change_settings, make_contributor, record_usage


def optimizer_on(client):
    return settings.current(client, now=clock.now()).optimizer_enabled


def test_use_limit_excess_and_price_are_said_in_words(browse, carla, client, cantina):
    record_usage(client, "email_sync", 4, at=clock.now())
    record_usage(client, "litmus_test", 9, at=clock.now())
    page = browse(carla).get("office.services.index", app=cantina.slug)
    assert page.has("4 de 2", "No pico, 2 caixas acima do limite: R$\xa098,00.", "R$\xa049,00 por caixa")
    assert page.has("9 de 10", "Sobra 1 teste. Depois, cada teste custa R$\xa09,00.")
    push = browse(carla).get("office.services.show", app=cantina.slug, key="push_notification")
    assert push.has("R$\xa02,50 por bloco de 1.000 mensagens começado")
    assert page.has("Extrato de junho, previsto", "1 de julho")


def test_cost_and_margin_are_never_shown(browse, carla, ana, client, cantina):
    record_usage(client, "litmus_test", 13, at=clock.now())
    for who in (browse(carla), browse(ana, inside=cantina)):
        page = who.get("office.services.index", app=cantina.slug)
        one = who.get("office.services.show", app=cantina.slug, key="litmus_test", day="2026-06-15")
        assert not any(word in page.text + one.text for word in ("argem", "Custo", "ibalta", "operador"))
        for amount in ("5,00", "8,00", "30,00", "120,00", "15,00"):
            assert f"R$\xa0{amount}" not in page.text + one.text


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"limit": None}, "Não há limite"),
        ({"limit": 0}, "Nada está incluído. A partir daqui, cada teste custa R$\xa09,00."),
        ({"limit": 10, "at_limit": "stop"}, "Depois, o serviço para até 1 de julho."),
        ({"limit": 10, "at_limit": "ceiling", "ceiling": 20}, "Continua e é cobrado até 20 testes, depois para"),
        ({"enabled": False}, "Desligado."),
    ],
)
def test_what_happens_at_the_limit_is_said(browse, carla, client, cantina, wish, words):
    change_settings(client, litmus_test=wish)
    assert browse(carla).get("office.services.show", app=cantina.slug, key="litmus_test").has(words)


def test_without_statements_nothing_of_the_licence_is_told(browse, cantina):
    reader = make_contributor(cantina, ["services"])
    page = browse(reader).get("office.services.index", app=cantina.slug)
    assert page.status == 200 and not page.has("Extrato de junho, previsto")


def test_months_can_be_walked_back_to_the_first_and_no_further(browse, carla, cantina):
    session = browse(carla)
    page = session.get("office.services.index", app=cantina.slug)
    assert page.has_link("office.services.index", app=cantina.slug, label="2026-05")
    page = session.get("office.services.index", app=cantina.slug, label="2026-05")
    assert page.status == 200 and page.has("maio de 2026") and not page.select("//a[@rel='prev']")
    for label in ("2026-04", "2026-07", "2026-13", "0000-01"):
        assert session.get(f"/office/{cantina.slug}/services/{label}/").status == 404
    assert session.get("office.services.index", app=cantina.slug, label="2026-06").status == 302


def test_the_worked_example_is_shown_to_the_cent(browse, carla, client, cantina):
    for service, used in USED.items():
        record_usage(client, service, used, at=clock.now())
    clock.move_to(datetime(2026, 6, 30, 23, tzinfo=UTC))
    page = browse(carla).get("office.services.index", app=cantina.slug)
    assert page.has("Excesso até agora R$\xa0132,50")
    for key, words in {
        "litmus_test": ("13 de 10", "R$\xa027,00", "3 testes", "R$\xa09,00 por teste"),
        "shutterstock": ("5 de 5", "R$\xa00,00", "nada acima do limite", "R$\xa012,00 por imagem"),
        "email_sync": ("4 de 2", "R$\xa098,00", "2 caixas", "R$\xa049,00 por caixa"),
        "push_notification": ("12.345 de 10.000", "R$\xa07,50", "2.345 mensagens, 3 blocos de 1.000"),
    }.items():
        page = browse(carla).get("office.services.show", app=cantina.slug, key=key)
        assert page.has(*words), page.text


def test_a_service_is_drawn_by_day_with_its_table_and_events(browse, carla, client, cantina):
    record_usage(client, "litmus_test", 12, at=clock.now())
    page = browse(carla).get("office.services.show", app=cantina.slug, key="litmus_test", day="2026-06-15")
    assert page.select("//figure//*[local-name()='svg'][@role='img']")
    assert page.has("15 de junho 12 12", "O que aconteceu em 15 de junho", "Fale com Aurora")
    part = browse(carla).get("office.services.show", app=cantina.slug, key="litmus_test", day="2026-06-15", htmx=True)
    assert not part.is_whole and part.by_id("events") is not None
    page = browse(carla).get("office.services.days", app=cantina.slug, key="litmus_test", label="2026-06")
    assert '"2026-06-15";"12";"12"' in page.body.decode()


def test_a_service_is_for_who_holds_the_box_of_the_same_back_office(
    browse, browser, fabio, stranger, neighbour, cantina
):
    for page in ("index", "show", "days"):
        values = {"app": cantina.slug} | ({} if page == "index" else {"key": "litmus_test"})
        values |= {"label": "2026-06"} if page == "days" else {}
        assert browse(fabio).get(f"office.services.{page}", **values).status == 403
        for other in (stranger, neighbour):
            assert browse(other).get(f"office.services.{page}", **values).status == 404
        path = browser.url(f"office.services.{page}", **values)
        assert browser.at("aurora.localhost").get(path).location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["direct_support/", "no_such/", "litmus_test/2026-04/", "litmus_test/?day=2026-05-31"])
def test_what_is_no_service_month_or_day_is_not_there(browse, carla, cantina, path):
    assert browse(carla).get(f"/office/{cantina.slug}/services/{path}").status == 404


def test_an_optimizer_of_the_agency_can_be_seen_and_not_switched(browse, carla, client, cantina):
    change_settings(client, optimizer_managed_by="agency", optimizer_enabled=True)
    page = browse(carla).get("office.services.index", app=cantina.slug)
    assert page.has("Aurora cuida dele para você.", "ligado")
    assert not page.select("//form[contains(@action, 'sales-optimizer')]")
    assert browse(carla).post("office.services.optimizer", {"enabled": "no"}, app=cantina.slug).status == 403
    assert optimizer_on(client)


def test_an_optimizer_of_the_client_is_switched_by_who_may_use_services(browse, carla, client, cantina):
    change_settings(client, optimizer_managed_by="client")
    session = browse(carla)
    page = session.get("office.services.index", app=cantina.slug)
    page = page.form("office.services.optimizer", app=cantina.slug).submit()
    assert page.status == 303 and page.follow().status == 200
    assert optimizer_on(client)
    page = session.post("office.services.optimizer", {"enabled": "no"}, htmx=True, app=cantina.slug)
    assert page.status == 200 and not page.is_whole and page.by_id("sales-optimizer") is not None
    assert not optimizer_on(client)
    assert session.post("office.services.optimizer", {"enabled": "no"}, htmx=True, app=cantina.slug).status == 200
    assert not optimizer_on(client), "set, never flipped"


@pytest.mark.parametrize("value", ["", "maybe", "YES"])
def test_a_wrong_value_switches_nothing(browse, carla, client, cantina, value):
    change_settings(client, optimizer_managed_by="client")
    page = browse(carla).post("office.services.optimizer", {"enabled": value}, htmx=True, app=cantina.slug)
    assert page.status == 422 and not optimizer_on(client)


def test_seeing_services_is_not_using_them(browse, app, settings, client, cantina, stranger, neighbour):
    change_settings(client, optimizer_managed_by="client")
    reader = make_contributor(cantina, ["services"])
    page = browse(reader).get("office.services.index", app=cantina.slug)
    assert not page.select("//form[contains(@action, 'sales-optimizer')]")
    assert browse(reader).post("office.services.optimizer", {"enabled": "yes"}, app=cantina.slug).status == 403
    for other in (stranger, neighbour):
        assert browse(other).post("office.services.optimizer", {"enabled": "yes"}, app=cantina.slug).status == 404
    nobody = Browser(app, settings, "aurora.localhost")
    url = nobody.url("office.services.optimizer", app=cantina.slug)
    assert nobody.request("POST", url, htmx=True).status == 401
    assert not optimizer_on(client)


def test_a_banner_stands_above_the_pages_of_who_may_see_the_services(browse, carla, fabio, client, cantina):
    record_usage(client, "litmus_test", 13, at=clock.now())
    page = browse(carla).get("office.menus.index", app=cantina.slug)
    assert page.has("Teste de Litmus passou do limite: 13 de 10", "3 testes acima do limite: R$\xa027,00.")
    assert page.has("até 30 de junho: R$\xa0", "Para mudar um limite, fale com Aurora.")
    assert page.has_link("office.services.show", app=cantina.slug, key="litmus_test")
    assert "ibalta" not in page.html
    assert not browse(carla).get("office.services.index", app=cantina.slug).has("Para mudar um limite")
    assert not browse(fabio).get("office.menus.index", app=cantina.slug).has("passou do limite")


def test_several_limits_are_one_banner_with_what_they_cost(browse, carla, client, cantina):
    record_usage(client, "litmus_test", 13, at=clock.now())
    record_usage(client, "email_sync", 4, at=clock.now())
    record_usage(client, "shutterstock", 4, at=clock.now())
    page = browse(carla).get("office.menus.index", app=cantina.slug)
    assert page.has("2 limites atingidos e 1 limite próximo", "Excesso até agora: R$\xa0125,00.")
    assert len(page.select("//main//*[contains(@class, 'banners')]/*")) == 1


def test_banner_and_letter_say_the_same_numbers(browse, carla, ana, client, cantina):
    record_usage(client, "litmus_test", 13, at=clock.now())
    alert = metering.Alert.get(metering.Alert.threshold == 100)
    metering.tell(alert.id, resolved=False, origins=Links(), now=clock.now())
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send")
    banners = {
        carla.person.email: browse(carla).get("office.menus.index", app=cantina.slug),
        ana.person.email: browse(ana).get("agency.clients.index"),
    }
    for row in rows:
        values = row.payload["values"]
        standing = metering.Standing(**{field.name: values[field.name] for field in fields(metering.Standing)})
        title, text = limit_words.banner(standing)
        assert banners.pop(row.payload["to"]).has(title, text)
        with languages.speaking("pt-BR"):
            said = limit_words.letter(standing, "reached", audience="client")
        assert said["title"] == title and text == f"{said['now']} {said['ahead']}"
        assert "R$\xa0" + str(standing.expected_amount // 100) in text
    assert not banners
