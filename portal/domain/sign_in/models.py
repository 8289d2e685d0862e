from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, JsonField, MomentField
from portal.domain.accounts.models import Person
from portal.domain.tenants.models import Agency


class FactorRule(Entity):
    """For whom of an agency a password alone is not enough; without a row for nobody."""

    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT")
    staff = BooleanField()
    contributors = BooleanField()


class Authenticator(Entity):
    """An app that shows a new code every 30 s. `secret` is sealed; `last_step` is the last one used: none twice."""

    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    secret = TextField()
    last_step = BigIntegerField(default=0)
    created_at = MomentField()
    used_at = MomentField(null=True)


class Passkey(Entity):
    """A key in somebody's device, for one host; kept is its public half. `signs` counts its signatures, if it does."""

    person = ForeignKeyField(Person, on_delete="CASCADE")
    credential_hash = CharField(64, unique=True)
    credential = TextField()
    public_key = TextField()
    signs = BigIntegerField()
    transports = JsonField(default=list)
    host = CharField(253)
    name = TextField()
    created_at = MomentField()
    used_at = MomentField(null=True)


class RecoveryCode(Entity):
    """One of the codes on paper, as a hash; good once."""

    person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
    code_hash = CharField(64)
    used_at = MomentField(null=True)

    class Meta:
        indexes = ((("person", "code_hash"), True),)


class MailedLink(Entity):
    """A link that went out by mail, its token as a hash: for another password, or to prove whose an address is.

    `purpose`: reset or address. `ended_at`: used, replaced, or void.
    """

    person = ForeignKeyField(Person, on_delete="CASCADE")
    purpose = CharField(8)
    token_hash = CharField(64, unique=True)
    email = CharField(254)
    created_at = MomentField()
    expires_at = MomentField()
    ended_at = MomentField(null=True)


class Begun(Entity):
    """What a browser began and has to finish within minutes; its cookie holds the token, this row the hash.

    `secret` is a challenge, or a sealed secret; `tries` those that failed.
    """

    token_hash = CharField(64, unique=True)
    purpose = CharField(16)
    person = ForeignKeyField(Person, null=True, on_delete="CASCADE")
    house = CharField(40)
    secret = TextField(default="")
    tries = IntegerField(default=0)
    expires_at = MomentField(index=True)

    class Meta:
        table_name = "sign_in_begun"

    @property
    def owner(self) -> Person:
        """Whose it is, where it was begun for somebody."""
        assert self.person is not None, "begun for nobody in particular"
        return self.person


class KnownBrowser(Entity):
    """A browser that somebody came in with before; a cookie of its own tells it."""

    person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
    token_hash = CharField(64)
    browser = CharField(200, default="")
    created_at = MomentField()
    seen_at = MomentField()

    class Meta:
        indexes = ((("person", "token_hash"), True),)
