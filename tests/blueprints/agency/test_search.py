"""The search in the dashboard's bar: clients, people, statements and pages, as far as each may open them."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import Role
from tests.factories import make_app, make_client, make_contributor, make_staff


def kinds(page) -> list[str]:
    return [part.get("aria-labelledby") for part in page.select("//main//section")]


def hits(page) -> list[str]:
    return [" ".join(hit.text_content().split()) for hit in page.select("//*[contains(@class, 'hits')]//li")]


def options(page) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.select("//*[@role='option']")]


@pytest.fixture
def carla(closed):
    return make_contributor(make_app(closed.cantina), email="carla@cantina.example", name="Carla Prado")


def test_everything_that_is_called_so_is_found_in_groups(browse, closed, carla):
    page = browse(closed.ana).get("agency.search.index", q="prado")
    assert page.status == 200
    assert page.has("Buscar", "2 resultados para “prado”")
    assert hits(page) == ["Ana Prado Proprietário da agência", "Carla Prado carla@cantina.example, Cantina da Praça"]
    page = browse(closed.ana).get("agency.search.index", q="c")
    assert kinds(page) == ["clients", "people", "pages"]


def test_each_hit_leads_to_its_page(browse, closed, carla):
    ana = browse(closed.ana)
    page = ana.get("agency.search.index", q="cantina")
    assert page.has_link("agency.clients.show", client_id=closed.cantina.id)
    [href] = ana.get("agency.search.index", q="carla").select("//*[contains(@class, 'hits')]//a/@href")
    assert href == ana.url("agency.sections.index", client_id=closed.cantina.id) + f"#person-{carla.id}"
    assert ana.get(href.partition("#")[0]).by_id(href.partition("#")[2]) is not None
    [href] = ana.get("agency.search.index", q="AUR-2026-000003").select("//*[contains(@class, 'hits')]//a/@href")
    assert ana.get(href).has("AUR-2026-000003")


def test_while_one_types_the_list_alone_is_answered_and_ends_in_the_whole_page(browse, closed, carla):
    page = browse(closed.ana).get("agency.search.index", htmx=True, q="prado")
    assert not page.is_whole
    found = page.by_id("found")
    assert found.get("role") == "listbox" and found.get("aria-label")
    assert "2 resultados" in found.get("data-said")
    assert options(page)[-1] == "Ver todos os resultados" and len(options(page)) == 3
    assert page.has_link("agency.search.index", q="prado")
    assert all(one.get("id") and one.get("href") for one in page.select("//*[@role='option']"))


def test_the_page_of_the_search_gets_its_list_alone_while_one_types_there(browse, closed, carla):
    page = browse(closed.ana).get("agency.search.index", htmx=True, q="prado", part="page")
    assert not page.is_whole
    assert page.by_id("results") is not None and len(hits(page)) == 2
    assert browse(closed.ana).get("agency.search.index", q="prado", part="page").is_whole


def test_the_bar_of_every_page_has_the_search(browse, closed):
    page = browse(closed.ana).get("agency.statements.index")
    field = page.by_id("find")
    assert field.get("hx-get") == page.browser.url("agency.search.index")
    assert page.select("//form[@role='search']/@action")[0] == page.browser.url("agency.search.index")


@pytest.mark.parametrize(
    ("text", "name"),
    [("marca", "Marca"), ("equipe", "Equipe da agência"), ("dominio", "Domínio próprio"), ("DNS", "Domínio próprio")],
)
def test_pages_are_found_by_their_name_and_by_what_people_call_them(browse, closed, text, name):
    page = browse(closed.ana).get("agency.search.index", q=text)
    assert hits(page)[0].startswith(name)


def test_pages_have_the_name_of_the_readers_language(browse, closed):
    closed.ana.person.language = "en"
    closed.ana.person.save()
    page = browse(closed.ana).get("agency.search.index", q="brand")
    assert page.has("found for “brand”", "Pages of the dashboard", "Brand scan")
    assert not hits(browse(closed.ana).get("agency.search.index", q="marca"))


def test_nothing_found_says_what_can_be_found(browse, closed):
    for htmx in (False, True):
        page = browse(closed.ana).get("agency.search.index", htmx=htmx, q="zzzz")
        assert page.status == 200
        assert page.has("Nada encontrado para “zzzz”", "pessoas dos seus clientes e da agência", "extratos pelo número")
        assert not options(page)


def test_nothing_asked_finds_nothing_and_says_what_can_be_found(browse, closed):
    page = browse(closed.ana).get("agency.search.index")
    assert page.has("Buscar", "Você pode buscar clientes")
    assert kinds(page) == []
    assert not options(browse(closed.ana).get("agency.search.index", htmx=True, q="  "))


def test_accents_without_a_letter_ask_for_nothing(browse, closed, carla):
    ana = browse(closed.ana)
    assert not hits(ana.get("agency.search.index", q="\u0301"))
    assert not options(ana.get("agency.search.index", htmx=True, q="\u0301\u0308"))


@pytest.mark.parametrize("text", ["%", "_", '"', "'; drop table client", "\\", "é" * 200, "\x00", "<script>"])
def test_no_text_breaks_it_or_means_anything(browse, closed, carla, text):
    page = browse(closed.ana).get("agency.search.index", q=text)
    assert page.status == 200
    assert hits(page) == []


def test_more_clients_than_are_shown_stand_in_the_list(browse, closed):
    for n in range(26):
        make_client(closed.agency, f"Zeta {n:02}")
    page = browse(closed.ana).get("agency.search.index", q="zeta")
    assert len(hits(page)) == 25
    assert page.has_link("agency.clients.index", q="zeta")
    assert len(options(browse(closed.ana).get("agency.search.index", htmx=True, q="zeta"))) == 6


# Whose


def test_a_manager_finds_what_belongs_to_his_clients_alone(browse, closed, carla):
    make_contributor(make_app(closed.clinica), email="caio@clinica.example", name="Caio Prado")
    bruno = browse(closed.bruno)
    assert hits(bruno.get("agency.search.index", q="cantina")) == []
    assert hits(bruno.get("agency.search.index", q="prado")) == ["Caio Prado caio@clinica.example, Clínica Horizonte"]
    found = hits(bruno.get("agency.search.index", q="aur"))
    assert found and all("Clínica Horizonte" in hit for hit in found)
    assert hits(bruno.get("agency.search.index", q="clinica"))[0].startswith("Clínica Horizonte")
    assert "AUR-A-" not in bruno.get("agency.search.index", q="1").text


@pytest.mark.parametrize("text", ["marca", "equipe", "preços", "novo cliente", "transferir", "login único", "smtp"])
def test_a_manager_finds_no_page_that_would_refuse_him(browse, closed, text):
    assert hits(browse(closed.bruno).get("agency.search.index", q=text)) == []


def test_billing_finds_costs_and_statements_and_no_staff(browse, closed, carla):
    bia = browse(closed.bia)
    assert "AUR-A-2026-000001" in " ".join(hits(bia.get("agency.search.index", q="a-2026")))
    assert hits(bia.get("agency.search.index", q="prado")) == ["Carla Prado carla@cantina.example, Cantina da Praça"]
    assert [hit.split()[0] for hit in hits(bia.get("agency.search.index", q="preços"))] == ["Preços"]
    assert hits(bia.get("agency.search.index", q="equipe")) == []
    assert not bia.get("agency.search.index", q="zzzz").has("da agência pelo nome")


@pytest.mark.parametrize("role", list(Role))
def test_whoever_follows_a_hit_is_let_in(browse, closed, carla, role):
    """What is found and what is allowed are asked in two places: they must agree."""
    who = make_staff(role, closed.agency, clients=[closed.cantina] if role == Role.MANAGER else [])
    browser = browse(who)
    links = set()
    for text in ("c", "a", "carla", "prado", "1", "2026", *"bdefghilmnoprstuvw"):
        links |= set(browser.get("agency.search.index", q=text).select("//*[contains(@class, 'hits')]//a/@href"))
    assert len(links) > 5
    for href in links:
        page = browser.get(href.partition("#")[0])
        assert page.status == 200 or (page.status == 302 and page.location.startswith("/account/")), href


def test_a_stranger_finds_nothing_of_another_agency(browse, closed, carla):
    sara = browse(closed.stranger)
    for text in ("cantina", "carla", "prado", "AUR-2026-000001", "1", "bruno"):
        assert hits(sara.get("agency.search.index", q=text)) == []


def test_a_client_that_he_looks_after_no_more_is_found_no_more(browse, closed):
    bruno = browse(closed.bruno)
    assert hits(bruno.get("agency.search.index", q="horizonte"))
    place = accounts.staff_member(closed.agency, closed.bruno.membership_id)
    accounts.unassign(place, closed.clinica, by=closed.ana.actor, now=clock.now())
    assert not hits(bruno.get("agency.search.index", q="horizonte"))


def test_signed_out_leads_to_sign_in(browser, closed):
    page = browser.get("agency.search.index", q="cantina")
    assert page.status == 302 and "/sign-in" in page.location
    assert browser.get("agency.search.index", htmx=True, q="cantina").status == 401


def test_it_is_only_there_to_be_read(browse, closed):
    assert browse(closed.ana).post("agency.search.index").status == 405
