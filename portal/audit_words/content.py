"""What people do inside a back office: menus, services. The sections are those whose people read of it."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.formatting import money
from portal.languages import N_


def _prices(entry: Entry, currency: str) -> dict[str, str]:
    old, new = (money(price, currency) for price in entry.details["changes"]["price"])
    return {"old": old, "new": new}


_CATEGORY_REMOVED = N_("%(who)s took the category %(what)s out of the menu")
_CATEGORY_RESTORED = N_("%(who)s put the category %(what)s back on the menu")
_PRICED = N_("%(who)s changed the price of %(what)s from %(old)s to %(new)s")

WORDS = {
    "menu.category_added": Words("plus", "content", N_("%(who)s added the category %(what)s"), "menus"),
    "menu.category_renamed": Words("pencil", "content", N_("%(who)s renamed the category %(old)s to %(new)s"), "menus"),
    "menu.category_removed": Words("trash", "content", _CATEGORY_REMOVED, "menus"),
    "menu.category_restored": Words("refresh", "content", _CATEGORY_RESTORED, "menus"),
    "menu.categories_ordered": Words("arrow-down", "content", N_("%(who)s put the categories in order"), "menus"),
    "menu.dish_added": Words("plus", "content", N_("%(who)s added %(what)s"), "menus"),
    "menu.dish_changed": Words("pencil", "content", N_("%(who)s changed %(what)s"), "menus"),
    "menu.dish_priced": Words("tag", "content", _PRICED, "menus", more=_prices),
    "menu.dish_removed": Words("trash", "content", N_("%(who)s took %(what)s out of the menu"), "menus"),
    "menu.dish_restored": Words("refresh", "content", N_("%(who)s put %(what)s back on the menu"), "menus"),
    "menu.dish_sold_out": Words("circle-x", "content", N_("%(who)s marked %(what)s as sold out"), "menus"),
    "menu.dish_available": Words("circle-check", "content", N_("%(who)s marked %(what)s as on sale again"), "menus"),
    "menu.dishes_ordered": Words("arrow-down", "content", N_("%(who)s put the dishes of %(what)s in order"), "menus"),
    "menu.published": Words("circle-check", "content", N_("%(who)s published the menu of %(what)s"), "menus"),
    "service.opened": Words("external-link", "content", N_("%(who)s opened %(what)s"), "services"),
}
