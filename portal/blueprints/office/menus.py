from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.office import menu_forms
from portal.blueprints.office.answers import saved
from portal.blueprints.office.menu_forms import category_page, dish_page, editor, row_of, undo_of
from portal.domain import publishing
from portal.domain.accounts import Member
from portal.domain.errors import DomainError, Invalid
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import contributor
from portal.web.filters import dom_id
from portal.web.forms import FormState
from portal.web.htmx import fragment_or_page

bp = Blueprint("menus", __name__, url_prefix="/menus")


@bp.get("/")
@contributor(may="menus")
def index(member: Member) -> str:
    undo = undo_of(member, request.args.get("removed", ""))
    return render_template("office/menus/index.html", **editor(member), form=FormState(), undo=undo)


@bp.get("/changes")
@contributor(may="menus")
def changes(member: Member) -> Response:
    return fragment_or_page("office/menus/_changes.html", "office/menus/changes.html", **editor(member))


@bp.get("/preview")
@contributor(may="menus")
def preview(member: Member) -> str:
    return render_template("office/menus/preview.html", **editor(member))


@bp.post("/publish")
@contributor(may="menus:publish")
def publish(member: Member) -> AnyResponse:
    done = publishing.publish_menus(member.app, by=member.actor, now=clock.now())
    flash(_("The menu is published.") if done else _("Everything was published already."))
    return redirect(url_for(".index"), 303)


@bp.post("/")
@contributor(may="menus")
def arrange(member: Member) -> AnyResponse:
    """The order of the categories: all of them as dragged, or one of them a place up or down."""
    moved, up = menu_forms.moved(request.form.get("item"), request.form.get("move"))
    if moved:
        category = publishing.category_of(member.app, moved)
        publishing.move_category(member.app, category, up=up, by=member.actor, now=clock.now())
    else:
        ids = menu_forms.order(request.form.get("order"))
        publishing.order_categories(member.app, ids, by=member.actor, now=clock.now())
    to = url_for(".index", _anchor=dom_id("category", moved) if moved else None)
    return saved("office/menus/_menu.html", _("Saved"), to=to, event="menu-changed", **editor(member, (moved, up)))


@bp.post("/categories")
@contributor(may="menus")
def add_category(member: Member) -> AnyResponse:
    form = FormState.typed(request.form, "name")
    try:
        row = publishing.add_category(member.app, form.text("name"), by=member.actor, now=clock.now())
    except DomainError as error:
        page = render_template("office/menus/index.html", **editor(member), form=form.take(error), undo=None)
        return Response(page, errors.status_of(error))
    return redirect(url_for(".index", _anchor=dom_id("category", row)), 303)


@bp.get("/categories/<uuid:category_id>/")
@contributor(may="menus")
def category(member: Member, category_id: UUID) -> str:
    found = publishing.category_of(member.app, category_id)
    return category_page(member, found, FormState({"name": found.name}))


@bp.post("/categories/<uuid:category_id>/")
@contributor(may="menus")
def change_category(member: Member, category_id: UUID) -> AnyResponse:
    found, form = publishing.category_of(member.app, category_id), FormState.typed(request.form, "name")
    try:
        publishing.change_category(member.app, found, form.text("name"), by=member.actor, now=clock.now())
    except DomainError as error:
        return Response(category_page(member, found, form.take(error)), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".index", _anchor=dom_id("category", found)), 303)


@bp.post("/categories/<uuid:category_id>/remove")
@contributor(may="menus")
def remove_category(member: Member, category_id: UUID) -> AnyResponse:
    found = publishing.category_of(member.app, category_id)
    publishing.remove_category(member.app, found, by=member.actor, now=clock.now())
    return redirect(url_for(".index", removed=found.id), 303)


@bp.post("/categories/<uuid:category_id>/restore")
@contributor(may="menus")
def restore_category(member: Member, category_id: UUID) -> AnyResponse:
    found = publishing.category_of(member.app, category_id, removed=True)
    publishing.restore_category(member.app, found, by=member.actor, now=clock.now())
    return redirect(url_for(".index", _anchor=dom_id("category", found)), 303)


@bp.post("/categories/<uuid:category_id>/order")
@contributor(may="menus")
def arrange_dishes(member: Member, category_id: UUID) -> AnyResponse:
    """The order of one category's dishes: all of them as dragged, or one of them a place up or down."""
    found = publishing.category_of(member.app, category_id)
    moved, up = menu_forms.moved(request.form.get("item"), request.form.get("move"))
    if moved:
        publishing.move_dish(member.app, publishing.dish_of(member.app, moved), up=up, by=member.actor, now=clock.now())
    else:
        ids = menu_forms.order(request.form.get("order"))
        publishing.order_dishes(member.app, found, ids, by=member.actor, now=clock.now())
    to = url_for(".index", _anchor=dom_id("dish", moved) if moved else dom_id("category", found))
    shown = editor(member, (moved, up))
    mine = next(c for c in shown["categories"] if c.id == found.id)
    return saved("office/menus/_dishes.html", _("Saved"), to=to, event="menu-changed", **shown, category=mine)


@bp.get("/categories/<uuid:category_id>/new")
@contributor(may="menus")
def new_dish(member: Member, category_id: UUID) -> str:
    return dish_page(member, publishing.category_of(member.app, category_id), None, FormState({"allergens": []}))


@bp.post("/categories/<uuid:category_id>/new")
@contributor(may="menus")
def add_dish(member: Member, category_id: UUID) -> AnyResponse:
    found = publishing.category_of(member.app, category_id)
    form = menu_forms.typed_dish(request.form)
    try:
        values = menu_forms.read_dish(form, member.client.currency)
        row = publishing.add_dish(member.app, found, **values, by=member.actor, now=clock.now())
    except DomainError as error:
        return Response(dish_page(member, found, None, form.take(error)), errors.status_of(error))
    flash(_("%(dish)s is on the draft. The app shows it once it is published.", dish=row.name))
    return redirect(url_for(".index", _anchor=dom_id("dish", row)), 303)


@bp.get("/dishes/<uuid:dish_id>/")
@contributor(may="menus")
def dish(member: Member, dish_id: UUID) -> str:
    found = publishing.dish_of(member.app, dish_id)
    return dish_page(member, found.category, found, menu_forms.stored_dish(found, member.client.currency))


@bp.post("/dishes/<uuid:dish_id>/")
@contributor(may="menus")
def change_dish(member: Member, dish_id: UUID) -> AnyResponse:
    found, form = publishing.dish_of(member.app, dish_id), menu_forms.typed_dish(request.form)
    try:
        values = menu_forms.read_dish(form, member.client.currency)
        publishing.change_dish(member.app, found, **values, by=member.actor, now=clock.now())
    except DomainError as error:
        return Response(dish_page(member, found.category, found, form.take(error)), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".index", _anchor=dom_id("dish", found)), 303)


@bp.post("/dishes/<uuid:dish_id>/price")
@contributor(may="menus")
def price(member: Member, dish_id: UUID) -> AnyResponse:
    """The price alone, from its field in the list; the rest of the dish stays as it is."""
    found, form = publishing.dish_of(member.app, dish_id), FormState.typed(request.form, "price")
    kept = {"name": found.name, "description": found.description, "allergens": found.allergens}
    try:
        amount = menu_forms.read_price(form, member.client.currency)
        publishing.change_dish(member.app, found, **kept, price=amount, by=member.actor, now=clock.now())
    except DomainError as error:
        return menu_forms.refused_price(member, found, form.take(error), errors.status_of(error))
    to = url_for(".index", _anchor=dom_id("dish", found))
    return saved("office/menus/_dish.html", _("Saved"), to=to, event="menu-changed", **row_of(member, found))


@bp.post("/dishes/<uuid:dish_id>/on-sale")
@contributor(may="menus")
def switch(member: Member, dish_id: UUID) -> AnyResponse:
    found, wanted = publishing.dish_of(member.app, dish_id), request.form.get("on_sale")
    if wanted not in ("yes", "no"):
        raise Invalid({"on_sale": ("choose_one", {})})
    publishing.set_sold_out(member.app, found, sold_out=wanted == "no", by=member.actor, now=clock.now())
    to = url_for(".index", _anchor=dom_id("dish", found))
    return saved("office/menus/_dish.html", _("Saved"), to=to, event="menu-changed", **row_of(member, found))


@bp.post("/dishes/<uuid:dish_id>/remove")
@contributor(may="menus")
def remove_dish(member: Member, dish_id: UUID) -> AnyResponse:
    found = publishing.dish_of(member.app, dish_id)
    publishing.remove_dish(member.app, found, by=member.actor, now=clock.now())
    return redirect(url_for(".index", removed=found.id), 303)


@bp.post("/dishes/<uuid:dish_id>/restore")
@contributor(may="menus")
def restore_dish(member: Member, dish_id: UUID) -> AnyResponse:
    found = publishing.dish_of(member.app, dish_id, removed=True)
    publishing.restore_dish(member.app, found, by=member.actor, now=clock.now())
    return redirect(url_for(".index", _anchor=dom_id("dish", found)), 303)
