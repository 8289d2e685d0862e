"""Editing the menu. Everything here is a draft until it is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from peewee import fn

from portal.db import transaction
from portal.domain import audit, money
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Invalid, Refused
from portal.domain.publishing.catalogue import ALLERGENS
from portal.domain.publishing.models import Dish, MenuCategory, Publication
from portal.domain.publishing.queries import changes_of, menus_of, snapshot_of
from portal.domain.tenants import App

LONGEST_NAME, LONGEST_TEXT = 80, 400
MOST_CATEGORIES, MOST_DISHES = 40, 200


def add_category(app: App, name: str, *, by: Actor, now: datetime) -> MenuCategory:
    """A new category at the end. Raises Invalid at `name`, Refused when the menu is full."""
    name = _name(name)
    with transaction():
        if len(menus_of(app)) >= MOST_CATEGORIES:
            raise Refused("menu_full", field="name", most=MOST_CATEGORIES)
        last = MenuCategory.select(fn.MAX(MenuCategory.position)).where(MenuCategory.app == app).scalar() or 0
        row = MenuCategory.create(app=app, name=name, position=last + 1)
        _audit("menu.category_added", app, name, by, now)
    return row


def change_category(app: App, category: MenuCategory, name: str, *, by: Actor, now: datetime) -> None:
    """Another name for a category. Raises Invalid at `name`."""
    name = _name(name)
    if name != category.name:
        with transaction():
            old, category.name = category.name, name
            category.save()
            _audit("menu.category_renamed", app, name, by, now, old=old, new=name)


def remove_category(app: App, category: MenuCategory, *, by: Actor, now: datetime) -> None:
    """Take a category and its dishes out of the draft; `restore_category` undoes it."""
    with transaction():
        MenuCategory.update(removed_at=now).where(MenuCategory.id == category.id).execute()
        _audit("menu.category_removed", app, category.name, by, now)


def restore_category(app: App, category: MenuCategory, *, by: Actor, now: datetime) -> None:
    with transaction():
        MenuCategory.update(removed_at=None).where(MenuCategory.id == category.id).execute()
        _audit("menu.category_restored", app, category.name, by, now)


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
    with transaction():
        living = (Dish.category == category) & Dish.removed_at.is_null()
        if Dish.select().where(living).count() >= MOST_DISHES:
            raise Refused("category_full", field="name", most=MOST_DISHES)
        last = Dish.select(fn.MAX(Dish.position)).where(Dish.category == category).scalar() or 0
        row = Dish.create(category=category, position=last + 1, **values)
        _audit("menu.dish_added", app, row.name, by, now, price=price)
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
            _audit("menu.dish_changed", app, values["name"], by, now, changes=changes)


def set_sold_out(app: App, dish: Dish, *, sold_out: bool, by: Actor, now: datetime) -> None:
    """Bring the mark to the wanted state."""
    with transaction():
        changed = Dish.update(sold_out=sold_out).where((Dish.id == dish.id) & (Dish.sold_out != sold_out)).execute()
        dish.sold_out = sold_out
        if changed:
            _audit("menu.dish_sold_out" if sold_out else "menu.dish_available", app, dish.name, by, now)


def remove_dish(app: App, dish: Dish, *, by: Actor, now: datetime) -> None:
    """Take a dish out of the draft; `restore_dish` undoes it."""
    with transaction():
        Dish.update(removed_at=now).where(Dish.id == dish.id).execute()
        _audit("menu.dish_removed", app, dish.name, by, now)


def restore_dish(app: App, dish: Dish, *, by: Actor, now: datetime) -> None:
    with transaction():
        Dish.update(removed_at=None).where(Dish.id == dish.id).execute()
        _audit("menu.dish_restored", app, dish.name, by, now)


def order_dishes(app: App, category: MenuCategory, ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """The whole order of one category's dishes. Raises Conflict when dishes came or went meanwhile."""
    with transaction():
        present = [d.id for d in Dish.select(Dish.id).where((Dish.category == category) & Dish.removed_at.is_null())]
        _reorder(Dish, present, ids)
        _audit("menu.dishes_ordered", app, category.name, by, now)


def order_categories(app: App, ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """The whole order of the categories. Raises Conflict when some came or went meanwhile."""
    with transaction():
        _reorder(MenuCategory, [c.id for c in menus_of(app)], ids)
        _audit("menu.categories_ordered", app, app.name, by, now)


def move_dish(app: App, dish: Dish, *, up: bool, by: Actor, now: datetime) -> None:
    """One place up or down; at the end nothing changes."""
    shown = next(c.shown_dishes for c in menus_of(app) if c.id == dish.category_id)
    ids = _moved([d.id for d in shown], dish.id, up)
    order_dishes(app, dish.category, ids, by=by, now=now)


def move_category(app: App, category: MenuCategory, *, up: bool, by: Actor, now: datetime) -> None:
    """One place up or down; at the end nothing changes."""
    order_categories(app, _moved([c.id for c in menus_of(app)], category.id, up), by=by, now=now)


def publish_menus(app: App, *, by: Actor, now: datetime) -> Publication | None:
    """Make the draft public as it stands; None when the public sees exactly that already."""
    with transaction():
        changes = changes_of(app)
        if not changes:
            return None
        row = Publication.create(
            app=app, kind="menus", snapshot=snapshot_of(app), published_at=now, published_by=by.name
        )
        _audit("menu.published", app, app.name, by, now, changes=len(changes))
    return row


def _dish_values(name: str, price: int, description: str, allergens: Sequence[str]) -> dict[str, Any]:
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    tidy, text = " ".join(name.split()), description.strip()
    if not tidy:
        problems["name"] = ("name_missing", {})
    elif len(tidy) > LONGEST_NAME:
        problems["name"] = ("too_long", {"most": LONGEST_NAME})
    if len(text) > LONGEST_TEXT:
        problems["description"] = ("too_long", {"most": LONGEST_TEXT})
    if not 0 <= price < money.MOST:
        problems["price"] = ("bad_amount", {})
    if not set(allergens) <= set(ALLERGENS):
        problems["allergens"] = ("bad_choice", {})
    if problems:
        raise Invalid(problems)
    chosen = [key for key in ALLERGENS if key in set(allergens)]
    return {"name": tidy, "price": price, "description": text, "allergens": chosen}


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": ("name_missing", {})})
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": ("too_long", {"most": LONGEST_NAME})})
    return name


def _reorder(model: type[Dish] | type[MenuCategory], present: list[UUID], wanted: Sequence[UUID]) -> None:
    if sorted(present) != sorted(wanted):
        raise Conflict("order_changed")
    for position, row_id in enumerate(wanted, 1):
        model.update(position=position).where(model.id == row_id).execute()


def _moved(ids: list[UUID], one: UUID, up: bool) -> list[UUID]:
    place = ids.index(one)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return ids


def _audit(action: str, app: App, subject: str, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=app.agency_id,
        client_id=app.client_id,
        app_id=app.id,
        subject=subject,
        **details,
    )
