from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import App


class MenuCategory(Entity):
    """A part of the menu as it is being edited. Removed rows stay, so that a removal can be undone.

    `shown_dishes` are its dishes in order, where `menus_of` loaded it.
    """

    shown_dishes: list[Dish]

    app = ForeignKeyField(App, on_delete="CASCADE")
    name = TextField()
    position = IntegerField()
    removed_at = MomentField(null=True)


class Dish(Entity):
    category = ForeignKeyField(MenuCategory, backref="dishes", on_delete="CASCADE")
    name = TextField()
    description = TextField(default="")
    price = BigIntegerField()
    allergens = JsonField(default=list)
    sold_out = BooleanField(default=False)
    position = IntegerField()
    removed_at = MomentField(null=True)


class Publication(Entity):
    """What became public at one moment, whole; the newest of a kind is what the app shows."""

    app = ForeignKeyField(App, on_delete="CASCADE")
    kind = CharField(16)
    snapshot = JsonField()
    published_at = MomentField()
    published_by = TextField()

    class Meta:
        indexes = ((("app", "kind", "published_at"), False),)
