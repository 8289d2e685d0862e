from __future__ import annotations

from peewee import CharField, ForeignKeyField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.accounts.models import Person
from portal.domain.tenants.models import Agency


class Provider(Entity):
    """Where an agency's people prove who they are: an OpenID Connect provider and our client there.

    The secret is sealed: it must be read again to redeem a code, and never by a person. `proven_at` is the last
    time somebody came back from it in good order; a change of issuer, client or secret forgets it.
    """

    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT")
    label = CharField(40)
    issuer = TextField()
    client_id = TextField()
    secret = TextField()
    domains = JsonField()
    groups = JsonField()
    group_claim = CharField(64)
    contributors = CharField(8)
    staff = CharField(8)
    created_at = MomentField()
    changed_at = MomentField()
    proven_at = MomentField(null=True)

    class Meta:
        table_name = "identity_provider"


class Identity(Entity):
    """Who a person is at a provider: `subject` as its issuer knows him.

    `provider` is the agency's id, or "installation": what one of them vouches for counts with no other, though
    both may name the same issuer.
    """

    person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
    provider = CharField(40)
    house = CharField(40)
    issuer = CharField(1000)
    subject = CharField(255)
    created_at = MomentField()
    used_at = MomentField()

    class Meta:
        indexes = (
            (("provider", "house", "issuer", "subject"), True),
            (("person", "provider", "issuer"), True),
        )


class Errand(Entity):
    """One browser on its way to a provider and back: known by two hashes, good once and for ten minutes.

    `purpose`: sign_in, set_up (then `setup_hash` is that of the link's token) or test (`person_id` tries it out,
    `outcome` is what came of it).
    """

    state_hash = CharField(64, unique=True)
    browser_hash = CharField(64)
    provider = CharField(40)
    house = CharField(40)
    issuer = TextField()
    client_id = TextField()
    purpose = CharField(8)
    wanted = TextField(default="")
    setup_hash = CharField(64, null=True)
    person_id = UUIDField(null=True)
    expires_at = MomentField(index=True)
    used_at = MomentField(null=True)
    outcome = JsonField(null=True)

    class Meta:
        table_name = "sso_errand"
