from __future__ import annotations

import pytest

from portal import clock
from portal.domain import settings
from tests.browser import Browser
from tests.factories import change_settings, make_contributor, record_usage


def optimizer_on(client):
    return settings.current(client, now=clock.now()).optimizer_enabled


def test_use_limit_excess_and_price_are_said_in_words(browse, carla, client, cantina):
    record_usage(client, "email_sync", 4, at=clock.now())
    record_usage(client, "litmus_test", 9, at=clock.now())
    page = browse(carla).get("office.services.index", app=cantina.slug)
    assert page.has("4 de 2", "No pico, 2 caixas acima do limite de 2. Custa R$\xa098,00.")
    assert page.has("9 de 10", "Sobra 1 teste. Depois, cada teste custa R$\xa09,00.")
    assert page.has("R$\xa02,50 por bloco de 1.000 começado")
    assert page.has("Extrato de junho, previsto", "1 de julho")


def test_cost_and_margin_are_never_shown(browse, carla, ana, client, cantina):
    record_usage(client, "litmus_test", 13, at=clock.now())
    for who in (browse(carla), browse(ana, inside=cantina)):
        page = who.get("office.services.index", app=cantina.slug)
        for amount in ("5,00", "8,00", "30,00", "120,00", "15,00"):
            assert f"R$\xa0{amount}" not in page.text


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"limit": None}, "Não há limite"),
        ({"limit": 0}, "Nada está incluído. A partir daqui, cada teste custa R$\xa09,00."),
        ({"limit": 10, "at_limit": "stop"}, "Depois, o serviço para até 1 de julho de 2026."),
        ({"limit": 10, "at_limit": "ceiling", "ceiling": 20}, "continua até 20, o excesso é cobrado"),
        ({"enabled": False}, "Este serviço está desligado."),
    ],
)
def test_what_happens_at_the_limit_is_said(browse, carla, client, cantina, wish, words):
    change_settings(client, litmus_test=wish)
    assert browse(carla).get("office.services.index", app=cantina.slug).has(words)


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
