"""Menus: what is edited is not public until it is published; whatever is removed can come back."""

from __future__ import annotations

from functools import partial

import pytest

from portal.domain import publishing
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Conflict, Invalid, NotFound, Refused
from portal.domain.publishing.models import Publication
from tests.domain.racing import at_once, errors
from tests.factories import NOW, TESTER, make_app, make_client

DONE = {"by": TESTER, "now": NOW}


@pytest.fixture
def app(database):
    return make_app()


@pytest.fixture
def starters(app):
    return publishing.add_category(app, "Entradas", **DONE)


def add(app, category, name, price=1000, **values):
    return publishing.add_dish(app, category, name, price=price, **values, **DONE)


def publish(app):
    return publishing.publish_menus(app, **DONE)


def drafted(app):
    return [(c.name, [dish.name for dish in c.shown_dishes]) for c in publishing.menus_of(app)]


def public(app):
    return [(c.name, [dish.name for dish in c.dishes]) for c in publishing.published_menus(app)]


def changes(app):
    return [(change.kind, change.what) for change in publishing.changes_of(app)]


def test_nothing_is_public_before_it_is_published(app, starters):
    add(app, starters, "Pão de queijo")
    assert public(app) == []
    publish(app)
    assert public(app) == drafted(app) == [("Entradas", ["Pão de queijo"])]


def test_what_is_public_stays_until_it_is_published_again(app, starters):
    dish = add(app, starters, "Pão de queijo", 900)
    publish(app)
    publishing.change_dish(app, dish, name="Pão", price=950, allergens=["milk"], **DONE)
    assert public(app) == [("Entradas", ["Pão de queijo"])]
    [change] = publishing.changes_of(app)
    assert (change.kind, change.what, change.old_price, change.new_price) == ("changed", "Pão", 900, 950)
    publish(app)
    [category] = publishing.published_menus(app)
    assert (category.dishes[0].price, category.dishes[0].allergens) == (950, ("milk",))
    assert changes(app) == []


def test_publishing_what_is_public_already_publishes_nothing(app, starters):
    assert publish(app)
    assert publish(app) is None
    assert Publication.select().count() == 1


def test_the_difference_names_what_came_went_changed_and_moved(app, starters):
    first, second = add(app, starters, "Sopa"), add(app, starters, "Salada")
    gone = add(app, starters, "Peixe")
    publish(app)
    publishing.remove_dish(app, gone, **DONE)
    add(app, starters, "Massa")
    publishing.set_sold_out(app, first, sold_out=True, **DONE)
    publishing.move_dish(app, second, up=True, **DONE)
    found = changes(app)
    assert set(found) == {("added", "Massa"), ("removed", "Peixe"), ("changed", "Sopa"), ("moved", "")}
    assert len(found) == 4


def test_an_order_alone_is_a_difference(app, starters):
    publishing.add_category(app, "Doces", **DONE)
    publish(app)
    publishing.move_category(app, starters, up=False, **DONE)
    assert changes(app) == [("moved", "")]
    publishing.move_category(app, starters, up=True, **DONE)
    assert changes(app) == []


def test_what_was_removed_comes_back_where_it_was(app, starters):
    dish = add(app, starters, "Sopa")
    add(app, starters, "Salada")
    before = drafted(app)
    publishing.remove_dish(app, dish, **DONE)
    with pytest.raises(NotFound):
        publishing.dish_of(app, dish.id)
    publishing.restore_dish(app, publishing.dish_of(app, dish.id, removed=True), **DONE)
    publishing.remove_category(app, starters, **DONE)
    assert drafted(app) == []
    publishing.restore_category(app, publishing.category_of(app, starters.id, removed=True), **DONE)
    assert drafted(app) == before


def test_a_dish_goes_and_comes_with_its_category(app, starters):
    dish = add(app, starters, "Sopa")
    publishing.remove_category(app, starters, **DONE)
    for removed in (False, True):
        with pytest.raises(NotFound):
            publishing.dish_of(app, dish.id, removed=removed)
    publishing.restore_category(app, publishing.category_of(app, starters.id, removed=True), **DONE)
    assert publishing.dish_of(app, dish.id) == dish


def test_removing_twice_changes_and_tells_nothing_more(app, starters):
    dish = add(app, starters, "Sopa")
    for _ in range(2):
        publishing.remove_dish(app, dish, **DONE)
    assert AuditEntry.select().where(AuditEntry.action == "menu.dish_removed").count() == 1


def test_at_the_end_of_the_list_a_move_changes_nothing(app, starters):
    first, last = add(app, starters, "Sopa"), add(app, starters, "Salada")
    publishing.move_dish(app, first, up=True, **DONE)
    publishing.move_dish(app, last, up=False, **DONE)
    assert drafted(app) == [("Entradas", ["Sopa", "Salada"])]


def test_an_order_of_a_list_that_changed_meanwhile_is_a_conflict(app, starters):
    one, two = add(app, starters, "Sopa"), add(app, starters, "Salada")
    for ids in ([one.id], [one.id, one.id], [one.id, two.id, starters.id], []):
        with pytest.raises(Conflict):
            publishing.order_dishes(app, starters, ids, **DONE)
    publishing.order_dishes(app, starters, [two.id, one.id], **DONE)
    assert drafted(app) == [("Entradas", ["Salada", "Sopa"])]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"price": -1}, "price"),
        ({"price": 10**12}, "price"),
        ({"description": "x" * 401}, "description"),
        ({"description": "a\x00"}, "description"),
        ({"allergens": ["gold"]}, "allergens"),
    ],
)
def test_a_dish_that_cannot_be_taken_changes_nothing(app, starters, values, field):
    dish = add(app, starters, "Sopa", 900)
    for act in (
        partial(add, app, starters, **{"name": "Sopa", "price": 1, **values}),
        partial(publishing.change_dish, app, dish, **{"name": "Sopa", "price": 1, **values}, **DONE),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert set(refusal.value.problems) == {field}
    assert [(d.name, d.price) for d in publishing.menus_of(app)[0].shown_dishes] == [("Sopa", 900)]


def test_a_description_may_have_lines_and_allergens_keep_their_order(app, starters):
    dish = add(app, starters, " Sopa  de\tpeixe ", description="Quente.\nCom pão.", allergens=["milk", "gluten"])
    assert (dish.name, dish.description, dish.allergens) == ("Sopa de peixe", "Quente.\nCom pão.", ["gluten", "milk"])


def test_the_menu_of_another_app_is_not_there(app, starters):
    dish = add(app, starters, "Sopa")
    other = make_app(make_client(app.agency))
    for look in (publishing.category_of, publishing.dish_of):
        with pytest.raises(NotFound):
            look(other, starters.id if look is publishing.category_of else dish.id)


def test_a_full_menu_is_refused_also_to_many_at_once(app, starters, monkeypatch):
    monkeypatch.setattr("portal.domain.publishing.menus.MOST_CATEGORIES", 3)
    results = at_once(*(partial(publishing.add_category, app, f"C{n}", **DONE) for n in range(6)))
    assert [type(error) for error in errors(results)] == [Refused] * 4
    assert len(publishing.menus_of(app)) == 3


def test_publishing_at_once_publishes_once(app, starters):
    results = at_once(*[partial(publish, app)] * 4)
    assert not errors(results)
    assert Publication.select().count() == 1


def test_orders_at_once_leave_one_of_them(app, starters):
    dishes = [add(app, starters, f"D{n}") for n in range(6)]
    ids = [dish.id for dish in dishes]
    orders = ids[::-1], ids[3:] + ids[:3]
    results = at_once(*(partial(publishing.order_dishes, app, starters, order, **DONE) for order in orders))
    assert not errors(results)
    assert [d.id for d in publishing.menus_of(app)[0].shown_dishes] in orders
