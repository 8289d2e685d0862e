from __future__ import annotations

import pytest

from portal import clock
from portal.domain import publishing, tenants
from tests.browser import Browser
from tests.factories import TESTER, make_agency, make_app, make_client


@pytest.fixture
def cantina(database):
    return make_app(make_client(make_agency("aurora", "Aurora"), "Cantina da Praça"))


@pytest.fixture
def guest(app, settings):
    return Browser(app, settings, "aurora.localhost")


def publish(app):
    now = clock.now()
    category = publishing.add_category(app, "Entradas", by=TESTER, now=now)
    publishing.add_category(app, "Vazia", by=TESTER, now=now)
    dish = publishing.add_dish(
        app, category, "Bolinho", price=4200, description="6 unidades", allergens=["fish"], by=TESTER, now=now
    )
    other = publishing.add_dish(app, category, "Pastel", price=3400, by=TESTER, now=now)
    publishing.set_sold_out(app, other, sold_out=True, by=TESTER, now=now)
    publishing.publish_menus(app, by=TESTER, now=now)
    return dish


def test_before_anything_is_published_it_is_friendly(guest, cantina):
    page = guest.get("app.home.index", app=cantina.slug)
    assert page.status == 200 and page.has("Cantina da Praça", "O cardápio está sendo preparado")


def test_everybody_reads_what_was_published(guest, cantina):
    publish(cantina)
    page = guest.get("app.home.index", app=cantina.slug)
    assert page.title == "Cantina da Praça"
    assert page.has("Entradas", "Bolinho", "6 unidades", "R$\xa042,00", "Peixe", "Pastel", "esgotado")
    assert not page.has("Vazia") and not page.has("R$\xa034,00")


def test_a_draft_is_not_public(guest, cantina):
    dish = publish(cantina)
    values = {"name": "Bolinho secreto", "description": "", "allergens": []}
    publishing.change_dish(cantina, dish, **values, price=1, by=TESTER, now=clock.now())
    assert not guest.get("app.home.index", app=cantina.slug).has("Bolinho secreto")


def test_it_speaks_the_currency_and_the_language_of_its_house(app, settings):
    agency = make_agency("northwind", "Northwind", language="en", currency="EUR")
    harbour = make_app(make_client(agency, "Harbour Café"))
    publish(harbour)
    page = Browser(app, settings, "northwind.localhost").get("app.home.index", app=harbour.slug)
    assert page.tree.get("lang") == "en" and page.has("€42.00", "Fish", "sold out")


def test_neither_the_vendor_nor_the_office_shows(guest, cantina):
    publish(cantina)
    page = guest.get("app.home.index", app=cantina.slug)
    assert "ribalta" not in page.html.lower() and "/office" not in page.html and "htmx" not in page.html


def test_unknown_apps_and_those_of_other_agencies_are_not_there(guest, app, settings, cantina):
    make_agency("northwind", "Northwind")
    assert guest.get("/app/nobody/").status == 404
    assert Browser(app, settings, "northwind.localhost").get(f"/app/{cantina.slug}/").status == 404
    assert Browser(app, settings, settings.platform_host).get(f"/app/{cantina.slug}/").status == 404


def test_the_app_of_a_suspended_client_is_closed_for_now_and_says_no_more(guest, cantina):
    publish(cantina)
    tenants.set_client_suspended(cantina.client, suspended=True, by=TESTER, now=clock.now())
    page = guest.get("app.home.index", app=cantina.slug)
    assert page.status == 503 and page.headers["Retry-After"] == "3600"
    assert page.has("Fechado no momento") and not page.has("Bolinho") and "suspen" not in page.text.lower()
    tenants.set_client_suspended(cantina.client, suspended=False, by=TESTER, now=clock.now())
    assert guest.get("app.home.index", app=cantina.slug).has("Bolinho")


def test_client_access_is_another_matter_than_the_public_app(guest, cantina):
    publish(cantina)
    tenants.set_client_access(cantina.client, allowed=False, by=TESTER, now=clock.now())
    assert guest.get("app.home.index", app=cantina.slug).has("Bolinho")


def test_it_is_read_only(guest, cantina):
    assert guest.request("POST", f"/app/{cantina.slug}/").status == 405


def test_markup_is_only_text(guest, cantina):
    category = publishing.add_category(cantina, "<b>x</b>", by=TESTER, now=clock.now())
    publishing.add_dish(cantina, category, "<script>alert(1)</script>", price=1, by=TESTER, now=clock.now())
    publishing.publish_menus(cantina, by=TESTER, now=clock.now())
    page = guest.get("app.home.index", app=cantina.slug)
    assert page.has("<b>x</b>", "<script>alert(1)</script>") and "<script>alert" not in page.html
