"""The chain of the audit trail, and a database that lets nobody change or remove what stands in it."""

from peewee import BigIntegerField, CharField, Model, TextField, UUIDField
from playhouse.migrate import PostgresqlMigrator


class Table(Model):
    class Meta:
        legacy_table_names = False


class AuditEntry(Table):
    id = UUIDField(primary_key=True)
    agency_id = UUIDField(null=True)
    number = BigIntegerField(null=True)

    class Meta:
        table_name = "audit_entry"


AuditEntry.add_index(AuditEntry.id, name="audit_entry_unsealed", where=AuditEntry.number.is_null())
AuditEntry.add_index(
    AuditEntry.agency_id, AuditEntry.number, name="audit_entry_sealed", where=AuditEntry.number.is_null(False)
)


class AuditChain(Table):
    name = CharField(36, primary_key=True)
    length = BigIntegerField()
    seal = CharField(64)

    class Meta:
        table_name = "audit_chain"


FACTS = ("id", "at", "action", "actor_kind", "actor_id", "behalf", "agency_id", "client_id", "app_id")
WORDS = {"actor_name": "''", "subject": "''", "details": "'{}'"}
SALT_SQLITE = "lower(hex(randomblob(16)))"
SALT_POSTGRES = "replace(gen_random_uuid()::text, '-', '')"


def rule(same, no):
    """When an UPDATE is one: it seals what was not sealed, or erases words together with their salt."""
    facts = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in FACTS)
    words = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in (*WORDS, "salts"))
    place = f"NEW.number {same} OLD.number AND NEW.seal {same} OLD.seal"
    blank = " AND ".join(f"NEW.{name} IN (OLD.{name}, {nothing})" for name, nothing in WORDS.items())
    seals = f"OLD.number IS NULL AND OLD.seal IS NULL AND {words}"
    erases = f"{place} AND {blank} AND NEW.salts <> OLD.salts AND replace(NEW.salts, '=', '') <> NEW.salts"
    return f"COALESCE({facts} AND (({seals}) OR ({erases})), {no})"  # what is unknown is no reason


SQLITE = (
    """CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END""",
    f"""CREATE TRIGGER audit_entry_holds BEFORE UPDATE ON audit_entry WHEN NOT ({rule("IS", "0")})
        BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_entry_new BEFORE INSERT ON audit_entry
        WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END""",
)
POSTGRES = (
    """CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'audit entries are never ' || TG_ARGV[0]; END $$""",
    """CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse('removed')""",
    """CREATE TRIGGER audit_entry_all_stay BEFORE TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse('removed')""",
    f"""CREATE TRIGGER audit_entry_holds BEFORE UPDATE ON audit_entry FOR EACH ROW
        WHEN (NOT ({rule("IS NOT DISTINCT FROM", "FALSE")})) EXECUTE FUNCTION audit_entry_refuse('changed')""",
)


def up(migrator, db):
    postgres = isinstance(migrator, PostgresqlMigrator)
    migrator.migrate(
        migrator.add_column("audit_entry", "salts", TextField(null=True)),
        migrator.add_column("audit_entry", "number", BigIntegerField(null=True)),
        migrator.add_column("audit_entry", "seal", CharField(64, null=True)),
    )
    salt = SALT_POSTGRES if postgres else SALT_SQLITE
    db.execute_sql(f"UPDATE audit_entry SET salts = {salt} || ' ' || {salt} || ' ' || {salt}")
    with db.bind_ctx([AuditEntry, AuditChain]):
        AuditEntry._schema.create_indexes(safe=False)
        db.create_tables([AuditChain], safe=False)
    for statement in POSTGRES if postgres else SQLITE:
        db.execute_sql(statement)


def down(migrator, db):
    postgres = isinstance(migrator, PostgresqlMigrator)
    for name in ("stays", "holds", "all_stay" if postgres else "new"):
        db.execute_sql(f"DROP TRIGGER audit_entry_{name}" + (" ON audit_entry" if postgres else ""))
    if postgres:
        db.execute_sql("DROP FUNCTION audit_entry_refuse()")
    with db.bind_ctx([AuditChain]):
        db.drop_tables([AuditChain])
    for name in ("audit_entry_unsealed", "audit_entry_sealed"):
        db.execute_sql(f"DROP INDEX {name}")
    migrator.migrate(
        migrator.drop_column("audit_entry", "seal"),
        migrator.drop_column("audit_entry", "number"),
        migrator.drop_column("audit_entry", "salts"),
    )
