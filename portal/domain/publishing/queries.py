from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.domain.errors import NotFound
from portal.domain.publishing.models import Dish, MenuCategory, Publication
from portal.domain.tenants import App


@dataclass(frozen=True)
class PublishedDish:
    """A dish as the public sees it; `price` in minor units of the client's currency."""

    id: str
    name: str
    description: str
    price: int
    allergens: tuple[str, ...]
    sold_out: bool


@dataclass(frozen=True)
class PublishedCategory:
    id: str
    name: str
    dishes: tuple[PublishedDish, ...]


@dataclass(frozen=True)
class Change:
    """One difference between the draft and what is public: `kind` added, removed, changed or moved; `what` its name.

    `values` names what changed of it: name, description, price, allergens, sold_out, category.
    """

    kind: str
    what: str
    old_price: int | None = None
    new_price: int | None = None
    values: tuple[str, ...] = ()
    sold_out: bool = False


def menus_of(app: App) -> list[MenuCategory]:
    """The menu as it is being edited: categories in order, each with `.shown_dishes` in order."""
    categories = list(
        MenuCategory.select()
        .where((MenuCategory.app == app) & MenuCategory.removed_at.is_null())
        .order_by(MenuCategory.position, MenuCategory.id)
    )
    dishes = list(
        Dish.select()
        .where(Dish.category.in_([c.id for c in categories]) & Dish.removed_at.is_null())
        .order_by(Dish.position, Dish.id)
    )
    for category in categories:
        category.shown_dishes = [dish for dish in dishes if dish.category_id == category.id]
    return categories


def category_of(app: App, category_id: UUID, *, removed: bool = False) -> MenuCategory:
    """One category of the app's menu. Raises NotFound for a foreign one."""
    found = MenuCategory.get_or_none(
        (MenuCategory.id == category_id) & (MenuCategory.app == app) & MenuCategory.removed_at.is_null(not removed)
    )
    if found is None:
        raise NotFound
    return found


def dish_of(app: App, dish_id: UUID, *, removed: bool = False) -> Dish:
    """One dish of the app's menu, category loaded.

    Raises NotFound for a foreign one, and for one that went with its category.
    """
    found = (
        Dish.select(Dish, MenuCategory)
        .join(MenuCategory)
        .where(
            (Dish.id == dish_id)
            & (MenuCategory.app == app)
            & MenuCategory.removed_at.is_null()
            & Dish.removed_at.is_null(not removed)
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found


def last_publication(app: App, kind: str = "menus") -> Publication | None:
    return (
        Publication.select()
        .where((Publication.app == app) & (Publication.kind == kind))
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .first()
    )


def published_menus(app: App) -> list[PublishedCategory]:
    """The menu as the public sees it; empty before the first publication."""
    newest = last_publication(app)
    return [
        PublishedCategory(
            category["id"],
            category["name"],
            tuple(PublishedDish(**{**dish, "allergens": tuple(dish["allergens"])}) for dish in category["dishes"]),
        )
        for category in (newest.snapshot if newest else [])
    ]


def snapshot_of(app: App) -> list[dict[str, Any]]:
    """The edited menu as plain values, for publishing and comparing."""
    return [
        {
            "id": str(category.id),
            "name": category.name,
            "dishes": [
                {
                    "id": str(dish.id),
                    "name": dish.name,
                    "description": dish.description,
                    "price": dish.price,
                    "allergens": list(dish.allergens),
                    "sold_out": dish.sold_out,
                }
                for dish in category.shown_dishes
            ],
        }
        for category in menus_of(app)
    ]


def changes_of(app: App) -> list[Change]:
    """What publishing now would change."""
    newest = last_publication(app)
    old, new = (newest.snapshot if newest else []), snapshot_of(app)
    found = _compare({c["id"]: c for c in old}, {c["id"]: c for c in new})
    found += _compare(_dishes(old), _dishes(new))
    if _moved(old, new):
        found.append(Change("moved", ""))
    return found


def _moved(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> bool:
    """Whether what was there before and is there still stands in another order."""
    before, after = {c["id"]: c for c in old}, {c["id"]: c for c in new}
    pairs = [(old, new), *((before[key]["dishes"], after[key]["dishes"]) for key in before if key in after)]
    for left, right in pairs:
        both = {entry["id"] for entry in left} & {entry["id"] for entry in right}
        if [e["id"] for e in left if e["id"] in both] != [e["id"] for e in right if e["id"] in both]:
            return True
    return False


def _dishes(categories: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {dish["id"]: {**dish, "category": c["id"]} for c in categories for dish in c["dishes"]}


def _compare(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> list[Change]:
    found = [Change("added", entry["name"]) for key, entry in new.items() if key not in old]
    found += [Change("removed", entry["name"]) for key, entry in old.items() if key not in new]
    for key in new:
        if key in old:
            before, after = ({k: v for k, v in side[key].items() if k != "dishes"} for side in (old, new))
            if before != after:
                values = tuple(k for k in after if after[k] != before.get(k))
                sold_out = bool(after.get("sold_out"))
                prices = before.get("price"), after.get("price")
                found.append(Change("changed", after["name"], *prices, values=values, sold_out=sold_out))
    return found
