"""Manage Clients and the overview of an agency with very many clients; here more than one is very many."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html

from portal import clock
from portal.blueprints.agency import client_rows, watch, wording
from portal.db import database as handle
from portal.domain import accounts, billing, reports, requests, settings, tenants
from portal.domain.accounts import Role, listing
from portal.domain.tenants.models import Term
from tests.domain.test_outlooks import do_the_work
from tests.factories import (
    AFTER_GRACE,
    NOW,
    START,
    TESTER,
    brand_of,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_staff,
    record_usage,
)


def names(page):
    return [link.text for link in page.select("//*[@id='clients']//th//a")]


def rows_in(page):
    """The rows as they stand, but for the session's own token."""
    [table] = page.select("//table[contains(@class, 'clients')]")
    for token in table.xpath(".//input[@name='csrf_token']"):
        token.set("value", "")
    return html.tostring(table.find("tbody"), encoding="unicode")


def chips(page):
    return [" ".join(chip.text_content().split()) for chip in page.select("//nav[@class='chips']/a")]


@pytest.fixture
def many(house, monkeypatch):
    """Two clients are more than the pages look through, and no count goes beyond 2."""
    monkeypatch.setattr(watch, "FEW", 1)
    for place in (accounts, listing, wording):
        monkeypatch.setattr(place, "MOST_COUNTED", 2)
    return house


def loud(many, count):
    """So many clients that passed a limit, and as many that are near one."""
    for n in range(count):
        record_usage(make_client(many.agency, f"Alta {n}"), "litmus_test", 13)
        record_usage(make_client(many.agency, f"Perto {n}"), "litmus_test", 9)


def test_counts_end_at_their_most(browse, many):
    make_client(many.agency, "Moda Lume")
    page = browse(many.ana).get("agency.clients.index")
    assert page.has("Mais de 2 clientes.")
    assert chips(page)[0] == "Todos 2+"
    assert page.has_link("agency.clients.new")


def test_a_few_that_wait_are_told_of_as_ever(browse, many):
    page = browse(many.ana).get("agency.clients.index")
    assert "3 limites atingidos e 1 limite próximo" in page.by_id("standing-alerts").text_content()
    assert names(browse(many.ana).get("agency.clients.index", only="alert")) == ["Cantina da Praça"]
    page = browse(many.ana).get("agency.overview.index")
    assert page.has(
        "4 assuntos, o mais urgente primeiro", "Cantina da Praça passou do limite em Sincronização de e-mail"
    )


def test_more_than_anybody_looks_through_are_counted(browse, many, monkeypatch):
    monkeypatch.setattr(watch, "_LOOKED_AT", 2)
    monkeypatch.setattr(watch, "_CALLS", 3)
    loud(many, 3)
    page = browse(many.ana).get("agency.clients.index")
    assert "2+ clientes passaram de um limite e 2+ estão perto de um" in page.by_id("standing-alerts").text_content()
    assert "Com alerta 2+" in chips(page)
    alerted = ["Alta 0", "Alta 1", "Alta 2", "Cantina da Praça", "Perto 0", "Perto 1", "Perto 2"]
    assert names(browse(many.ana).get("agency.clients.index", only="alert")) == alerted
    page = browse(many.ana).get("agency.overview.index")
    assert page.has("os mais urgentes primeiro", "Ver todos", "passou do limite")
    assert "2+ clientes passaram de um limite e 2+ estão perto de um" in page.by_id("at-stake").text_content()
    assert 0 < len(page.select("//ul[@class='calls']/li")) <= 6


def test_a_manager_of_very_many_hears_of_his_own_alone(browse, many, monkeypatch):
    monkeypatch.setattr(watch, "_LOOKED_AT", 0)
    mine = [make_client(many.agency, f"Minha {n}") for n in range(2)]
    record_usage(mine[0], "litmus_test", 9)
    bruno = make_staff(Role.MANAGER, many.agency, clients=mine)
    page = browse(bruno).get("agency.clients.index")
    assert names(page) == ["Minha 0", "Minha 1"]
    assert "1 está perto de um" in page.by_id("standing-alerts").text_content()
    page = browse(bruno).get("agency.overview.index")
    assert "Cantina" not in page.text


def test_a_search_that_fits_too_many_says_so(browse, many, monkeypatch):
    monkeypatch.setattr(tenants, "MOST_CANDIDATES", 1)
    page = browse(many.ana).get("agency.clients.index", q="cl")
    assert "Digite mais letras" not in page.text
    make_client(many.agency, "Clínica Aurora")
    page = browse(many.ana).get("agency.clients.index", q="clinica")
    assert page.has("Mais de 1 clientes combinam. Digite mais letras para encontrar um")
    assert chips(page)[0] == "Todos 1+"


@pytest.mark.parametrize(
    "text", ["%", "_", '"', "NEAR(a b)", "a OR b", "*", "'; drop table client", "\\", "𝔉𝔬", "é" * 100]
)
def test_no_search_breaks_the_page(browse, many, text):
    page = browse(many.ana).get("agency.clients.index", q=text)
    assert page.status == 200
    assert page.has("Ninguém encontrado")


def test_sums_are_announced_until_a_worker_has_them(browse, many):
    ana = browse(many.ana)
    page = ana.get("agency.overview.index")
    assert page.has("estão em cálculo", "Atividade recente")
    assert page.by_id("outlook").get("hx-get") == ana.url("agency.overview.index")
    assert not page.has("Receita dos clientes")
    waiting = ana.get("agency.overview.index", htmx=True)
    assert not waiting.is_whole
    assert waiting.by_id("outlook").get("hx-trigger")
    assert do_the_work(clock.now()) == 1
    part = ana.get("agency.overview.index", htmx=True)
    assert part.by_id("outlook").get("hx-trigger") is None
    assert part.has("Receita dos clientes", "às 09:00, no ritmo até agora", "R$\u00a01.500,00 em 10 de junho de 2027")
    whole = ana.get("agency.overview.index")
    assert whole.is_whole
    assert whole.has("Receita dos clientes", "Receita por mês")


def test_the_stored_sums_are_those_of_this_moment(browse, many):
    with reports.at_hand_of(many.agency, [many.cantina, many.clinica]):
        [month] = reports.outlook_of(many.agency, [many.cantina, many.clinica], now=NOW).months
    reports.refresh_outlook(many.agency, now=NOW)
    [stored] = reports.stored_outlook(many.agency, None, now=NOW).months
    assert stored == month


def test_a_stranger_sees_nothing_of_stored_sums(browse, many):
    reports.refresh_outlook(many.agency, now=NOW)
    make_client(many.stranger.agency, "One")
    make_client(many.stranger.agency, "Two")
    assert not browse(many.stranger).get("agency.overview.index").has("Receita dos clientes")


CHANGES = {
    "use": lambda house: record_usage(house.cantina, "litmus_test", 50),
    "limit": lambda house: change_settings(house.cantina, litmus_test={"limit": 99}),
    "switch": lambda house: change_settings(house.cantina, litmus_test={"enabled": False}),
    "thresholds": lambda house: change_settings(house.clinica, litmus_test={"alert_at": (10,)}),
    "thresholds of the agency": lambda house: tenants.set_alert_at(house.agency, (1,)),
    "sale": lambda house: requests.sell(
        house.cantina, "Site", price=12_345, every_months=None, first_on=date(2026, 6, 3), by=TESTER, now=NOW
    ),
    "card": lambda house: (
        settings.turn_month(house.cantina, now=NOW)
        if change_settings(house.cantina, payment_option="agency_card", now=START)
        else None
    ),
    "licence": lambda house: (
        Term.update(value=1).where((Term.owner == house.cantina.id) & (Term.key == "licence_price")).execute()
    ),
    "access": lambda house: tenants.set_client_access(house.cantina, allowed=False, by=TESTER, now=NOW),
    "suspension": lambda house: tenants.set_client_suspended(
        house.cantina, suspended=True, reason="Unpaid", by=TESTER, now=NOW
    ),
    "suspension of an app": lambda house: tenants.set_app_suspended(
        make_app(house.cantina), suspended=True, reason="", by=TESTER, now=NOW
    ),
    "another app": lambda house: make_app(house.cantina, "Second"),
    "name": lambda house: tenants.change_client(
        house.cantina, name="Cantina Nova", email="", address="", language="en", by=TESTER, now=NOW
    ),
    "late use of an issued month": lambda house: record_usage(
        house.cantina, "litmus_test", 40, at=NOW - timedelta(days=30), now=NOW
    ),
    "next month": lambda _house: clock.move_to(AFTER_GRACE),
    "later": lambda _house: clock.move_to(NOW + timedelta(days=5)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_that_was_drawn_before_is_drawn_anew_when_anything_of_it_changes(browse, house, change):
    billing.close_month(house.agency, "2026-05", brand_of=brand_of, by=TESTER, now=datetime(2026, 6, 5, 12, tzinfo=UTC))
    record_usage(house.clinica, "litmus_test", 3)
    before = rows_in(browse(house.ana).get("agency.clients.index"))
    assert rows_in(browse(house.ana).get("agency.clients.index")) == before
    CHANGES[change](house)
    after = rows_in(browse(house.ana).get("agency.clients.index"))
    client_rows._drawn.clear()
    assert after == rows_in(browse(house.ana).get("agency.clients.index"))
    assert after != before


def test_a_row_carries_the_token_of_whoever_sees_it(browse, house):
    pages = [browse(house.ana).get("agency.clients.index") for _session in range(2)]
    tokens = [set(page.select("//table//input[@name='csrf_token']/@value")) for page in pages]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    browser = pages[1].browser
    [token] = tokens[1]
    data = {"allowed": "no", "csrf_token": token}
    assert browser.post("agency.clients.access", data, client_id=house.cantina.id).status == 303


def test_a_row_drawn_for_one_is_not_shown_to_who_may_less_or_reads_otherwise(browse, house):
    assert browse(house.ana).get("agency.clients.index").has("Suspender o cliente", "Cartão do cliente")
    assert not browse(house.bia).get("agency.clients.index").has("Suspender o cliente")
    house.bia.person.language = "en"
    house.bia.person.save()
    assert browse(house.bia).get("agency.clients.index").has("Client's card")


def test_no_more_rows_are_kept_than_there_is_room_for(browse, house, monkeypatch):
    monkeypatch.setattr(client_rows, "_MOST_KEPT", 1)
    assert len(names(browse(house.ana).get("agency.clients.index"))) == 2
    assert len(client_rows._drawn) == 1


@pytest.mark.parametrize("page", ["agency.clients.index", "agency.overview.index"])
def test_the_number_of_questions_does_not_grow_with_the_clients(browse, database, monkeypatch, page):
    agency = make_agency()
    ana, asked, ask = browse(make_staff(agency=agency)), [], handle.obj.execute_sql
    monkeypatch.setattr(handle.obj, "execute_sql", lambda *a, **k: asked.append(a) or ask(*a, **k))
    sums = []
    for total in (5, 50):
        for n in range(len(tenants.clients_of(agency)), total):
            record_usage(make_client(agency, f"Client {n:03d}"), "litmus_test", 13)
        ana.get(page)
        asked.clear()
        assert ana.get(page).status == 200
        sums.append(len([sql for sql, *_ in asked if "clock_offset" not in sql]))  # the clock asks every two seconds
    assert sums[0] == sums[1] < 25
