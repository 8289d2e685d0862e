"""A letter to the person whenever something about his sign-in changes, and a line in the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from portal.domain import audit, mail
from portal.domain.accounts import Person
from portal.domain.audit import Actor
from portal.domain.sign_in.people import actor_of, agency_id_of, agency_of

NEWS = frozenset(
    "password_changed password_reset address_wanted address_changed address_taken factor_added factor_removed "
    "codes_made code_used new_browser attacked factor_guessed factors_taken".split()
)
"""What a letter can tell; each has its words in the template."""


def tell(person: Person, what: str, *, to: str = "", once: str = "", now: datetime, **values: Any) -> None:
    """Write to the person (or to his address of before), inside the transaction of the change; the same `once` once."""
    assert what in NEWS, what
    agency = agency_of(person)
    mail.post(
        "sign_in_news",
        to=to or person.email,
        name=person.name,
        language=person.language,
        agency_id=person.agency_id,
        key=f"{person.id.hex}:{what}:{once or uuid4().hex[:16]}",
        now=now,
        what=what,
        at=now.isoformat(),
        zone=agency.timezone if agency else "UTC",
        path="/account/security",
        values={"name": "", "browser": "", "address": "", **values},
    )


def write_down(action: str, person: Person, *, by: Actor | None = None, now: datetime, **details: Any) -> None:
    """One line in the trail of the person's agency."""
    audit.record(
        action, by=by or actor_of(person), now=now, agency_id=agency_id_of(person), subject=person.email, **details
    )
