"""A locked section: whoever holds it meets the offer wherever he looks, changes nothing, and can ask for it."""

from __future__ import annotations

import pytest

from portal.domain import requests, rights
from portal.domain.audit.models import AuditEntry
from portal.domain.outbox.models import Message
from portal.domain.requests import Request, State
from portal.domain.rights import Offer, SectionState
from portal.domain.webhooks import add_endpoint
from portal.domain.webhooks.models import Delivery
from tests.factories import NOW, TESTER, make_contributor

ASK, SHOW, MENUS = "office.offers.ask", "office.offers.show", "office.menus.index"


@pytest.fixture
def locked(client):
    rights.lock(client, "menus", Offer("We keep your menu.\nAll year.", 150_000, 12), by=TESTER, now=NOW)


def test_looking_anywhere_in_the_section_shows_the_offer(browse, cantina, carla, locked):
    inside = browse(carla)
    for path in ("", "changes", "preview"):
        page = inside.get(f"/office/{cantina.slug}/menus/{path}")
        assert page.status == 200
        assert page.has("O que Aurora oferece", "We keep your menu. All year.", "R$\u00a01.500,00, a cada 12 meses")
    part = inside.get(MENUS, app=cantina.slug, htmx=True)
    assert part.status == 200 and not part.is_whole and part.headers["HX-Retarget"] == "#main"
    assert [h1.text_content() for h1 in part.select("//h1")] == ["Cardápios"]


def test_the_menu_shows_a_lock_and_home_leads_to_the_offer(browse, cantina, locked):
    page = browse(make_contributor(cantina, ["menus", "services"])).get("office.home.index", app=cantina.slug)
    [entry] = page.select("//nav//a[contains(@href, '/menus/')][.//*[@aria-label='Bloqueada']]")
    assert entry.get("href") == f"/office/{cantina.slug}/menus/"
    assert page.has("Bloqueada: veja o que Aurora oferece")


@pytest.mark.parametrize("htmx", [False, True])
def test_every_action_of_the_section_is_refused(browse, cantina, carla, locked, htmx):
    inside = browse(carla)
    for path in ("", "publish", "categories"):
        assert inside.post(f"/office/{cantina.slug}/menus/{path}", {"name": "Pizzas"}, htmx=htmx).status == 403


def test_who_does_not_hold_the_box_meets_no_offer(browse, cantina, locked):
    nobody = browse(make_contributor(cantina, ["services"]))
    assert nobody.get(MENUS, app=cantina.slug).status == 403
    assert nobody.post(ASK, app=cantina.slug, section="menus").status == 403
    assert not nobody.get("office.home.index", app=cantina.slug).has("Bloqueada")
    assert Request.select().count() == 0


def test_a_hidden_section_shows_nothing_and_takes_no_request(browse, client, cantina, carla, locked):
    rights.set_state(client, "menus", SectionState.HIDDEN, by=TESTER, now=NOW)
    inside = browse(carla)
    assert inside.get(MENUS, app=cantina.slug).status == 403
    assert inside.post(ASK, app=cantina.slug, section="menus").status == 403
    assert Request.select().count() == 0


def test_asking_tells_the_agency_by_mail_trail_and_webhook_and_freezes_the_offer(
    browse, aurora, client, cantina, carla, ana, locked
):
    add_endpoint(
        aurora, url="https://a.example", description="", events=["request.created"], seal=str, by=TESTER, now=NOW
    )
    page = browse(carla).get(MENUS, app=cantina.slug).form("#ask").submit(text="Before summer")
    assert page.status == 303
    shown = page.follow().follow()
    assert shown.has("Aurora recebeu seu pedido.", "Você fez este pedido em 15 de junho de 2026.", "Before summer")
    assert not shown.select("//form[@id='ask']")
    rights.lock(client, "menus", Offer("Something else", 1, None), by=TESTER, now=NOW)
    row = Request.get()
    assert row.offer == {
        "text": "We keep your menu.\nAll year.", "price": 150_000, "every_months": 12, "currency": "BRL"
    }  # fmt: skip
    [letter] = Message.select().where(Message.topic == "mail.send")
    assert letter.payload["to"] == ana.person.email and letter.payload["agency"] is None
    assert letter.payload["values"]["link"] == "http://localhost:8000/agency/requests/"
    assert Delivery.get().event == "request.created"
    entry = AuditEntry.get(AuditEntry.action == "request.created")
    assert (entry.actor_name, entry.client_id, entry.details["section"]) == ("Carla Menezes", client.id, "menus")


def test_asking_twice_is_said_and_asks_once(browse, cantina, carla, locked):
    inside = browse(carla)
    form = inside.get(MENUS, app=cantina.slug).form("#ask")
    assert form.submit().status == 303
    again = form.submit()
    assert again.status == 409 and again.has("Você já fez esse pedido", "Você fez este pedido em 15 de junho")
    assert Request.select().count() == 1


def test_after_an_answer_one_may_ask_again(browse, client, cantina, carla, ana, locked):
    inside = browse(carla)
    inside.get(MENUS, app=cantina.slug).form("#ask").submit()
    requests.decide(Request.get(), State.DECLINED, answer="Not this year", origin="", by=ana.actor, now=NOW)
    page = inside.get(MENUS, app=cantina.slug)
    assert page.has("Recusado em 15 de junho de 2026", "Not this year")
    assert page.form("#ask").submit().status == 303
    assert Request.select().count() == 2


def test_once_the_section_is_open_there_is_nothing_to_ask_for(browse, client, cantina, carla, locked):
    inside = browse(carla)
    form = inside.get(MENUS, app=cantina.slug).form("#ask")
    rights.set_state(client, "menus", SectionState.OFFERED, by=TESTER, now=NOW)
    assert form.submit().status == 409
    assert Request.select().count() == 0
    assert inside.get(SHOW, app=cantina.slug, section="menus").follow().has("Cardápios")


def test_a_word_that_is_too_long_is_kept_and_said_at_the_field(browse, cantina, carla, locked):
    page = browse(carla).get(MENUS, app=cantina.slug).form("#ask").submit(text="x" * 1001)
    assert page.status == 422 and page.by_id("f-text").get("aria-invalid") == "true"
    assert page.form("#ask").value("text") == "x" * 1001
    assert Request.select().count() == 0


@pytest.mark.parametrize("section", ["menus:publish", "home", "design", "x"])
def test_what_is_no_section_is_not_there(browse, cantina, carla, locked, section):
    inside = browse(carla)
    assert inside.get(f"/office/{cantina.slug}/offers/{section}/").status == 404
    assert inside.post(f"/office/{cantina.slug}/offers/{section}/").status == 404


def test_staff_inside_work_in_it_and_ask_nobody(browse, cantina, ana, locked):
    inside = browse(ana, inside=cantina)
    assert inside.get(MENUS, app=cantina.slug).form("office.menus.add_category", app=cantina.slug)
    assert inside.post(ASK, app=cantina.slug, section="menus").status == 409


def test_neighbours_and_strangers_find_no_offer(browse, browser, cantina, neighbour, stranger, locked):
    for other in (neighbour, stranger):
        assert browse(other).get(SHOW, app=cantina.slug, section="menus").status == 404
        assert browse(other).post(ASK, app=cantina.slug, section="menus").status == 404
    there = browser.at("aurora.localhost")
    assert "/sign-in" in there.get(SHOW, app=cantina.slug, section="menus").location
    assert Request.select().count() == 0
