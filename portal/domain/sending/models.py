from __future__ import annotations

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency


class Sender(Entity):
    """The mail server of an agency, by which its clients' people are written to.

    `password` is sealed: it must be read again to sign in there, and never by a person. `proven_at`: when the server
    last took a test message with these very settings; without it nothing is `used`. `failing_since`: letters are
    meanwhile sent by the installation. `held_until`: before it no other letter is handed over, for one is on its way
    there, or the server fails and rests. `records`: what the DNS said of the domain at `records_at`.
    """

    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT")
    host = CharField(253)
    port = IntegerField()
    security = CharField(8)
    username = TextField()
    password = TextField(default="")
    from_address = CharField(254)
    selector = CharField(63)
    used = BooleanField(default=False)
    created_at = MomentField()
    changed_at = MomentField()
    proven_at = MomentField(null=True)
    failing_since = MomentField(null=True)
    failing_because = TextField(default="")
    held_until = MomentField(null=True)
    records = JsonField(null=True)
    records_at = MomentField(null=True)

    @property
    def domain(self) -> str:
        return self.from_address.rpartition("@")[2]
