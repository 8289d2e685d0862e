"""Every page of the back office, asked by those who may and by those who may not."""

from __future__ import annotations

import pytest

from portal.domain import rights, tenants
from portal.domain.audit import AuditEntry
from portal.domain.rights import SectionState
from tests.browser import Browser
from tests.factories import NOW, TESTER, make_contributor, make_member

PAGES = {
    "office.home.index": None,
    "office.menus.index": "menus",
    "office.menus.changes": "menus",
    "office.menus.preview": "menus",
    "office.services.index": "services",
    "office.statements.index": "statements",
    "office.team.index": "team",
    "office.team.new": "team",
    "office.settings.index": "settings",
}
ONE_BOX = [(endpoint, box) for endpoint, box in PAGES.items() if box]


@pytest.mark.parametrize("endpoint", PAGES)
def test_whoever_holds_everything_opens_it(browse, carla, cantina, endpoint):
    page = browse(carla).get(endpoint, app=cantina.slug)
    assert page.status == 200
    assert "ribalta" not in page.html.lower()


@pytest.mark.parametrize("endpoint", PAGES)
def test_it_is_there_in_english_too(browse, cantina, endpoint):
    helen = make_contributor(cantina, list(rights.BOXES), language="en")
    page = browse(helen).get(endpoint, app=cantina.slug)
    assert page.status == 200 and page.tree.get("lang") == "en"


@pytest.mark.parametrize("endpoint", PAGES)
def test_staff_of_the_agency_inside_open_it(browse, ana, cantina, endpoint):
    page = browse(ana, inside=cantina).get(endpoint, app=cantina.slug)
    assert page.status == 200
    assert page.has("Ana Prado", "Aurora", "Voltar ao painel")


@pytest.mark.parametrize(("endpoint", "box"), ONE_BOX)
def test_one_box_opens_its_own_pages_and_no_other(browse, cantina, endpoint, box):
    person = browse(make_contributor(cantina, [box]))
    assert person.get(endpoint, app=cantina.slug).status == 200
    other = make_contributor(cantina, [key for key in ("menus", "services", "team", "settings") if key != box])
    page = browse(other).get(endpoint, app=cantina.slug)
    assert page.status == 403 and not page.has_link(endpoint, app=cantina.slug)
    assert browse(other).get(endpoint, app=cantina.slug, htmx=True).status == 403


@pytest.mark.parametrize("endpoint", PAGES)
def test_strangers_and_people_of_a_sibling_app_do_not_learn_that_it_exists(
    browse, stranger, neighbour, cantina, endpoint
):
    assert browse(stranger).get(endpoint, app=cantina.slug).status == 404
    assert browse(neighbour).get(endpoint, app=cantina.slug).status == 404


@pytest.mark.parametrize("endpoint", PAGES)
def test_signed_out_it_leads_to_sign_in(app, settings, cantina, endpoint):
    nobody = Browser(app, settings, "aurora.localhost")
    page = nobody.get(endpoint, app=cantina.slug)
    assert page.status == 302 and page.location.startswith("/sign-in?next=")
    page = nobody.get(endpoint, app=cantina.slug, htmx=True)
    assert page.status == 401 and page.location == "/sign-in"


@pytest.mark.parametrize("endpoint", PAGES)
def test_it_is_not_there_on_the_platform_host(app, settings, carla, cantina, endpoint):
    path = Browser(app, settings, "aurora.localhost").url(endpoint, app=cantina.slug)
    assert Browser(app, settings, settings.platform_host).get(path).status == 404


def test_unticking_a_box_counts_on_the_next_request_of_a_living_session(browse, carla, fabio, cantina):
    session = browse(fabio)
    assert session.get("office.menus.index", app=cantina.slug).status == 200
    page = browse(carla).post(
        "office.team.switch", {"granted": "no"}, htmx=True, app=cantina.slug, contributor_id=fabio.id, box="menus"
    )
    assert page.status == 200
    assert session.get("office.menus.index", app=cantina.slug).status == 403
    assert session.get("office.menus.changes", app=cantina.slug, htmx=True).status == 403
    assert not session.get("office.home.index", app=cantina.slug).has_link("office.menus.index", app=cantina.slug)


def test_nobody_of_a_suspended_client_gets_in_but_the_agency(browse, carla, ana, client, cantina):
    session = browse(carla)
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=make_member(carla).contributor.created_at)
    page = session.get("office.home.index", app=cantina.slug)
    assert page.status == 403 and page.has("Aurora")
    assert browse(ana, inside=cantina).get("office.home.index", app=cantina.slug).status == 200


def test_the_four_labels_lead_to_the_invitation(browse, carla, cantina):
    page = browse(carla).get("office.home.index", app=cantina.slug)
    assert page.has("Configurações")
    page = page.click("Outras Configurações")
    page = page.browser.request("GET", page.browser.url("office.team.index", app=cantina.slug))
    page = page.click("Novo Contribuidor")
    labels = [part.text_content().strip() for part in page.select("//ol[@class='crumbs']/li")]
    assert labels == ["Configurações", "Outras Configurações", "Equipe", "Novo Contribuidor"]


def test_other_settings_list_what_the_person_has_of_them(browse, cantina, fabio):
    keeper = make_contributor(cantina, ["settings"])
    page = browse(keeper).get("office.other_settings.index", app=cantina.slug)
    assert page.has_link("office.settings.index", app=cantina.slug)
    assert not page.has_link("office.team.index", app=cantina.slug)
    assert browse(fabio).get("office.other_settings.index", app=cantina.slug).status == 403


@pytest.mark.parametrize("path", ["billing", "add-ons/buy", "brand", "owner", "clients", "agency"])
def test_what_nobody_ever_may_is_not_there(browse, carla, cantina, path):
    assert browse(carla).get(f"/office/{cantina.slug}/{path}/").status in (403, 404)


@pytest.mark.parametrize(
    ("endpoint", "typed"),
    [
        ("team.invite", {"email": "z@cantina.example", "boxes": "settings"}),
        ("team_many.create", {"addresses": "z@cantina.example", "boxes": "settings"}),
        ("team.end", {"ends_on": "2026-12-01"}),
        ("team.contact", {}),
        ("team.remove", {}),
    ],
)
def test_a_refusal_beside_the_form_is_written_down_once_as_well(browse, cantina, carla, endpoint, typed):
    low = browse(make_contributor(cantina, ["team", "menus"], email="low@cantina.example"))
    where = {"contributor_id": carla.id} if endpoint in ("team.end", "team.contact", "team.remove") else {}
    page = low.post(f"office.{endpoint}", {"language": "pt-BR", **typed}, app=cantina.slug, **where)
    [row] = AuditEntry.select().where(AuditEntry.action == "access.denied")
    assert page.status == 403 and row.subject == f"POST office.{endpoint}" and row.details == {"why": "right"}


def test_a_mistake_in_a_form_is_no_refusal(browse, cantina, carla):
    page = browse(carla).post("office.team.invite", {"language": "pt-BR", "email": "?"}, app=cantina.slug)
    assert page.status == 422 and not AuditEntry.select().where(AuditEntry.action == "access.denied").exists()


def test_a_refusal_names_the_right_and_who_gives_it(browse, carla, fabio, cantina, client):
    page = browse(fabio).get("office.services.index", app=cantina.slug)
    assert page.status == 403 and page.has("o direito “Serviços”", "Peça-o a Carla Menezes e Aurora.")
    page = browse(fabio).post("office.menus.publish", {}, app=cantina.slug)
    assert page.status == 403 and page.has("o direito “Cardápios: Publicar”")
    rights.set_state(client, "menus", SectionState.HIDDEN, by=TESTER, now=NOW)
    page = browse(fabio).get("office.menus.index", app=cantina.slug)
    assert page.status == 403 and page.has("“Cardápios” não está disponível para Cantina da Praça")
    manages = make_contributor(cantina, ["team"], name="Zilda Reis")
    assert not browse(manages).get("office.settings.index", app=cantina.slug).has("Peça-o a Zilda")


def test_a_refusal_says_nothing_of_what_shows_the_vendor_to_who_may_not_know(browse, carla, fabio, cantina):
    for endpoint in ("office.support.index", "office.help.index"):
        page = browse(fabio).get(endpoint, app=cantina.slug)
        assert page.status == 403 and page.has("Você não tem este direito.")
        assert not page.has("Suporte Direto") and not page.has("Ajuda online")
    knows = make_contributor(cantina, ["help"])
    assert browse(knows).get("office.support.index", app=cantina.slug).has("o direito “Suporte Direto”")
