"""What an app shows: drafts that people edit, and what was published of them."""

from portal.domain.publishing.catalogue import ALLERGENS
from portal.domain.publishing.erasing import forget_publisher
from portal.domain.publishing.menus import (
    add_category,
    add_dish,
    change_category,
    change_dish,
    publish_menus,
    remove_category,
    remove_dish,
    restore_category,
    restore_dish,
    set_sold_out,
)
from portal.domain.publishing.models import Dish, MenuCategory
from portal.domain.publishing.ordering import move_category, move_dish, order_categories, order_dishes
from portal.domain.publishing.queries import (
    Change,
    PublishedCategory,
    PublishedDish,
    category_of,
    changes_of,
    dish_of,
    last_publication,
    menus_of,
    published_menus,
)

__all__ = [
    "ALLERGENS",
    "Change",
    "Dish",
    "MenuCategory",
    "PublishedCategory",
    "PublishedDish",
    "add_category",
    "add_dish",
    "category_of",
    "change_category",
    "change_dish",
    "changes_of",
    "dish_of",
    "forget_publisher",
    "last_publication",
    "menus_of",
    "move_category",
    "move_dish",
    "order_categories",
    "order_dishes",
    "publish_menus",
    "published_menus",
    "remove_category",
    "remove_dish",
    "restore_category",
    "restore_dish",
    "set_sold_out",
]
