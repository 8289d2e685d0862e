"""The menu as it is being edited: categories, dishes, and what of them is made public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from peewee import fn

from portal.db import transaction
from portal.domain import money, texts
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, Refused
from portal.domain.publishing.catalogue import ALLERGENS
from portal.domain.publishing.models import Dish, MenuCategory, Publication
from portal.domain.publishing.queries import changes_of, menus_of, snapshot_of
from portal.domain.publishing.trail import alone, record
from portal.domain.tenants import App

LONGEST_NAME, LONGEST_TEXT = 80, 400
MOST_CATEGORIES, MOST_DISHES = 40, 200


def add_category(app: App, name: str, *, by: Actor, now: datetime) -> MenuCategory:
    """A new category at the end. Raises Invalid at `name`, Refused when the menu is full."""
    name = _name(name)
    with alone(app):
        if len(menus_of(app)) >= MOST_CATEGORIES:
            raise Refused("menu_full", field="name", most=MOST_CATEGORIES)
        last = MenuCategory.select(fn.MAX(MenuCategory.position)).where(MenuCategory.app == app).scalar() or 0
        row = MenuCategory.create(app=app, name=name, position=last + 1)
        record("menu.category_added", app, name, by, now)
    return row


def change_category(app: App, category: MenuCategory, name: str, *, by: Actor, now: datetime) -> None:
    """Another name for a category. Raises Invalid at `name`."""
    name = _name(name)
    if name != category.name:
        with transaction():
            old, category.name = category.name, name
            category.save()
            record("menu.category_renamed", app, name, by, now, old=old, new=name)


def remove_category(app: App, category: MenuCategory, *, by: Actor, now: datetime) -> None:
    """Take a category and its dishes out of the draft; `restore_category` undoes it."""
    with transaction():
        if _set_removed(MenuCategory, category.id, now):
            record("menu.category_removed", app, category.name, by, now)


def restore_category(app: App, category: MenuCategory, *, by: Actor, now: datetime) -> None:
    """Bring a category back into the draft. Raises Refused when the menu is full by now."""
    with alone(app):
        if len(menus_of(app)) >= MOST_CATEGORIES:
            raise Refused("menu_full", field="name", most=MOST_CATEGORIES)
        if _set_removed(MenuCategory, category.id, None):
            record("menu.category_restored", app, category.name, by, now)


def add_dish(
    app: App,
    category: MenuCategory,
    name: str,
    *,
    price: int,
    description: str = "",
    allergens: Sequence[str] = (),
    by: Actor,
    now: datetime,
) -> Dish:
    """A new dish at the category's end; `price` in minor units.

    Raises Invalid at the field, Refused when the category is full.
    """
    values = _dish_values(name, price, description, allergens)
    with alone(app):
        _check_room(category)
        last = Dish.select(fn.MAX(Dish.position)).where(Dish.category == category).scalar() or 0
        row = Dish.create(category=category, position=last + 1, **values)
        record("menu.dish_added", app, row.name, by, now, price=price)
    return row


def change_dish(
    app: App,
    dish: Dish,
    *,
    name: str,
    price: int,
    description: str = "",
    allergens: Sequence[str] = (),
    by: Actor,
    now: datetime,
) -> None:
    """Bring a dish to the given values. Raises Invalid at the field."""
    values = _dish_values(name, price, description, allergens)
    old = {key: getattr(dish, key) for key in values}
    changes = {key: [old[key], value] for key, value in values.items() if old[key] != value}
    if changes:
        with transaction():
            Dish.update(**values).where(Dish.id == dish.id).execute()
            record("menu.dish_changed", app, values["name"], by, now, changes=changes)


def set_sold_out(app: App, dish: Dish, *, sold_out: bool, by: Actor, now: datetime) -> None:
    """Bring the mark to the wanted state."""
    with transaction():
        changed = Dish.update(sold_out=sold_out).where((Dish.id == dish.id) & (Dish.sold_out != sold_out)).execute()
        dish.sold_out = sold_out
        if changed:
            record("menu.dish_sold_out" if sold_out else "menu.dish_available", app, dish.name, by, now)


def remove_dish(app: App, dish: Dish, *, by: Actor, now: datetime) -> None:
    """Take a dish out of the draft; `restore_dish` undoes it."""
    with transaction():
        if _set_removed(Dish, dish.id, now):
            record("menu.dish_removed", app, dish.name, by, now)


def restore_dish(app: App, dish: Dish, *, by: Actor, now: datetime) -> None:
    """Bring a dish back into the draft. Raises Refused when its category is full by now."""
    with alone(app):
        _check_room(dish.category)
        if _set_removed(Dish, dish.id, None):
            record("menu.dish_restored", app, dish.name, by, now)


def publish_menus(app: App, *, by: Actor, now: datetime) -> Publication | None:
    """Make the draft public as it stands; None when the public sees exactly that already."""
    with alone(app):
        changes = changes_of(app)
        if not changes:
            return None
        row = Publication.create(
            app=app, kind="menus", snapshot=snapshot_of(app), published_at=now, published_by=by.name
        )
        record("menu.published", app, app.name, by, now, changes=len(changes))
    return row


def _check_room(category: MenuCategory) -> None:
    if Dish.select().where((Dish.category == category) & Dish.removed_at.is_null()).count() >= MOST_DISHES:
        raise Refused("category_full", field="name", most=MOST_DISHES)


def _set_removed(model: type[Dish | MenuCategory], row_id: UUID, removed_at: datetime | None) -> bool:
    """Bring a row's removal to the wanted state; whether that changed it."""
    other = model.removed_at.is_null(removed_at is not None)
    return bool(model.update(removed_at=removed_at).where((model.id == row_id) & other).execute())


def _dish_values(name: str, price: int, description: str, allergens: Sequence[str]) -> dict[str, Any]:
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    tidy, text = texts.tidy(name), description.strip()
    if problem := texts.name_problem(tidy, most=LONGEST_NAME):
        problems["name"] = problem
    if len(text) > LONGEST_TEXT:
        problems["description"] = ("too_long", {"most": LONGEST_TEXT})
    elif not texts.is_readable(text, lines=True):
        problems["description"] = ("bad_characters", {})
    if not 0 <= price < money.MOST:
        problems["price"] = ("bad_amount", {})
    if not set(allergens) <= set(ALLERGENS):
        problems["allergens"] = ("bad_choice", {})
    if problems:
        raise Invalid(problems)
    chosen = [key for key in ALLERGENS if key in set(allergens)]
    return {"name": tidy, "price": price, "description": text, "allergens": chosen}


def _name(name: str) -> str:
    name = texts.tidy(name)
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        raise Invalid({"name": problem})
    return name
