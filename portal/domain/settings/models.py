from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, JsonField, MomentField
from portal.domain.settings.catalogue import AtLimit, cap_of
from portal.domain.tenants.models import Client


class ClientSettings(Entity):
    """A client's switches, and the version that a save must have seen."""

    client = ForeignKeyField(Client, unique=True, on_delete="CASCADE")
    version = IntegerField(default=1)
    direct_support = BooleanField(default=False)
    optimizer_managed_by = CharField(8, default="agency")
    optimizer_enabled = BooleanField(default=False)
    saved_at = MomentField()
    saved_by = TextField(default="")


class LimitVersion(Entity):
    """What holds for one client and service since `set_at`; the newest is in force, none is ever edited.

    `in_force` marks the newest, for those who must find it at once. `limit_version` counts the changes of the
    limit alone: each arms the alerts again, a switch does not.
    """

    client = ForeignKeyField(Client, backref="limits", on_delete="CASCADE")
    service = CharField(40)
    version = IntegerField()
    limit_version = IntegerField()
    enabled = BooleanField()
    limit = BigIntegerField(null=True, column_name="allowance")
    at_limit = CharField(8)
    ceiling = BigIntegerField(null=True)
    alert_at = JsonField(null=True)
    set_at = MomentField()
    set_by = TextField(default="")
    in_force = BooleanField(default=True)

    class Meta:
        indexes = ((("client", "service", "version"), True),)

    @property
    def cap(self) -> int | None:
        """The use that is never passed; None where every excess is billed."""
        return cap_of(AtLimit(self.at_limit), self.limit, self.ceiling)


LimitVersion.add_index(LimitVersion.client, LimitVersion.service, unique=True, where=LimitVersion.in_force)
