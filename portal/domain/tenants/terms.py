"""Values that hold from a month's start: set once, looked up by period, never rewritten in the past."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.db import key_of, locked, rows_of, transaction
from portal.domain import at_hand, periods
from portal.domain.tenants.models import Agency, Client, Operator, Term
from portal.domain.tenants.periods import period_at

FROM_THE_START = "0000-00"

_TERMS = "SELECT owner, key, from_label, value FROM term WHERE owner IN ?ids ORDER BY from_label DESC"

Owner = Operator | Agency | Client


def term(owner: Owner, key: str, label: str) -> Any:
    """The value in force in the period, or None when none was ever set."""
    kept = at_hand.get("terms", owner.id)
    if kept is not None:
        return next((value for since, value in kept.get(key, ()) if since <= label), None)
    row = (
        Term.select(Term.value)
        .where((Term.owner == owner.id) & (Term.key == key) & (Term.from_label <= label))
        .order_by(Term.from_label.desc())
        .first()
    )
    return row.value if row else None


def keep_terms(owners: Iterable[Owner]) -> None:
    """Read all values of these owners at once, to be at hand (see `at_hand`)."""
    ids = [owner.id for owner in owners]
    found: dict[str, dict[str, list[tuple[str, Any]]]] = {key_of(owner_id): {} for owner_id in ids}
    for part in at_hand.in_parts(list(found)):
        for owner, key, label, value in rows_of(_TERMS, part):
            held = None if value is None else json.loads(value)
            found[key_of(owner)].setdefault(key, []).append((label, held))
    for owner_id in ids:
        at_hand.put("terms", owner_id, found[key_of(owner_id)])


def set_term(
    owner: Owner, key: str, value: Any, *, agency: Agency | None, from_start: bool = True, now: datetime
) -> str:
    """Set a value: from the start when it is the first, else from the next period; returns that period's label.

    `agency` gives the calendar (None for the operator's own price list: UTC months). With `from_start`
    False even a first value waits for the next period: something else held before it.
    """
    present = period_at(agency, now).label if agency else periods.label_of(now, "UTC")
    with transaction():
        first = not locked(Term.select().where((Term.owner == owner.id) & (Term.key == key))).exists()
        label = FROM_THE_START if first and from_start else periods.following(present)
        Term.insert(**Term(owner=owner.id, key=key, from_label=label, value=value, set_at=now).__data__).on_conflict(
            conflict_target=[Term.owner, Term.key, Term.from_label],
            preserve=[Term.value, Term.set_at],
        ).execute()
    return label


def terms_from_next(owner: Owner, key: str, label: str) -> Any:
    """The value that will hold in the period after `label`."""
    return term(owner, key, periods.following(label))
