"""Which sections of a client are offered, hidden or locked: said at once, with a plain form behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import invitations, rights
from portal.domain.accounts import Role
from portal.domain.rights import Offer, SectionState
from tests.factories import NOW, TESTER, make_app, make_contributor, make_member, make_staff

INDEX, SWITCH, OFFER, LOCK = (f"agency.sections.{view}" for view in ("index", "switch", "offer", "lock"))


@pytest.fixture
def carla(house):
    return make_contributor(make_app(house.cantina), ["menus", "settings"], name="Carla")


def at(house, section="menus"):
    return {"client_id": house.cantina.id, "section": section}


def state(house, section="menus"):
    return rights.state_of(house.cantina, section).state


def typed(**fields):
    return {"text": "We redo your menu.\nEvery year.", "price": "1.500,00", "every_months": "12"} | fields


def test_the_page_shows_every_section_who_holds_it_and_who_may_come_in(browse, house, carla):
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id)
    assert page.has("Cardápios", "1 pessoa tem", "Equipe", "0 pessoa tem", "Carla", "2 direitos", "Pode entrar")
    assert (
        browse(house.ana)
        .get("agency.clients.show", client_id=house.cantina.id)
        .has_link(INDEX, client_id=house.cantina.id)
    )


def test_who_was_invited_and_did_not_come_yet_is_there_too(browse, house, carla):
    now, member = clock.now(), make_member(house.ana, carla.app)
    for email, sent in (("rita@a.example", now), ("velho@a.example", now - timedelta(days=8))):
        invitations.invite(member, email, ["menus"], origin="http://aurora.localhost:8000", now=sent)
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id)
    assert page.has("2 convites ainda não foram aceitos", "rita@a.example", "pendente, faltam 7 dias", "vencido")
    ours = browse(house.ana).get("agency.clients.show", client_id=house.cantina.id)
    [link] = ours.select("//section[@aria-labelledby='people']//a[normalize-space()='Carla']")
    assert "Carla" in page.by_id(link.get("href").partition("#")[2]).text_content()


def test_a_section_that_nobody_finds_says_why_and_where_that_is_changed(browse, house):
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id)
    [row] = page.select("//li[@id='section-support']")
    assert "ninguém do cliente a encontra: o Suporte Direto está desligado." in row.text_content()
    [link] = row.xpath(".//a[normalize-space()='Ligar nas Configurações do Cliente']")
    assert link.get("href") == browse(house.ana).url("agency.client_settings.show", client_id=house.cantina.id)


def test_the_access_says_how_it_is_and_what_closing_it_would_do(browse, house):
    ana, here = browse(house.ana), {"client_id": house.cantina.id}
    for endpoint in (INDEX, "agency.clients.show"):
        page = ana.get(endpoint, **here)
        assert page.has("Aberto. Se fechar,") and not page.has("Fechado: ninguém")
    ana.post("agency.clients.access", {"allowed": "no"}, **here)
    for endpoint in (INDEX, "agency.clients.show"):
        page = ana.get(endpoint, **here)
        assert page.has("Fechado: ninguém") and not page.has("Aberto.")


def test_hiding_counts_on_the_next_click_and_offering_brings_it_back(browse, house, carla):
    inside, ana, app = browse(carla), browse(house.ana), make_app(house.cantina)
    assert inside.get("office.menus.index", app=app.slug).status == 200
    fragment = ana.post(SWITCH, {"state": "hidden"}, htmx=True, **at(house))
    assert fragment.status == 200 and not fragment.is_whole
    assert inside.get("office.menus.index", app=app.slug).status == 403
    assert not inside.get("office.home.index", app=app.slug).has("Cardápios")
    page = ana.post(SWITCH, {"state": "offered"}, **at(house))
    assert page.status == 303 and page.follow().has("Salvo")
    assert inside.get("office.menus.index", app=app.slug).status == 200


def test_the_wanted_state_is_set_however_often_it_is_sent(browse, house):
    for _ in range(2):
        assert browse(house.ana).post(SWITCH, {"state": "hidden"}, **at(house)).status == 303
    assert state(house) == SectionState.HIDDEN


def test_locking_needs_the_offer_and_shows_it_with_price_and_rhythm(browse, house, carla):
    ana = browse(house.ana)
    page = ana.get(OFFER, **at(house)).form("#offer").submit(**typed())
    assert page.status == 303
    assert page.follow().has("Bloqueada", "We redo your menu.", "R$\u00a01.500,00, a cada 12 meses")
    assert rights.state_of(house.cantina, "menus").offer == Offer("We redo your menu.\nEvery year.", 150_000, 12)
    kept = ana.get(OFFER, **at(house)).form("#offer")
    assert (kept.value("price"), kept.value("every_months")) == ("1.500,00", "12")


def test_a_blank_price_is_a_price_on_request(browse, house):
    browse(house.ana).get(OFFER, **at(house)).form("#offer").submit(**typed(price="", every_months="0"))
    assert rights.state_of(house.cantina, "menus").offer == Offer("We redo your menu.\nEvery year.", None, None)
    assert browse(house.ana).get(INDEX, client_id=house.cantina.id).has("Preço sob consulta")


@pytest.mark.parametrize(("field", "value"), [("text", " "), ("price", "a lot"), ("price", "-5"), ("text", "x" * 1001)])
def test_what_is_wrong_is_said_at_the_field_and_locks_nothing(browse, house, field, value):
    page = browse(house.ana).get(OFFER, **at(house)).form("#offer").submit(**typed(**{field: value}))
    assert page.status == 422
    assert page.by_id(f"f-{field}").get("aria-invalid") == "true"
    assert page.form("#offer").value(field) == value, "what was typed is kept"
    assert state(house) == SectionState.OFFERED


@pytest.mark.parametrize("value", ["", "locked", "open", None])
def test_a_wrong_state_changes_nothing(browse, house, value):
    data = {} if value is None else {"state": value}
    assert browse(house.ana).post(SWITCH, data, **at(house)).status == 422
    assert state(house) == SectionState.OFFERED


@pytest.mark.parametrize("section", ["services:use", "home", "billing"])
def test_what_is_no_section_is_not_there(browse, house, section):
    ana, path = browse(house.ana), f"/agency/clients/{house.cantina.id}/sections/{section}"
    assert ana.get(f"{path}/offer/").status == 404
    assert ana.post(f"{path}/offer/", typed()).status == 404
    assert ana.post(f"{path}/state", {"state": "hidden"}).status == 404


def test_a_manager_locks_for_his_clients_but_sets_no_price(browse, house):
    bruno, ids = browse(house.bruno), {"client_id": house.clinica.id, "section": "menus"}
    page = bruno.get(OFFER, **ids)
    assert page.has("Proprietários e administradores definem o preço") and not page.select("//input[@name='price']")
    assert bruno.post(LOCK, typed(price="1,00"), **ids).status == 303
    assert rights.state_of(house.clinica, "menus").offer == Offer("We redo your menu.\nEvery year.", None, None)
    rights.lock(house.clinica, "menus", Offer("x", 500, 24), by=TESTER, now=NOW)
    bruno.post(LOCK, typed(text="y", price="1,00"), **ids)
    assert rights.state_of(house.clinica, "menus").offer == Offer("y", 500, 24)


def test_a_price_that_was_set_while_a_manager_wrote_the_text_stays(browse, house, monkeypatch):
    rights.lock(house.clinica, "menus", Offer("x", 10_000, 12), by=TESTER, now=NOW)
    bruno, lock = browse(house.bruno), rights.lock

    def dearer_meanwhile(client, key, *arguments, **named):
        lock(client, key, Offer("x", 99_900, 24), by=house.ana.actor, now=NOW)
        lock(client, key, *arguments, **named)

    monkeypatch.setattr(rights, "lock", dearer_meanwhile)
    assert bruno.post(LOCK, {"text": "y"}, client_id=house.clinica.id, section="menus").status == 303
    assert rights.state_of(house.clinica, "menus").offer == Offer("y", 99_900, 24)


def test_billing_sees_and_changes_nothing(browse, house):
    bia = browse(house.bia)
    page = bia.get(INDEX, client_id=house.cantina.id)
    assert page.status == 200 and not page.select("//main//form")
    assert bia.get(OFFER, **at(house)).status == 403
    assert bia.post(SWITCH, {"state": "hidden"}, **at(house)).status == 403
    assert bia.post(LOCK, typed(), **at(house)).status == 403
    assert state(house) == SectionState.OFFERED


@pytest.mark.parametrize("who", ["stranger", "bruno"])
def test_foreign_and_unassigned_clients_are_not_there(browse, house, who):
    other = browse(getattr(house, who))
    assert other.get(INDEX, client_id=house.cantina.id).status == 404
    assert other.get(OFFER, **at(house)).status == 404
    assert other.post(SWITCH, {"state": "hidden"}, **at(house)).status == 404
    assert other.post(LOCK, typed(), **at(house)).status == 404
    assert state(house) == SectionState.OFFERED


def test_a_contributor_and_a_signed_out_browser_find_no_such_page(browse, browser, house, carla):
    assert browse(carla).get(f"/agency/clients/{house.cantina.id}/sections/").status == 404
    assert "/sign-in" in browser.get(INDEX, client_id=house.cantina.id).location


def test_an_admin_may_what_an_owner_may(browse, house):
    admin = browse(make_staff(Role.ADMIN, house.agency))
    assert admin.post(LOCK, typed(), **at(house)).status == 303
    assert rights.state_of(house.cantina, "menus").offer.price == 150_000
