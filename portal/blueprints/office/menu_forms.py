"""What the pages of the menu are made of: posted fields read, rows and lists as the templates need them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for
from werkzeug.datastructures import ImmutableMultiDict

from portal.domain import publishing, rights
from portal.domain.accounts import Member
from portal.domain.errors import Invalid, NotFound
from portal.domain.publishing import ALLERGENS, Dish, MenuCategory
from portal.formatting import amount, listed
from portal.web.brand import name_of
from portal.web.forms import FormState
from portal.web.htmx import fragment_or_page

Moved = tuple[UUID | None, bool]


def editor(member: Member, moved: Moved = (None, False)) -> dict[str, Any]:
    """The draft with what is public beside it. `moved` is the row that was just moved, and whether up."""
    return {
        "member": member,
        "currency": member.client.currency,
        "categories": publishing.menus_of(member.app),
        "live": live_dishes(member),
        "changes": publishing.changes_of(member.app),
        "published": publishing.last_publication(member.app),
        "may_publish": rights.may(member, "menus:publish"),
        "publishers": publishers(member),
        "allergens": ALLERGENS,
        "moved": moved,
    }


def row_of(member: Member, dish: Dish) -> dict[str, Any]:
    """One row of the list as it is now."""
    shown = editor(member)
    category = next(c for c in shown["categories"] if c.id == dish.category_id)
    place = next(n for n, row in enumerate(category.shown_dishes) if row.id == dish.id)
    row = {"dish": category.shown_dishes[place], "category": category, "form": None}
    return shown | row | {"first": place == 0, "last": place == len(category.shown_dishes) - 1}


def live_dishes(member: Member) -> dict[str, publishing.PublishedDish]:
    """What the public sees, by the dish's id as text."""
    return {dish.id: dish for category in publishing.published_menus(member.app) for dish in category.dishes}


def publishers(member: Member) -> str:
    """Who can publish, for those who can't."""
    people = [row.person.shown_name for row in rights.people_with([member.app], "menus:publish")]
    return listed([*people[:3], name_of(member.agency)])


def undo_of(member: Member, removed: str) -> dict[str, str] | None:
    """What was just taken out, by the id in the address, and where to send the wish to have it back."""
    try:
        row_id = UUID(removed)
    except ValueError:
        return None
    with suppress(NotFound):
        dish = publishing.dish_of(member.app, row_id, removed=True)
        return {"name": dish.name, "href": url_for("office.menus.restore_dish", dish_id=dish.id)}
    with suppress(NotFound):
        category = publishing.category_of(member.app, row_id, removed=True)
        return {"name": category.name, "href": url_for("office.menus.restore_category", category_id=category.id)}
    return None


def category_page(member: Member, category: MenuCategory, form: FormState) -> str:
    return render_template("office/menus/category.html", member=member, category=category, form=form)


def dish_page(member: Member, category: MenuCategory, dish: Dish | None, form: FormState) -> str:
    """The form of a dish; without a dish that of a new one."""
    return render_template(
        "office/menus/dish.html",
        member=member,
        currency=member.client.currency,
        category=category,
        dish=dish,
        form=form,
        allergens=ALLERGENS,
    )


def refused_price(member: Member, dish: Dish, form: FormState, status: int) -> Response:
    """The row with what was typed and why not, or the whole form of the dish."""
    values = row_of(member, dish) | {"form": form}
    form.values = stored_dish(dish, member.client.currency).values | form.values
    return fragment_or_page("office/menus/_dish.html", "office/menus/dish.html", status=status, **values)


def stored_dish(dish: Dish, currency: str) -> FormState:
    return FormState(
        {
            "name": dish.name,
            "description": dish.description,
            "price": amount(dish.price, currency),
            "allergens": list(dish.allergens),
        }
    )


def typed_dish(form: ImmutableMultiDict[str, str]) -> FormState:
    state = FormState.typed(form, "name", "description", "price")
    state.values["allergens"] = form.getlist("allergens")
    return state


def read_dish(form: FormState, currency: str) -> dict[str, Any]:
    """The dish as posted. Raises Invalid with every problem that can be seen without the domain."""
    if not form.text("name"):
        form.note("name", "name_missing")
    price = form.money("price", currency)
    if price is None:
        form.note("price", "bad_amount")
    form.check()
    values = {name: form.text(name) for name in ("name", "description")}
    return values | {"price": price, "allergens": form.values["allergens"]}


def read_price(form: FormState, currency: str) -> int:
    """Raises Invalid where there is no amount."""
    price = form.money("price", currency)
    if price is None:
        form.note("price", "bad_amount")
        raise Invalid({})
    return price


def moved(item: str | None, direction: str | None) -> Moved:
    """One row a place up or down; (None, False) where a whole order was sent instead. Raises Invalid."""
    if direction is None:
        return None, False
    try:
        if direction in ("up", "down"):
            return UUID(item or ""), direction == "up"
    except ValueError:
        pass
    raise Invalid({"move": ("bad_choice", {})})


def order(text: str | None) -> list[UUID]:
    """The ids of a list in its new order. Raises Invalid."""
    try:
        return [UUID(part) for part in (text or "").split(",")]
    except ValueError:
        raise Invalid({"order": ("bad_choice", {})}) from None
