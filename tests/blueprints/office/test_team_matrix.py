"""Who may do what: the page, the file, and the reasons of one person."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from portal import clock
from portal.domain import invitations, rights
from portal.domain.rights import SectionState
from tests.browser import Browser
from tests.factories import NOW, TESTER, make_contributor, make_member

ENDPOINTS = ("office.team_matrix.index", "office.team_matrix.export", "office.team_matrix.reasons")


@pytest.fixture
def boss(cantina):
    return make_contributor(cantina, ["team", "menus"], email="boss@cantina.example", name="Bia Souza")


def table(page):
    text = page.body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_each_right_stands_with_its_day_and_giver(browse, ana, carla, fabio, cantina):
    rights.set_box(fabio, "menus:publish", granted=True, by=make_member(carla), now=NOW)
    page = browse(carla).get("office.team_matrix.index", app=cantina.slug)
    assert page.has("Ana Prado", "Administrador – Proprietário", "Tudo, sempre")
    row = next(r for r in page.select("//tbody/tr") if "Fábio" in r.text_content())
    cell = list(row.xpath("./td[@data-label='Cardápios']")[0].itertext())
    assert [text for text in cell if text.strip()] == [
        "Acesso",
        "desde 01/05/2026, por Test",
        "Publicar",
        "desde 15/06/2026, por Carla Menezes",
    ]
    assert not row.xpath("./td[@data-label='Serviços']")


def test_what_was_given_all_at_once_is_dated_once(browse, ana, carla, fabio, cantina):
    make_contributor(cantina, ["menus", "menus:publish"], name="Zeca", email="zeca@a.example")
    page = browse(carla).get("office.team_matrix.index", app=cantina.slug)
    row = next(r for r in page.select("//tbody/tr") if "Zeca" in r.text_content())
    assert "Dado em 01/05/2026, por Test" in row.xpath("./th")[0].text_content()
    given = row.xpath("./td[@data-label='Cardápios']//div[@class='granted']")
    assert [one.text_content().strip() for one in given] == ["Acesso", "Publicar"]
    assert "sem direito" in row.text_content()


def test_its_columns_stand_in_the_groups_of_the_menu(browse, carla, cantina):
    page = browse(carla).get("office.team_matrix.index", app=cantina.slug)
    groups = [(g.text_content().strip(), int(g.get("colspan"))) for g in page.select("//th[@scope='colgroup']")]
    assert groups[0] == ("No aplicativo", 1)
    assert sum(wide for _name, wide in groups) == len(page.select("//thead/tr[2]/th"))
    assert {
        len(row.xpath("./td[not(contains(@class, 'matrix-nothing'))]"))
        for row in page.select("//tbody/tr[not(td[@colspan])]")
    } == {len(page.select("//thead/tr[2]/th"))}
    assert page.has("abre a seção", "não tem esse direito")


def test_a_file_holds_a_line_for_each_right(browse, ana, carla, fabio, cantina):
    make_contributor(cantina, ["menus"], name="=1+1", email="evil@a.example", ends_on=date(2026, 12, 31))
    invitations.invite(make_member(carla), "rita@a.example", ["menus"], origin="http://x", now=clock.now())
    page = browse(carla).get("office.team_matrix.export", app=cantina.slug)
    assert page.headers["Content-Type"].startswith("text/csv") and "direitos.csv" in page.headers["Content-Disposition"]
    rows = table(page)
    assert rows[0]["Pessoa"] == "Ana Prado" and rows[0]["Seção"] == "Tudo, sempre"
    [mine] = [row for row in rows if row["E-mail"] == "fabio@cantina.example"]
    assert (mine["Seção"], mine["Direito"], mine["Desde"], mine["Dado por"], mine["Até"]) == (
        "Cardápios",
        "Acesso",
        "2026-05-01",
        "Test",
        "",
    )
    [evil] = [row for row in rows if row["E-mail"] == "evil@a.example"]
    assert evil["Pessoa"] == "'=1+1" and evil["Até"] == "2026-12-31"
    assert len([row for row in rows if row["E-mail"] == "carla@cantina.example"]) == len(rights.boxes_of(carla))
    assert "rita@a.example" not in page.body.decode(), "an invitation is no right"


def test_who_holds_less_sees_no_more_than_his_own_sections(browse, boss, carla, cantina):
    page = browse(boss).get("office.team_matrix.index", app=cantina.slug)
    assert page.has("e outros direitos", "Cardápios", "Equipe") and not page.select("//th[.='Serviços']")
    rows = table(browse(boss).get("office.team_matrix.export", app=cantina.slug))
    assert {row["Seção"] for row in rows if row["E-mail"] == "carla@cantina.example"} == {
        "Cardápios",
        "Equipe",
        "outros direitos",
    }
    page = browse(boss).get("office.team_matrix.reasons", app=cantina.slug, contributor_id=carla.id)
    assert page.has("Cardápios") and not page.select("//main//table//*[contains(text(), 'Serviços')]")


def test_the_reasons_of_one_person_are_said(browse, ana, carla, cantina, client):
    row = make_contributor(cantina, ["menus", "services"], name="Zeca", ends_on=date(2026, 6, 1))
    rights.set_state(client, "services", SectionState.HIDDEN, by=TESTER, now=NOW)
    page = browse(carla).get("office.team.show", app=cantina.slug, contributor_id=row.id)
    page = page.click("Por que uma seção está aberta ou não?")
    assert page.has("O último dia do acesso já passou.", "Todos da equipe têm.", "Não está marcado.")
    page = browse(ana, inside=cantina).get("office.team_matrix.reasons", app=cantina.slug, contributor_id=row.id)
    assert page.has("Aurora esconde esta seção de Cantina da Praça.", "você entrou como")


def test_pages_go_on_and_a_search_finds(browse, carla, cantina):
    for n in range(55):
        make_contributor(cantina, [], name=f"P {n:02}", email=f"p{n}@a.example")
    page = browse(carla).get("office.team_matrix.index", app=cantina.slug)
    assert page.has("P 48") and not page.has("P 49")
    assert page.click("Próxima").has("P 54") and page.click("Próxima").click("Anterior").has("P 00")
    rows = table(browse(carla).get("office.team_matrix.export", app=cantina.slug))
    assert len(rows) == 55 + len(rights.boxes_of(carla))
    page = browse(carla).get("office.team_matrix.index", app=cantina.slug, q="p 07")
    assert page.has("P 07") and not page.has("P 08", "Carla")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_nobody_else_reads_it(browse, app, settings, ana, carla, fabio, neighbour, stranger, cantina, endpoint):
    values = {"contributor_id": carla.id} if endpoint.endswith("reasons") else {}
    for person, status in ((neighbour, 404), (stranger, 404), (fabio, 403)):
        assert browse(person).get(endpoint, app=cantina.slug, **values).status == status
    if values:
        assert browse(neighbour).get(endpoint, app=neighbour.app.slug, **values).status == 404
        assert browse(carla).get(endpoint, app=cantina.slug, contributor_id=ana.person.id).status == 403
    nobody = Browser(app, settings, "aurora.localhost")
    assert nobody.get(endpoint, app=cantina.slug, **values).status == 302
