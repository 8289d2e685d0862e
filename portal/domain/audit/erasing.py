from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from peewee import OP, Expression, Value, fn

from portal.db import transaction
from portal.domain.audit.actions import Actor, record
from portal.domain.audit.chain import WORDS, without
from portal.domain.audit.models import AuditEntry

Emails = frozenset[str]
"""Addresses as they are compared here: case folded."""

_WORDS_BESIDE = {"request": "asked_by", "code": "title"}
"""By what an entry names something that the person began, and what of his then stands beside it."""

_TOLD_BY = {"request": "request.", "code": "support."}
"""How the actions begin that name it."""


def done_by(person_id: UUID, action: str) -> list[AuditEntry]:
    """Every time that the person did it: with `actor_name`, as he was called then, unless that was erased."""
    return list(AuditEntry.select().where((AuditEntry.actor_id == person_id) & (AuditEntry.action == action)))


def erase(
    person_id: UUID,
    emails: Collection[str],
    *,
    his: Mapping[str, Collection[str]] | None = None,
    agency_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> int:
    """Take a person's words out of the trail for good; what was done and when stays, and the chains hold.

    Of what the person did the name goes, and in that agency the addresses, as a subject or as one value of the details.
    `his`: what the person began, by "request" (ids) and "code" (of conversations), whose words go. No name is looked
    for: people choose theirs. What else emptied details held is kept by the entry that tells of it. Returns how many.
    """
    touched, kept = 0, dict[str, Any]()
    folded = frozenset(email.casefold() for email in emails)
    with transaction():
        for entry in list(_about(person_id, emails, his or {}, agency_id)):
            left = _without(entry.details, folded, his or {})
            touched += _take_out(entry, person_id, folded, left)
            kept |= {str(entry.id): left} if left != entry.details else {}
        told = str(person_id)
        record("person.erased", by=by, now=now, agency_id=agency_id, entries=touched, person=told, kept=kept)
    return touched


def _take_out(entry: AuditEntry, person_id: UUID, emails: Emails, left: dict[str, Any]) -> bool:
    """Erase what of the entry has to go; `left`: its details without the person. Whether that was anything."""
    going = {
        "actor_name": entry.actor_id == person_id and entry.actor_name,
        "subject": entry.subject.casefold() in emails,
        "details": left != entry.details,
    }
    names = [name for name, goes in going.items() if goes]
    if names:
        gone = {name: WORDS[name] for name in names}
        AuditEntry.update(salts=without(entry, names), **gone).where(AuditEntry.id == entry.id).execute()
    return bool(names)


def _about(
    person_id: UUID, emails: Collection[str], his: Collection[str], agency_id: UUID | None
) -> Iterator[AuditEntry]:
    """Every entry that may hold a word of the person, and more than these."""
    house = AuditEntry.agency_id.is_null() if agency_id is None else AuditEntry.agency_id == agency_id
    named = fn.LOWER(AuditEntry.subject).in_([email.lower() for email in emails])
    for email in emails:
        pattern = f"%{json.dumps(email, ensure_ascii=False)[1:-1]}%"
        named |= Expression(AuditEntry.details, OP.ILIKE, Value(pattern, converter=False))
    for kind in ("person.erased", *(_TOLD_BY[name] for name in his)):
        named |= AuditEntry.action.startswith(kind)
    yield from AuditEntry.select().where((AuditEntry.actor_id == person_id) | (house & named))


def _without(value: Any, emails: Emails, his: Mapping[str, Collection[str]]) -> Any:
    """The same with every word of the person blank, however deep it stands."""
    if isinstance(value, dict):
        blank = {word for name, word in _WORDS_BESIDE.items() if value.get(name) in his.get(name, ())}
        return {key: "" if key in blank else _without(part, emails, his) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(part, emails, his) for part in value]
    return "" if isinstance(value, str) and value.casefold() in emails else value
