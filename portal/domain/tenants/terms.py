"""Values that hold from a month's start: set once, looked up by period, never rewritten in the past."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.db import Prepared, key_of, locked, rows_of, transaction
from portal.domain import at_hand, periods
from portal.domain.tenants.models import Agency, Client, Operator, Term
from portal.domain.tenants.periods import period_at

FROM_THE_START = "0000-00"

_TERM = """
SELECT value FROM term WHERE owner = ?::uuid AND key = ? AND from_label <= ? ORDER BY from_label DESC LIMIT 1
"""
_TERMS = "SELECT owner, key, from_label, value FROM term WHERE owner IN ?ids ORDER BY from_label DESC"

_OVER = "ON CONFLICT (owner, key, from_label) DO UPDATE SET value = excluded.value, set_at = excluded.set_at"

Owner = Operator | Agency | Client


def term(owner: Owner, key: str, label: str) -> Any:
    """The value in force in the period, or None when none was ever set."""
    kept = at_hand.get("terms", owner.id)
    if kept is not None:
        return next((value for since, value in kept.get(key, ()) if since <= label), None)
    rows = rows_of(_TERM, key_of(owner.id), key, label)
    return _value(rows[0][0]) if rows else None


def keep_terms(owners: Iterable[Owner], *, anew: bool = True) -> None:
    """Read all values of these owners at once, to be at hand (see `at_hand`): `anew` those that are there already."""
    ids = [owner.id for owner in owners if anew or at_hand.get("terms", owner.id) is None]
    found: dict[str, dict[str, list[tuple[str, Any]]]] = {key_of(owner_id): {} for owner_id in ids}
    for part in at_hand.in_parts(list(found)):
        for owner, key, label, value in rows_of(_TERMS, part):
            found[key_of(owner)].setdefault(key, []).append((label, _value(value)))
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
        first = not _known(owner.id.hex, key)
        label = FROM_THE_START if first and from_start else periods.following(present)
        Term(owner=owner.id, key=key, from_label=label, value=value, set_at=now).place(_OVER)
    return label


def terms_from_next(owner: Owner, key: str, label: str) -> Any:
    """The value that will hold in the period after `label`."""
    return term(owner, key, periods.following(label))


def _value(kept: str | None) -> Any:
    return None if kept is None else json.loads(kept)


_known = Prepared(
    lambda owner, key: locked(Term.select(Term.id).where((Term.owner == owner) & (Term.key == key)).limit(1))
)
