from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import and_, or_
from typing import Any
from uuid import UUID

from portal.domain.audit.kept import with_kept
from portal.domain.audit.models import AuditEntry
from portal.domain.audit.queries import TrailPage, entries_from, page_of

_SEARCHED = (AuditEntry.actor_name, AuditEntry.subject, AuditEntry.behalf)


@dataclass(frozen=True)
class Question:
    """What is asked of one agency's trail; what is left empty is not asked.

    `clients`: those beyond which nothing may be seen, None where everything may; `client_id` is one of them, and
    `actions` what may be seen or is asked for. `until` is the first moment after.
    """

    agency_id: UUID
    actions: Collection[str] | None = None
    clients: Collection[UUID] | None = None
    client_id: UUID | None = None
    app_id: UUID | None = None
    actor_id: UUID | None = None
    actor_kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def search(question: Question, *, before: UUID | None = None, after: UUID | None = None, most: int = 50) -> TrailPage:
    """A page of what fits, newest first; an edge (see `history_of_client`) that does not fit counts as the start."""
    found = page_of(_condition(question), before=before, after=after, most=most)
    return replace(found, entries=list(with_kept(found.entries, question.agency_id)))


def every(question: Question, *, most: int) -> Iterator[AuditEntry]:
    """What fits, newest first, read as it is taken."""
    return with_kept(islice(entries_from(_condition(question), None, upwards=False), most), question.agency_id)


def _condition(asked: Question) -> Any:
    return reduce(and_, [*_house(asked), *_narrowed(asked)])


def _house(asked: Question) -> Iterator[Any]:
    """Whose entries. What was done to many clients at once is one entry of the agency, and one of each client."""
    if asked.client_id is None:
        yield AuditEntry.agency_id == asked.agency_id
    else:
        yield AuditEntry.client_id == asked.client_id
        yield (AuditEntry.agency_id == asked.agency_id) | AuditEntry.agency_id.is_null()
    if asked.clients is not None:
        yield AuditEntry.client_id.in_(list(asked.clients))


def _narrowed(asked: Question) -> Iterator[Any]:
    if asked.actions is not None:
        yield AuditEntry.action.in_(list(asked.actions))
    for field, wanted in (
        (AuditEntry.app_id, asked.app_id),
        (AuditEntry.actor_id, asked.actor_id),
        (AuditEntry.actor_kind, asked.actor_kind or None),
    ):
        if wanted is not None:
            yield field == wanted
    if asked.since is not None:
        yield AuditEntry.at >= asked.since
    if asked.until is not None:
        yield AuditEntry.at < asked.until
    for word in asked.text.split():
        yield reduce(or_, [field.contains(word) for field in _SEARCHED])
