"""In which order categories and dishes stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.audit import Actor
from portal.domain.errors import Conflict
from portal.domain.publishing.models import Dish, MenuCategory
from portal.domain.publishing.queries import menus_of
from portal.domain.publishing.trail import alone, record
from portal.domain.tenants import App


def order_dishes(app: App, category: MenuCategory, ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """The whole order of one category's dishes. Raises Conflict when dishes came or went meanwhile."""
    with alone(app):
        present = [d.id for d in Dish.select(Dish.id).where((Dish.category == category) & Dish.removed_at.is_null())]
        _reorder(Dish, present, ids)
        record("menu.dishes_ordered", app, category.name, by, now)


def order_categories(app: App, ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """The whole order of the categories. Raises Conflict when some came or went meanwhile."""
    with alone(app):
        _reorder(MenuCategory, [c.id for c in menus_of(app)], ids)
        record("menu.categories_ordered", app, app.name, by, now)


def move_dish(app: App, dish: Dish, *, up: bool, by: Actor, now: datetime) -> None:
    """One place up or down; at the end nothing changes."""
    shown = next(c.shown_dishes for c in menus_of(app) if c.id == dish.category_id)
    ids = _moved([d.id for d in shown], dish.id, up=up)
    order_dishes(app, dish.category, ids, by=by, now=now)


def move_category(app: App, category: MenuCategory, *, up: bool, by: Actor, now: datetime) -> None:
    """One place up or down; at the end nothing changes."""
    order_categories(app, _moved([c.id for c in menus_of(app)], category.id, up=up), by=by, now=now)


def _reorder(model: type[Dish | MenuCategory], present: list[UUID], wanted: Sequence[UUID]) -> None:
    if sorted(present) != sorted(wanted):
        raise Conflict("order_changed")
    for position, row_id in enumerate(wanted, 1):
        model.update(position=position).where(model.id == row_id).execute()


def _moved(ids: list[UUID], one: UUID, *, up: bool) -> list[UUID]:
    place = ids.index(one)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return ids
