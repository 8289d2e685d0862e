from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from peewee import OP, Expression, Value

from portal.db import transaction
from portal.domain.audit.actions import Actor, record
from portal.domain.audit.chain import WORDS, without
from portal.domain.audit.models import AuditEntry


def erase(
    person_id: UUID, known_as: Collection[str], *, agency_id: UUID | None = None, by: Actor, now: datetime
) -> int:
    """Take a person's words out of the trail for good; what was done and when stays, and the chains hold.

    `person_id`: of what the person did, the name goes. `known_as`: every name and address of the person; where an
    entry of that agency is about one of them, or holds one among its details, these go. Returns the entries touched.
    """
    touched = 0
    with transaction():
        for entry in list(_about(person_id, known_as, agency_id)):
            names = _words_to_go(entry, person_id, known_as)
            if names:
                gone = {name: WORDS[name] for name in names}
                AuditEntry.update(salts=without(entry, names), **gone).where(AuditEntry.id == entry.id).execute()
                touched += 1
        record("person.erased", by=by, now=now, agency_id=agency_id, entries=touched, person=str(person_id))
    return touched


def _about(person_id: UUID, known_as: Collection[str], agency_id: UUID | None) -> Iterator[AuditEntry]:
    house = AuditEntry.agency_id.is_null() if agency_id is None else AuditEntry.agency_id == agency_id
    named = [AuditEntry.subject.in_(list(known_as)), *(_details_hold(word) for word in known_as if word)]
    yield from AuditEntry.select().where((AuditEntry.actor_id == person_id) | (house & reduce(or_, named)))


def _details_hold(word: str) -> Expression:
    """The condition that the text of the details holds the word, whatever its case: more than what goes."""
    pattern = json.dumps(word, ensure_ascii=False)[1:-1]
    return Expression(AuditEntry.details, OP.ILIKE, Value(f"%{pattern}%", converter=False))


def _words_to_go(entry: AuditEntry, person_id: UUID, known_as: Collection[str]) -> list[str]:
    going = {
        "actor_name": entry.actor_id == person_id and entry.actor_name,
        "subject": entry.subject and entry.subject in known_as,
        "details": _holds(entry.details, known_as),
    }
    return [name for name, goes in going.items() if goes]


def _holds(value: Any, known_as: Collection[str]) -> bool:
    """Whether one of the words stands somewhere in a detail."""
    if isinstance(value, dict):
        return any(_holds(part, known_as) for part in value.values())
    if isinstance(value, list):
        return any(_holds(part, known_as) for part in value)
    return isinstance(value, str) and any(word and word in value for word in known_as)
