"""How entries hang together: what a seal is made of. No database.

A seal is the hash of the seal before it, the entry's ids, and a digest of each of its words. Each digest has a salt
of its own: with the salt gone the word can't be guessed from the digest, and the chain still holds.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

from portal.db import microseconds
from portal.domain.audit.models import AuditEntry

NOBODYS = "installation"
"""The chain of entries that belong to no agency."""

WORDS: dict[str, object] = {"actor_name": "", "subject": "", "details": {}}
"""What can be erased of an entry, and what then stands there."""

_ERASED = "="


def chain_of(agency_id: UUID | None) -> str:
    return str(agency_id) if agency_id else NOBODYS


def agency_of(chain: str) -> UUID | None:
    return None if chain == NOBODYS else UUID(chain)


def new_salts() -> str:
    made = secrets.token_hex(48)
    return f"{made[:32]} {made[32:64]} {made[64:]}"


def seal_of(entry: AuditEntry, number: int, before: str) -> str:
    """The seal of an entry at that place; `before`: the seal of the one before it, "" for none."""
    ids = (entry.id, entry.actor_id, entry.agency_id, entry.client_id, entry.app_id)
    plain = (microseconds(entry.at), entry.action, entry.actor_kind, entry.behalf)
    content = [before, number, *(value.hex if value else None for value in ids), *plain, *digests(entry)]
    return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def digests(entry: AuditEntry) -> list[str]:
    """One of each word, also of those that were erased."""
    parts = _salts(entry)
    return [
        part.removeprefix(_ERASED) if part.startswith(_ERASED) else _digest(part, getattr(entry, name))
        for part, name in zip(parts, WORDS, strict=True)
    ]


def is_sound(entry: AuditEntry) -> bool:
    """Whether nothing stands where a word was erased."""
    parts = _salts(entry)
    return all(
        getattr(entry, name) == WORDS[name] for part, name in zip(parts, WORDS, strict=True) if part.startswith(_ERASED)
    )


def is_erased(entry: AuditEntry) -> bool:
    return _ERASED in (entry.salts or "")


def has_lost(entry: AuditEntry, name: str) -> bool:
    """Whether one of `WORDS` was erased of the entry."""
    return _salts(entry)[list(WORDS).index(name)].startswith(_ERASED)


def without(entry: AuditEntry, names: Collection[str]) -> str:
    """The salts of the entry once these words are erased."""
    parts = _salts(entry)
    kept = zip(parts, WORDS, digests(entry), strict=True)
    return " ".join(_ERASED + digest if name in names else part for part, name, digest in kept)


def _salts(entry: AuditEntry) -> list[str]:
    """One for each word; none where they are not as `new_salts` made them, which no seal outlives."""
    parts = (entry.salts or "").split(" ")
    return parts if len(parts) == len(WORDS) else [""] * len(WORDS)


def _digest(salt: str, word: object) -> str:
    return sha256(json.dumps([salt, word], ensure_ascii=False, sort_keys=True).encode()).hexdigest()
