"""The tables of the models are the tables of the migrations, on the database at hand."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

from peewee import Database

from portal import db
from tests.architecture.source import PORTAL

NUMBERED = re.compile(r"^\d{4}_[a-z0-9_]+\.py$")

SQLITE = """
SELECT t.name, 'column', c.name, c.type, c."notnull", c.dflt_value, c.pk
  FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'
UNION ALL SELECT t.name, 'key', k."from", k."table", k."to", k.on_delete, k.on_update
  FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'
UNION ALL SELECT t.name, 'index',
    (SELECT group_concat(coalesce(x.name, '?')) FROM pragma_index_xinfo(i.name) x WHERE x.key),
    i."unique", i.partial, substr(s.sql, instr(upper(s.sql), ' ON ')), NULL
  FROM sqlite_master t, pragma_index_list(t.name) i LEFT JOIN sqlite_master s ON s.name = i.name WHERE t.type = 'table'
"""
POSTGRES = """
SELECT table_name::text, 'column', column_name::text, data_type::text, character_maximum_length::text,
    is_nullable::text, column_default::text
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT conrelid::regclass::text, 'constraint', pg_get_constraintdef(oid), NULL, NULL, NULL, NULL
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tablename::text, 'index', regexp_replace(indexdef, 'INDEX \\S+', ''), NULL, NULL, NULL, NULL
  FROM pg_indexes WHERE schemaname = 'public'
"""


def test_migrations_are_numbered_without_gap_or_collision():
    files = sorted(file.name for file in (PORTAL / "migrations").glob("*.py") if file.name != "__init__.py")
    odd = [name for name in files if not NUMBERED.match(name)]
    assert not odd, f"not named like 0001_what_it_does.py: {odd}"
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1)), files


def test_every_table_is_listed_in_creation_order():
    from portal.schema import MODELS

    for file in (PORTAL / "domain").glob("*/models.py"):
        importlib.import_module(f"portal.domain.{file.parent.name}.models")
    lost = {model.__name__ for model in subclasses(db.BaseModel)} - {model.__name__ for model in MODELS} - {"Entity"}
    assert not lost, f"name them in portal/schema.py: {sorted(lost)}"
    for place, model in enumerate(MODELS):
        later = [field.rel_model.__name__ for field in model._meta.refs if field.rel_model not in MODELS[: place + 1]]
        assert not later, f"{model.__name__} comes before {later}, to which it refers"


def test_the_migrated_tables_are_those_of_the_models(database):
    from portal.schema import MODELS

    names = {model._meta.table_name for model in MODELS}
    migrated = described(db.database.obj, names)
    with database.empty() as other, other.bind_ctx(MODELS):
        other.create_tables(MODELS, safe=False)
        modelled = described(other, names)
    assert {row[0] for row in migrated} == names, "tables without migration"
    assert sorted(migrated - modelled, key=str) == sorted(modelled - migrated, key=str) == [], (
        "left: only in the migrations; right: only in the models"
    )


def described(database: Database, names: set[str]) -> set[tuple[object, ...]]:
    rows = database.execute_sql(POSTGRES if db.is_postgres() else SQLITE).fetchall()
    searching = "gin_trgm_ops"  # where the database lets us, the migration alone makes that index
    return {row for row in rows if row[0].strip('"') in names and searching not in str(row[2])}


def subclasses(model: type[db.BaseModel]) -> Iterator[type[db.BaseModel]]:
    for below in model.__subclasses__():
        if below.__module__.startswith("portal.") and ".migrations" not in below.__module__:
            yield below
            yield from subclasses(below)
