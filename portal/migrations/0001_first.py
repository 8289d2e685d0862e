"""The first tables."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
    UUIDField,
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class ClockOffset(Table):
    name = CharField(255, primary_key=True)
    shown = BigIntegerField()
    real = BigIntegerField()

    class Meta:
        table_name = "clock_offset"


class Heartbeat(Table):
    name = CharField(16, primary_key=True)
    at = BigIntegerField()

    class Meta:
        table_name = "heartbeat"


class AuditEntry(Table):
    id = UUIDField(primary_key=True)
    at = BigIntegerField(index=True)
    action = CharField(64)
    actor_kind = CharField(16)
    actor_id = UUIDField(null=True)
    actor_name = TextField()
    behalf = TextField()
    agency_id = UUIDField(null=True)
    client_id = UUIDField(null=True)
    app_id = UUIDField(null=True)
    subject = TextField()
    details = TextField()

    class Meta:
        table_name = "audit_entry"
        indexes = (
            (("agency_id", "at"), False),
            (("app_id", "at"), False),
        )


class Message(Table):
    id = UUIDField(primary_key=True)
    topic = CharField(48)
    key = CharField(200, unique=True)
    payload = TextField()
    created_at = BigIntegerField()
    due_at = BigIntegerField()
    claimed_until = BigIntegerField(null=True)
    attempts = IntegerField()
    done_at = BigIntegerField(null=True)
    failed_at = BigIntegerField(null=True)
    last_error = TextField()

    class Meta:
        table_name = "outbox_message"
        indexes = ((("done_at", "failed_at", "due_at"), False),)


class Operator(Table):
    id = UUIDField(primary_key=True)
    legal_name = TextField()
    address = TextField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "operator"


class Agency(Table):
    id = UUIDField(primary_key=True)
    slug = CharField(40, unique=True)
    name = TextField()
    prefix = CharField(8, unique=True)
    legal_name = TextField()
    address = TextField()
    email = TextField()
    language = CharField(8)
    currency = CharField(3)
    timezone = CharField(64)
    created_at = BigIntegerField()
    suspended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "agency"


class Client(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    slug = CharField(40)
    name = TextField()
    sort_name = TextField()
    address = TextField()
    email = TextField()
    language = CharField(8)
    currency = CharField(3)
    began_on = DateField()
    created_at = BigIntegerField()
    access = BooleanField()
    suspended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "client"
        indexes = (
            (("agency", "slug"), True),
            (("agency", "sort_name", "id"), False),
        )


class App(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    client = ForeignKeyField(Client, on_delete="RESTRICT", backref="+")
    slug = CharField(40)
    name = TextField()
    created_at = BigIntegerField()
    suspended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "app"
        indexes = ((("agency", "slug"), True),)


class Period(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    label = CharField(7)
    zone = CharField(64)
    starts_at = BigIntegerField()
    ends_at = BigIntegerField()

    class Meta:
        table_name = "period"
        indexes = (
            (("agency", "label"), True),
            (("agency", "starts_at"), True),
        )


class Term(Table):
    id = UUIDField(primary_key=True)
    owner = UUIDField()
    key = CharField(48)
    from_label = CharField(7)
    value = TextField(null=True)
    set_at = BigIntegerField()

    class Meta:
        table_name = "term"
        indexes = ((("owner", "key", "from_label"), True),)


class Person(Table):
    id = UUIDField(primary_key=True)
    house = CharField(40)
    agency = ForeignKeyField(Agency, null=True, on_delete="RESTRICT", backref="+")
    email = CharField(254)
    name = TextField()
    language = CharField(8)
    theme = CharField(8)
    password_hash = TextField(null=True)
    is_operator = BooleanField()
    created_at = BigIntegerField()
    disabled_at = BigIntegerField(null=True)

    class Meta:
        table_name = "person"
        indexes = ((("house", "email"), True),)


class StaffMembership(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    role = CharField(16)
    created_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "staff_membership"
        indexes = ((("person", "agency"), True),)


class StaffAssignment(Table):
    id = UUIDField(primary_key=True)
    membership = ForeignKeyField(StaffMembership, on_delete="CASCADE", backref="+")
    client = ForeignKeyField(Client, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "staff_assignment"
        indexes = ((("membership", "client"), True),)


class Contributor(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    app = ForeignKeyField(App, on_delete="RESTRICT", backref="+")
    invited_by = TextField()
    created_at = BigIntegerField()
    ends_on = DateField(null=True)
    ended_at = BigIntegerField(null=True)
    wants_notices = BooleanField()

    class Meta:
        table_name = "contributor"
        indexes = ((("app", "person"), False),)


class SignIn(Table):
    id = UUIDField(primary_key=True)
    token_hash = CharField(64, unique=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    house = CharField(40)
    entered_app = ForeignKeyField(App, null=True, on_delete="CASCADE", backref="+")
    created_at = BigIntegerField()
    seen_at = BigIntegerField()
    expires_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    address = CharField(64)
    browser = CharField(200)

    class Meta:
        table_name = "sign_in"


class HandOver(Table):
    id = UUIDField(primary_key=True)
    token_hash = CharField(64, unique=True)
    membership = ForeignKeyField(StaffMembership, on_delete="CASCADE", backref="+")
    app = ForeignKeyField(App, on_delete="CASCADE", backref="+")
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "hand_over"


class Attempts(Table):
    id = UUIDField(primary_key=True)
    key = CharField(200, unique=True)
    failures = TextField()

    class Meta:
        table_name = "attempts"


class Credential(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    client_id = CharField(48, unique=True)
    secret_hash = CharField(64)
    label = TextField()
    scopes = TextField()
    created_by = TextField()
    created_at = BigIntegerField()
    last_used_at = BigIntegerField(null=True)
    revoked_at = BigIntegerField(null=True)

    class Meta:
        table_name = "credential"


class AccessToken(Table):
    id = UUIDField(primary_key=True)
    token_hash = CharField(64, unique=True)
    credential = ForeignKeyField(Credential, on_delete="CASCADE", backref="+")
    scopes = TextField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "access_token"


class Right(Table):
    id = UUIDField(primary_key=True)
    contributor = ForeignKeyField(Contributor, on_delete="CASCADE", backref="+")
    box = CharField(40)
    given_by = TextField()
    given_at = BigIntegerField()

    class Meta:
        table_name = "contributor_right"
        indexes = ((("contributor", "box"), True),)


class SectionAvailability(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, on_delete="CASCADE", backref="+")
    section = CharField(32)
    available = BooleanField()

    class Meta:
        table_name = "section_availability"
        indexes = ((("client", "section"), True),)


class Invitation(Table):
    id = UUIDField(primary_key=True)
    app = ForeignKeyField(App, on_delete="CASCADE", backref="+")
    email = CharField(254)
    language = CharField(8)
    boxes = TextField()
    ends_on = DateField(null=True)
    token_hash = CharField(64, unique=True)
    inviter_id = UUIDField(null=True)
    inviter_kind = CharField(16)
    inviter_name = TextField()
    created_at = BigIntegerField()
    sent_at = BigIntegerField()
    sends = TextField()
    expires_at = BigIntegerField()
    expired_at = BigIntegerField(null=True)
    revoked_at = BigIntegerField(null=True)
    accepted_at = BigIntegerField(null=True)
    contributor = ForeignKeyField(Contributor, null=True, on_delete="SET NULL", backref="+")

    class Meta:
        table_name = "invitation"
        indexes = ((("app", "email"), False),)


class ClientSettings(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, unique=True, on_delete="CASCADE", backref="+")
    version = IntegerField()
    direct_support = BooleanField()
    optimizer_managed_by = CharField(8)
    optimizer_enabled = BooleanField()
    saved_at = BigIntegerField()
    saved_by = TextField()

    class Meta:
        table_name = "client_settings"


class LimitVersion(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, on_delete="CASCADE", backref="+")
    service = CharField(40)
    version = IntegerField()
    limit_version = IntegerField()
    enabled = BooleanField()
    limit = BigIntegerField(null=True, column_name="allowance")
    at_limit = CharField(8)
    ceiling = BigIntegerField(null=True)
    alert_at = TextField(null=True)
    set_at = BigIntegerField()
    set_by = TextField()

    class Meta:
        table_name = "limit_version"
        indexes = ((("client", "service", "version"), True),)


class UsageEvent(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, index=False, on_delete="RESTRICT", backref="+")
    event_id = CharField(128)
    body_hash = CharField(64)
    client = ForeignKeyField(Client, index=False, on_delete="RESTRICT", backref="+")
    service = CharField(40)
    quantity = BigIntegerField()
    corrects = CharField(128, null=True)
    at = BigIntegerField()
    received_at = BigIntegerField()
    period = CharField(7)

    class Meta:
        table_name = "usage_event"
        indexes = (
            (("agency", "event_id"), True),
            (("client", "service", "period", "at"), False),
        )


UsageEvent.add_index(UsageEvent.agency, UsageEvent.corrects, where=UsageEvent.corrects.is_null(False))


class PeriodCounter(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, index=False, on_delete="RESTRICT", backref="+")
    service = CharField(40)
    period = CharField(7)
    used = BigIntegerField()
    carried = BigIntegerField()
    peak = BigIntegerField()
    current = BigIntegerField()
    current_at = BigIntegerField(null=True)

    class Meta:
        table_name = "period_counter"
        indexes = ((("client", "service", "period"), True),)


class DayFact(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, index=False, on_delete="RESTRICT", backref="+")
    service = CharField(40)
    day = DateField()
    used = BigIntegerField()
    left = BigIntegerField()
    left_at = BigIntegerField(null=True)

    class Meta:
        table_name = "day_fact"
        indexes = ((("client", "service", "day"), True),)


class Alert(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, index=False, on_delete="RESTRICT", backref="+")
    service = CharField(40)
    period = CharField(7)
    threshold = IntegerField()
    limit_version = IntegerField()
    used = BigIntegerField()
    limit = BigIntegerField(column_name="allowance")
    raised_at = BigIntegerField()
    resolved_at = BigIntegerField(null=True)
    superseded_by = UUIDField(null=True)

    class Meta:
        table_name = "alert"
        indexes = ((("client", "service", "period", "threshold", "limit_version"), True),)


class MenuCategory(Table):
    id = UUIDField(primary_key=True)
    app = ForeignKeyField(App, on_delete="CASCADE", backref="+")
    name = TextField()
    position = IntegerField()
    removed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "menu_category"


class Dish(Table):
    id = UUIDField(primary_key=True)
    category = ForeignKeyField(MenuCategory, on_delete="CASCADE", backref="+")
    name = TextField()
    description = TextField()
    price = BigIntegerField()
    allergens = TextField()
    sold_out = BooleanField()
    position = IntegerField()
    removed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "dish"


class Publication(Table):
    id = UUIDField(primary_key=True)
    app = ForeignKeyField(App, on_delete="CASCADE", backref="+")
    kind = CharField(16)
    snapshot = TextField()
    published_at = BigIntegerField()
    published_by = TextField()

    class Meta:
        table_name = "publication"
        indexes = ((("app", "kind", "published_at"), False),)


class SoldService(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, on_delete="RESTRICT", backref="+")
    name = TextField()
    price = BigIntegerField()
    every_months = IntegerField(null=True)
    first_on = DateField()
    ended_on = DateField(null=True)
    created_at = BigIntegerField()
    sold_by = TextField()

    class Meta:
        table_name = "sold_service"


class NumberSeries(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    series = CharField(4)
    year = IntegerField()
    last = IntegerField()

    class Meta:
        table_name = "number_series"
        indexes = ((("agency", "series", "year"), True),)


class Statement(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, index=False, on_delete="RESTRICT", backref="+")
    audience = CharField(8)
    client = ForeignKeyField(Client, null=True, index=False, on_delete="RESTRICT", backref="+")
    owner = CharField(40)
    number = CharField(40, unique=True)
    period = CharField(7)
    state = CharField(20)
    currency = CharField(3)
    payer = CharField(16)
    payee = CharField(16)
    payment_option = CharField(16)
    net = BigIntegerField()
    tax = BigIntegerField()
    total = BigIntegerField()
    due = BigIntegerField()
    remitted = BigIntegerField()
    paid = BigIntegerField()
    issued_at = BigIntegerField()
    frozen = TextField()
    pdf_name = CharField(120)
    pdf_sha256 = CharField(64)
    rendered_at = BigIntegerField(null=True)

    class Meta:
        table_name = "statement"
        indexes = (
            (("audience", "owner", "period", "currency"), True),
            (("agency", "period"), False),
            (("client", "period"), False),
        )


class StatementLine(Table):
    id = UUIDField(primary_key=True)
    statement = ForeignKeyField(Statement, on_delete="RESTRICT", backref="+")
    position = IntegerField()
    kind = CharField(16)
    label = TextField()
    service = CharField(40, null=True)
    client = ForeignKeyField(Client, null=True, on_delete="RESTRICT", backref="+")
    limit = BigIntegerField(null=True, column_name="allowance")
    used = BigIntegerField(null=True)
    excess = BigIntegerField(null=True)
    block = IntegerField(null=True)
    blocks = BigIntegerField(null=True)
    unit_price = BigIntegerField(null=True)
    unit_cost = BigIntegerField(null=True)
    amount = BigIntegerField()
    cost = BigIntegerField()
    collected = BooleanField()
    detail = TextField()

    class Meta:
        table_name = "statement_line"
        indexes = ((("statement", "position"), True),)


class FrozenAsset(Table):
    sha256 = CharField(64, primary_key=True)
    content = BlobField()

    class Meta:
        table_name = "frozen_asset"


TABLES = [
    ClockOffset,
    Heartbeat,
    AuditEntry,
    Message,
    Operator,
    Agency,
    Client,
    App,
    Period,
    Term,
    Person,
    StaffMembership,
    StaffAssignment,
    Contributor,
    SignIn,
    HandOver,
    Attempts,
    Credential,
    AccessToken,
    Right,
    SectionAvailability,
    Invitation,
    ClientSettings,
    LimitVersion,
    UsageEvent,
    PeriodCounter,
    DayFact,
    Alert,
    MenuCategory,
    Dish,
    Publication,
    SoldService,
    NumberSeries,
    Statement,
    StatementLine,
    FrozenAsset,
]


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)


def down(migrator, db):
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES)
