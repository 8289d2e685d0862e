from __future__ import annotations

import re
from uuid import uuid4

import pytest

from portal import clock
from portal.domain import publishing
from tests.browser import Browser
from tests.factories import make_agency, make_app, make_client, make_contributor, make_member


@pytest.fixture
def menu(cantina, carla):
    """Starters with two dishes, mains with one; nothing is published yet."""
    by, now = make_member(carla).actor, clock.now()
    starters = publishing.add_category(cantina, "Entradas", by=by, now=now)
    mains = publishing.add_category(cantina, "Pratos", by=by, now=now)
    for category, name, price in ((starters, "Bolinho", 4200), (starters, "Pastel", 3400), (mains, "Moqueca", 6200)):
        publishing.add_dish(cantina, category, name, price=price, allergens=["fish"], by=by, now=now)
    return cantina


@pytest.fixture
def published(menu, carla):
    publishing.publish_menus(menu, by=make_member(carla).actor, now=clock.now())
    return menu


def dishes(app):
    return {dish.name: dish for category in publishing.menus_of(app) for dish in category.shown_dishes}


def order(app):
    return [[category.name, *(dish.name for dish in category.shown_dishes)] for category in publishing.menus_of(app)]


def index(browse, person, app):
    return browse(person).get("office.menus.index", app=app.slug)


def shown_price(page, dish):
    return page.by_id(f"dish-{dish.id}-price").get("value")


def test_an_empty_menu_says_what_to_begin_with(browse, fabio, cantina):
    page = index(browse, fabio, cantina)
    assert page.has("O cardápio está vazio", "Comece pela primeira categoria")
    page = page.form("office.menus.add_category", app=cantina.slug).submit(name="  Entradas ").follow()
    assert page.has("Entradas", "0 prato") and order(cantina) == [["Entradas"]]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_category_needs_a_name_that_fits(browse, fabio, cantina, name):
    page = index(browse, fabio, cantina).form("office.menus.add_category", app=cantina.slug).submit(name=name)
    assert page.status == 422 and page.by_id("f-name").get("value") == name
    assert order(cantina) == []


def test_a_category_gets_another_name(browse, fabio, menu):
    session = browse(fabio)
    category = publishing.menus_of(menu)[0]
    page = session.get("office.menus.category", app=menu.slug, category_id=category.id)
    form = page.form("office.menus.change_category", app=menu.slug, category_id=category.id)
    page = form.submit(name="")
    assert page.status == 422 and page.by_id("f-name").get("aria-invalid") == "true"
    assert form.submit(name="Para começar").follow().has("Para começar")


def test_a_dish_is_added_with_price_and_allergens(browse, fabio, menu):
    session = browse(fabio)
    category = publishing.menus_of(menu)[0]
    page = session.get("office.menus.new_dish", app=menu.slug, category_id=category.id)
    form = page.form("office.menus.add_dish", app=menu.slug, category_id=category.id)
    page = form.submit(name="Caldinho", description="Couve", price="1.022,50", allergens=["milk", "gluten"]).follow()
    assert page.has("Caldinho", "Couve", "Leite", "Glúten")
    assert dishes(menu)["Caldinho"].price == 102250


def test_a_dish_that_can_not_be_says_all_that_is_wrong_and_keeps_what_was_typed(browse, fabio, menu):
    session = browse(fabio)
    category = publishing.menus_of(menu)[0]
    page = session.get("office.menus.new_dish", app=menu.slug, category_id=category.id)
    form = page.form("office.menus.add_dish", app=menu.slug, category_id=category.id)
    page = form.submit(name=" ", description="fica", price="doze", allergens=["milk"])
    assert page.status == 422
    assert page.by_id("f-name").get("aria-invalid") == page.by_id("f-price").get("aria-invalid") == "true"
    assert page.by_id("f-price").get("value") == "doze" and page.by_id("f-description").text_content().strip() == "fica"
    assert page.by_id("allergen-milk").get("checked") is not None
    page = form.submit(name="Caldinho", price="12,00", allergens=["arsenic"])
    assert page.status == 422 and "Caldinho" not in dishes(menu)


@pytest.mark.parametrize("price", ["", "-1", "1,2,3", "12,345", "1e3", "٣", "99999999999999", "\x00"])
def test_a_price_that_is_none_is_refused(browse, fabio, menu, price):
    dish = dishes(menu)["Bolinho"]
    page = browse(fabio).post("office.menus.price", {"price": price}, htmx=True, app=menu.slug, dish_id=dish.id)
    assert page.status == 422 and not page.is_whole
    assert page.by_id(f"dish-{dish.id}-price").get("aria-invalid") == "true"
    assert dishes(menu)["Bolinho"].price == 4200


def test_a_price_is_changed_in_the_list(browse, fabio, published):
    dish = dishes(published)["Moqueca"]
    session = browse(fabio)
    page = session.post("office.menus.price", {"price": "68,00"}, htmx=True, app=published.slug, dish_id=dish.id)
    assert page.status == 200 and not page.is_whole
    assert page.has("Era R$\xa062,00") and shown_price(page, dish) == "68,00"
    assert "menu-changed" in page.headers["HX-Trigger"]
    page = session.get("office.menus.changes", app=published.slug, htmx=True)
    assert page.has("1 alteração para publicar", "Moqueca de R$\xa062,00 para R$\xa068,00")


def test_a_price_is_changed_without_script(browse, fabio, menu):
    dish = dishes(menu)["Moqueca"]
    page = index(browse, fabio, menu)
    form = page.form("office.menus.price", app=menu.slug, dish_id=dish.id)
    assert form.submit(price="70").follow().status == 200
    assert dishes(menu)["Moqueca"].price == 7000
    page = form.submit(price="caro")
    assert page.status == 422 and page.is_whole
    assert page.by_id("f-price").get("value") == "caro" and page.by_id("f-name").get("value") == "Moqueca"


def test_prices_follow_the_currency_and_the_language(browse):
    client = make_client(make_agency("northwind", "Northwind", currency="EUR", language="en"))
    app = make_app(client)
    helen = make_contributor(app, ["menus"], language="en")
    member = make_member(helen)
    category = publishing.add_category(app, "Breakfast", by=member.actor, now=clock.now())
    dish = publishing.add_dish(app, category, "Porridge", price=650, by=member.actor, now=clock.now())
    page = browse(helen).post("office.menus.price", {"price": "7.50"}, htmx=True, app=app.slug, dish_id=dish.id)
    assert page.status == 200 and page.has("€") and shown_price(page, dish) == "7.50"
    page = browse(helen).post("office.menus.price", {"price": "7,50"}, htmx=True, app=app.slug, dish_id=dish.id)
    assert page.status == 422


def test_a_dish_is_changed_on_its_page(browse, fabio, menu):
    dish = dishes(menu)["Pastel"]
    page = browse(fabio).get("office.menus.dish", app=menu.slug, dish_id=dish.id)
    form = page.form("office.menus.change_dish", app=menu.slug, dish_id=dish.id)
    assert form.value("price") == "34,00" and form.fields["allergens"] == ["fish"]
    page = form.submit(name="Pastel de queijo", allergens=["milk"]).follow()
    assert page.has("Salvo", "Pastel de queijo")
    assert dishes(menu)["Pastel de queijo"].allergens == ["milk"]
    page = form.submit(name="", price="1")
    assert page.status == 422 and page.by_id("f-price").get("value") == "1"


def test_sold_out_is_set_and_never_flipped(browse, fabio, published):
    dish = dishes(published)["Moqueca"]
    session = browse(fabio)
    for _ in range(2):
        page = session.post("office.menus.switch", {"on_sale": "no"}, htmx=True, app=published.slug, dish_id=dish.id)
        assert page.status == 200 and page.has("Ainda à venda no aplicativo")
        assert page.select("//button[@role='switch']/@aria-checked") == ["false"]
    page = session.get("office.menus.index", app=published.slug)
    page = page.form("office.menus.switch", app=published.slug, dish_id=dish.id).submit().follow()
    assert page.status == 200 and not dishes(published)["Moqueca"].sold_out


@pytest.mark.parametrize("value", ["", "maybe", None])
def test_a_wrong_state_of_sale_changes_nothing(browse, fabio, menu, value):
    dish = dishes(menu)["Moqueca"]
    data = {} if value is None else {"on_sale": value}
    page = browse(fabio).post("office.menus.switch", data, htmx=True, app=menu.slug, dish_id=dish.id)
    assert page.status == 422 and not dishes(menu)["Moqueca"].sold_out


def test_rows_move_by_button_and_by_drag(browse, fabio, menu):
    session = browse(fabio)
    starters, mains = publishing.menus_of(menu)
    first, second = starters.shown_dishes
    where = {"app": menu.slug, "category_id": starters.id}
    page = session.post("office.menus.arrange_dishes", {"item": str(first.id), "move": "down"}, htmx=True, **where)
    assert page.status == 200 and order(menu)[0] == ["Entradas", "Pastel", "Bolinho"]
    assert page.by_id(f"up-{first.id}").get("autofocus") is not None, "the keyboard stays with the row"
    page = session.post("office.menus.arrange_dishes", {"order": f"{first.id},{second.id}"}, htmx=True, **where)
    assert page.status == 200 and order(menu)[0] == ["Entradas", "Bolinho", "Pastel"]
    page = session.post("office.menus.arrange", {"item": str(mains.id), "move": "up"}, app=menu.slug)
    assert page.status == 303 and order(menu)[0][0] == "Pratos"
    ids = f"{starters.id},{mains.id}"
    page = session.post("office.menus.arrange", {"order": ids}, htmx=True, app=menu.slug)
    assert page.by_id("categories") is not None and order(menu)[0][0] == "Entradas"


def test_an_order_that_does_not_fit_is_refused(browse, fabio, menu):
    session = browse(fabio)
    starters = publishing.menus_of(menu)[0]
    first = starters.shown_dishes[0]
    where = {"app": menu.slug, "category_id": starters.id}
    before = order(menu)
    for data, status in (
        ({"order": "x"}, 422),
        ({}, 422),
        ({"order": str(first.id)}, 409),
        ({"move": "sideways", "item": str(first.id)}, 422),
        ({"move": "up", "item": "x"}, 422),
        ({"move": "up", "item": str(uuid4())}, 404),
    ):
        assert session.post("office.menus.arrange_dishes", data, htmx=True, **where).status == status, data
        assert order(menu) == before


def test_what_is_taken_out_can_be_had_back(browse, fabio, menu):
    session = browse(fabio)
    dish, category = dishes(menu)["Pastel"], publishing.menus_of(menu)[1]
    page = session.get("office.menus.index", app=menu.slug)
    page = page.form("office.menus.remove_dish", app=menu.slug, dish_id=dish.id).submit().follow()
    assert page.has("Pastel saiu do cardápio") and "Pastel" not in dishes(menu)
    page.form("office.menus.restore_dish", app=menu.slug, dish_id=dish.id).submit()
    assert "Pastel" in dishes(menu)
    page = session.post("office.menus.remove_category", app=menu.slug, category_id=category.id).follow()
    assert page.has("Pratos saiu do cardápio") and "Moqueca" not in dishes(menu)
    page.form("office.menus.restore_category", app=menu.slug, category_id=category.id).submit()
    assert order(menu)[1] == ["Pratos", "Moqueca"]
    for nonsense in ("x", str(uuid4())):
        assert "Desfazer" not in session.get("office.menus.index", app=menu.slug, removed=nonsense).text


def test_what_went_with_its_category_can_not_be_changed(browse, fabio, carla, menu):
    done = {"by": make_member(carla).actor, "now": clock.now()}
    dish = dishes(menu)["Moqueca"]
    starters, mains = publishing.menus_of(menu)
    publishing.remove_category(menu, mains, **done)
    browser = browse(fabio)
    where = {"app": menu.slug, "dish_id": dish.id}
    for htmx in (False, True):
        assert browser.post("office.menus.price", {"price": "9,00"}, htmx=htmx, **where).status == 404
        assert browser.post("office.menus.switch", {"on_sale": "no"}, htmx=htmx, **where).status == 404
    moved = {"item": str(dish.id), "move": "up"}
    there = browser.post("office.menus.arrange_dishes", moved, app=menu.slug, category_id=starters.id)
    assert there.status == 404
    publishing.restore_category(menu, publishing.category_of(menu, mains.id, removed=True), **done)
    assert (dishes(menu)["Moqueca"].price, dishes(menu)["Moqueca"].sold_out) == (6200, False)


def test_publishing_needs_its_own_right_and_says_who_has_it(browse, fabio, carla, menu):
    page = index(browse, fabio, menu)
    assert page.has("Quem pode publicar: Carla Menezes e Aurora.")
    assert not page.select("//form[contains(@action, 'publish')]")
    assert browse(fabio).post("office.menus.publish", app=menu.slug).status == 403
    assert publishing.published_menus(menu) == []
    page = index(browse, carla, menu)
    assert page.has("5 alterações para publicar")
    page = page.form("office.menus.publish", app=menu.slug).submit().follow()
    assert page.has("O cardápio está publicado.", "Publicado em")
    assert [category.name for category in publishing.published_menus(menu)] == ["Entradas", "Pratos"]
    page = browse(carla).post("office.menus.publish", app=menu.slug).follow()
    assert page.has("Tudo já estava publicado.")


def test_the_changes_are_told_one_by_one(browse, carla, published):
    by, now = make_member(carla).actor, clock.now()
    all_of_them = dishes(published)
    publishing.set_sold_out(published, all_of_them["Bolinho"], sold_out=True, by=by, now=now)
    publishing.remove_dish(published, all_of_them["Pastel"], by=by, now=now)
    publishing.add_dish(published, publishing.menus_of(published)[1], "Bobó", price=7400, by=by, now=now)
    page = browse(carla).get("office.menus.changes", app=published.slug)
    assert page.has("Bolinho esgotado", "Pastel sai do cardápio", "Bobó é novidade")
    page = browse(carla).get("office.menus.preview", app=published.slug)
    assert page.has("Bobó", "Novo", "esgotado") and not page.has("Pastel")


def test_nothing_to_publish_is_said(browse, carla, published):
    assert browse(carla).get("office.menus.changes", app=published.slug).has("Nada para publicar")
    assert browse(carla).get("office.menus.changes", app=published.slug, htmx=True).by_id("changes") is not None


WRITES = [
    ("office.menus.price", "dish", {"price": "1"}),
    ("office.menus.switch", "dish", {"on_sale": "no"}),
    ("office.menus.change_dish", "dish", {"name": "x", "price": "1"}),
    ("office.menus.remove_dish", "dish", {}),
    ("office.menus.restore_dish", "dish", {}),
    ("office.menus.add_dish", "category", {"name": "x", "price": "1"}),
    ("office.menus.change_category", "category", {"name": "x"}),
    ("office.menus.remove_category", "category", {}),
    ("office.menus.restore_category", "category", {}),
    ("office.menus.arrange_dishes", "category", {"order": "x"}),
    ("office.menus.add_category", None, {"name": "x"}),
    ("office.menus.arrange", None, {"order": "x"}),
    ("office.menus.publish", None, {}),
]


@pytest.mark.parametrize(("endpoint", "what", "data"), WRITES)
def test_nobody_else_writes_the_menu(browse, app, settings, cantina, menu, stranger, neighbour, endpoint, what, data):
    row = {"dish": dishes(menu)["Bolinho"], "category": publishing.menus_of(menu)[0], None: None}[what]
    values = {f"{what}_id": row.id} if row else {}
    before = publishing.menus_of(menu), order(menu)
    for person in (stranger, neighbour):
        assert browse(person).post(endpoint, data, app=menu.slug, **values).status == 404
        if row:  # the row of this app, asked for in the own one
            assert browse(person).post(endpoint, data, app=person.app.slug, **values).status == 404
    cook = make_contributor(cantina, ["services"])
    assert browse(cook).post(endpoint, data, app=menu.slug, **values).status == 403
    nobody = Browser(app, settings, "aurora.localhost")
    assert nobody.request("POST", nobody.url(endpoint, app=menu.slug, **values), data=data).status == 302
    session = browse(cook)
    assert session.request("POST", session.url(endpoint, app=menu.slug, **values), data=data).status in (400, 403)
    assert order(menu) == before[1]


def test_names_and_descriptions_are_only_text(browse, carla, cantina):
    by, now = make_member(carla).actor, clock.now()
    category = publishing.add_category(cantina, "<b>Entradas</b>", by=by, now=now)
    evil = '"><img src=x onerror=alert(1)>'
    publishing.add_dish(cantina, category, evil, price=1, description=evil, by=by, now=now)
    for endpoint in ("index", "preview", "changes"):
        page = browse(carla).get(f"office.menus.{endpoint}", app=cantina.slug)
        assert not re.search(r"<img src=x", page.html) and page.has(evil)
