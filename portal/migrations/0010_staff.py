"""Staff invitations, ownership transfers, and the last day of a membership of the staff."""

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, Model, TextField, UUIDField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class StaffMembership(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "staff_membership"


class StaffInvitation(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="CASCADE", backref="+")
    email = CharField(254)
    language = CharField(8)
    role = CharField(16)
    clients = TextField()
    ends_on = DateField(null=True)
    token_hash = CharField(64, unique=True)
    inviter_id = UUIDField(null=True)
    inviter_name = TextField()
    created_at = BigIntegerField()
    sent_at = BigIntegerField()
    sends = TextField()
    expires_at = BigIntegerField()
    expired_at = BigIntegerField(null=True)
    revoked_at = BigIntegerField(null=True)
    accepted_at = BigIntegerField(null=True)
    membership = ForeignKeyField(StaffMembership, null=True, on_delete="SET NULL", backref="+")

    class Meta:
        table_name = "staff_invitation"
        indexes = ((("agency", "email"), False),)


class OwnershipOffer(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="CASCADE", backref="+")
    giver = ForeignKeyField(StaffMembership, on_delete="CASCADE", backref="+")
    taker = ForeignKeyField(StaffMembership, on_delete="CASCADE", backref="+")
    afterwards = CharField(16)
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    outcome = CharField(16, null=True)

    class Meta:
        table_name = "ownership_offer"


TABLES = [StaffInvitation, OwnershipOffer]


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("staff_membership", "ends_at", BigIntegerField(null=True)),
        migrator.add_column("staff_membership", "invited_by", TextField(null=True)),
    )
    with db.bind_ctx([Agency, StaffMembership, *TABLES]):
        db.create_tables(TABLES, safe=False)


def down(migrator, db):
    with db.bind_ctx([Agency, StaffMembership, *TABLES]):
        db.drop_tables(TABLES[::-1])
    migrator.migrate(
        migrator.drop_column("staff_membership", "invited_by"),
        migrator.drop_column("staff_membership", "ends_at"),
    )
