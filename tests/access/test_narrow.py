"""No answer holds more than its reader may know: nothing that opens anything, no cost, no name of a column (AZ-20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from portal import db, schema
from portal.domain.accounts import Person
from portal.domain.sign_in.models import Authenticator, MailedLink, RecoveryCode
from tests.access.asking import Answer
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM
from tests.access.trying import path_of, place
from tests.access.world import NOW
from tests.domain.test_sign_in import make_passkey
from tests.trail import unguarded

COST = 481516
SHOWN = ("4.815,16", "4,815.16", "4815.16", "4815,16", "481516")
READERS = ("A.owner", "A.admin", "A.billing", "A.staff", "A1.full", "A1.own", "A1.one", "A.ro", "A.rw")
SEE_COSTS = {"A.owner", "A.admin", "A.billing"}
"""The roles whose row in docs/people.md says "cost, margin"."""
SECRET = re.compile(r"hash|secret|password|^token|^salts$|^credential$|^public_key$")
PUBLIC = {"client_secret"}
FIELDS = ("password_hash", "token_hash", "secret_hash", "is_operator", "disabled_at", "unit_cost")
"""Names of columns that no answer has for a field, an attribute or a key of JSON."""


def test_nobody_reads_what_opens_something_nor_what_the_agency_pays_but_who_may(stage):
    _furnish(stage)
    secrets = _secrets()
    assert len(secrets) > 40
    stage.snapshot.hold()
    told: dict[str, int] = dict.fromkeys(READERS, 0)
    for name in READERS:
        for what, answer in _answers(stage, name):
            text = f"{answer.body.decode('utf-8', 'replace')}\n{answer.headers}"
            assert not [where for value, where in secrets.items() if value in text], what
            assert not [field for field in FIELDS if re.search(rf"[\"'>]{field}[\"'<=]", text)], what
            costs = any(figure in text for figure in SHOWN)
            assert not costs or name in SEE_COSTS, f"{what} shows a cost"
            told[name] += costs
    assert all(told[name] > 1 for name in SEE_COSTS), f"who may does see it: {told}"


def _answers(stage: Stage, name: str) -> Iterator[tuple[str, Answer]]:
    """Every page, fragment and call of the API that this one gets of what is his own."""
    who = stage.person(name)
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        host = PLATFORM if who.bearer or PLATFORM in who.rank else OFFICE
        if route.method != "GET" or (who.bearer and line.table != "machines") or (host == PLATFORM != place(line)):
            continue
        path, cookie = path_of(stage, route), "" if who.bearer else who.cookie_at(host)
        answer = stage.asker.ask("GET", host, path, cookie=cookie, bearer=who.bearer)
        stage.snapshot.back()
        if answer.status == 200:
            yield f"{path} for {name}", answer


def _furnish(stage: Stage) -> None:
    """Costs that can be told, and whatever else people keep with us."""
    owner, full = stage.world.houses["A"].staff["owner"].person, stage.world.tenants["A1"].people["full"].person
    for person in (owner, full):
        _equip(person)
    here = db.database.connection()
    with unguarded():
        here.execute("UPDATE term SET value = ? WHERE key LIKE 'cost:%'", (str(COST),))
        here.execute("UPDATE statement_line SET unit_cost = ?, cost = ?", (COST, COST))


def _equip(person: Person) -> None:
    key = f"qzsecret-{person.id.hex}"
    Authenticator.create(person=person, secret=f"{key}-app", created_at=NOW)
    make_passkey(person, name=f"{key}-passkey")
    RecoveryCode.create(person=person, code_hash=f"{key}-code")
    life = {"created_at": NOW, "expires_at": NOW + timedelta(hours=1)}
    MailedLink.create(person=person, purpose="reset", token_hash=f"{key}-link", email=person.email, **life)


def _secrets() -> dict[str, str]:
    """Every value that must never leave the database, and where it stands."""
    found = {}
    for model in schema.MODELS:
        for field in model._meta.sorted_fields:
            if SECRET.search(field.column_name) and field.column_name not in PUBLIC:
                where = f"{model._meta.table_name}.{field.column_name}"
                rows = db.database.execute_sql(f'SELECT "{field.column_name}" FROM "{model._meta.table_name}"')
                found |= {str(value): where for (value,) in rows.fetchall() if value and len(str(value)) > 8}
    return found
