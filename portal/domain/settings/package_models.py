"""Packages, changes of many clients at once, clients from a file."""

from __future__ import annotations

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency, Client


class Package(Entity):
    """A named set of settings. At most one is the default for new clients."""

    agency = ForeignKeyField(Agency, backref="packages", on_delete="CASCADE")
    name = TextField()
    sort_name = TextField()
    is_default = BooleanField(default=False)
    content = JsonField()
    version = IntegerField(default=1)
    saved_at = MomentField()
    saved_by = TextField(default="")

    class Meta:
        indexes = ((("agency", "sort_name"), True),)


class PackageUse(Entity):
    """Which package a client was made from."""

    package = ForeignKeyField(Package, backref="uses", on_delete="CASCADE")
    client = ForeignKeyField(Client, backref="+", unique=True, on_delete="CASCADE")
    since = MomentField()


class BulkChange(Entity):
    """One change of many clients: chosen, shown, confirmed, worked off. `undoes` is the one that it takes back."""

    agency = ForeignKeyField(Agency, backref="bulk_changes", on_delete="CASCADE")
    undoes = ForeignKeyField("self", backref="undone_by", null=True, on_delete="CASCADE")
    state = CharField(12)
    wanted = JsonField(default=dict)
    by_id = UUIDField(null=True)
    by_name = TextField()
    created_at = MomentField()
    confirmed_at = MomentField(null=True)
    finished_at = MomentField(null=True)

    class Meta:
        indexes = ((("agency", "created_at"), False),)


class BulkItem(Entity):
    """One client of a bulk change. `changes` is {field: [before, after]}, `notes` {field: [code, values]}:
    why something stays as it is, or can't be taken. `seen_version` is that of the settings when it was shown.
    """

    bulk = ForeignKeyField(BulkChange, backref="items", on_delete="CASCADE")
    client = ForeignKeyField(Client, backref="+", on_delete="CASCADE")
    state = CharField(12)
    seen_version = IntegerField(default=0)
    changes = JsonField(default=dict)
    notes = JsonField(default=dict)

    class Meta:
        indexes = ((("bulk", "client"), True), (("bulk", "state"), False))


class ClientImport(Entity):
    """Clients from a file or a paste: read, shown, confirmed, worked off."""

    agency = ForeignKeyField(Agency, backref="client_imports", on_delete="CASCADE")
    name = TextField(default="")
    state = CharField(12)
    reading = JsonField(default=dict)
    by_id = UUIDField(null=True)
    by_name = TextField()
    created_at = MomentField()
    confirmed_at = MomentField(null=True)
    finished_at = MomentField(null=True)

    class Meta:
        indexes = ((("agency", "created_at"), False),)


class ImportLine(Entity):
    """One line of the file: its cells as they were typed, what is wrong with them, and what became of it."""

    batch = ForeignKeyField(ClientImport, backref="lines", on_delete="CASCADE")
    number = IntegerField()
    state = CharField(12)
    cells = JsonField()
    problems = JsonField(default=dict)
    client = ForeignKeyField(Client, backref="+", null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("batch", "number"), True), (("batch", "state", "number"), False))
