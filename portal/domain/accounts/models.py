from __future__ import annotations

from peewee import SQL, BooleanField, CharField, DateField, ForeignKeyField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency, App, Client


class Person(Entity):
    """Somebody who can sign in at one house: the platform, or one agency's host.

    The same human at two agencies is two rows with two passwords; neither knows of the other.
    """

    house = CharField(40)
    agency = ForeignKeyField(Agency, null=True, on_delete="RESTRICT")
    email = CharField(254)
    name = TextField(default="")
    language = CharField(8)
    theme = CharField(8, default="auto")
    password_hash = TextField(null=True)
    is_operator = BooleanField(default=False)
    created_at = MomentField()
    disabled_at = MomentField(null=True)

    class Meta:
        indexes = ((("house", "email"), True),)

    @property
    def shown_name(self) -> str:
        return self.name or self.email

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.email


class StaffMembership(Entity):
    person = ForeignKeyField(Person, backref="staff_memberships", on_delete="RESTRICT")
    agency = ForeignKeyField(Agency, backref="staff", on_delete="RESTRICT")
    role = CharField(16)
    created_at = MomentField()
    ended_at = MomentField(null=True)
    ends_at = MomentField(null=True)
    """When the last day is over on the agency's clock; from this moment on nobody is let in by it."""
    invited_by = TextField(null=True)

    class Meta:
        indexes = ((("person", "agency"), True),)


class StaffAssignment(Entity):
    """A client that a manager looks after."""

    membership = ForeignKeyField(StaffMembership, backref="assignments", on_delete="CASCADE")
    client = ForeignKeyField(Client, on_delete="RESTRICT")

    class Meta:
        indexes = ((("membership", "client"), True),)


class Contributor(Entity):
    """A person's membership of one app's back office. Rights hang on it and go with it.

    `sort_name` is the person's name (the address of who has none) as lists are sorted and searched by.
    """

    person = ForeignKeyField(Person, backref="memberships", on_delete="RESTRICT")
    app = ForeignKeyField(App, backref="contributors", on_delete="RESTRICT")
    invited_by = TextField(default="")
    created_at = MomentField()
    ends_on = DateField(null=True)
    ended_at = MomentField(null=True)
    wants_notices = BooleanField(default=True)
    sort_name = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        indexes = ((("app", "person"), False), (("app", "sort_name", "id"), False))


class NoticeChoice(Entity):
    """Which letters about limits somebody of the staff wants; without a row all of them, at once."""

    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    approaching = BooleanField()
    reached = BooleanField()
    foreseen = BooleanField()
    resolved = BooleanField()
    rhythm = CharField(8)


class SignIn(Entity):
    """A signed-in browser at one house; the cookie holds the token, this row its hash."""

    token_hash = CharField(64, unique=True)
    person = ForeignKeyField(Person, on_delete="CASCADE")
    house = CharField(40)
    entered_app = ForeignKeyField(App, null=True, on_delete="CASCADE")
    created_at = MomentField()
    seen_at = MomentField()
    expires_at = MomentField()
    ended_at = MomentField(null=True)
    address = CharField(64, default="")
    browser = CharField(200, default="")
    viewing = UUIDField(null=True)
    """The membership through whose eyes the session looks for now; it changes nothing meanwhile."""
    proved_at = MomentField(null=True)
    """When the person last proved by password or factor who he is."""
    owes_factor_since = MomentField(null=True)
    """Since when nothing is open but the set-up of a second factor, which the house asks for."""


class HandOver(Entity):
    """The single-use way of a staff member from the dashboard into one back office."""

    token_hash = CharField(64, unique=True)
    membership = ForeignKeyField(StaffMembership, on_delete="CASCADE")
    app = ForeignKeyField(App, on_delete="CASCADE")
    expires_at = MomentField()
    used_at = MomentField(null=True)


class Attempts(Entity):
    """Failed sign-ins per account and per address, to slow guessing down."""

    key = CharField(200, unique=True)
    failures = JsonField(default=list)


class Credential(Entity):
    """A machine's key for the API of one agency; the secret is shown once and kept as a hash.

    `made_by` is the person of the staff who answers for it; none where the command line made it. The secret
    before the present one is good until `old_until`.
    """

    agency = ForeignKeyField(Agency, on_delete="RESTRICT")
    client_id = CharField(48, unique=True)
    secret_hash = CharField(64)
    label = TextField(default="")
    scopes = JsonField()
    created_by = TextField(default="")
    created_at = MomentField()
    last_used_at = MomentField(null=True)
    revoked_at = MomentField(null=True)
    made_by = UUIDField(null=True)
    old_secret_hash = CharField(64, null=True)
    old_until = MomentField(null=True)

    stopped = False
    """Whether who answers for it may no longer hold one; known of those that a query looked at."""


class AccessToken(Entity):
    token_hash = CharField(64, unique=True)
    credential = ForeignKeyField(Credential, on_delete="CASCADE")
    scopes = JsonField()
    expires_at = MomentField(index=True)
