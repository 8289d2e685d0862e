"""Which boxes people hold, since when and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.rights.catalogue import BOXES
from portal.domain.rights.models import Right


@dataclass(frozen=True)
class Given:
    """One ticked box: who gave it (a name) and when."""

    box: str
    by: str
    at: datetime


def given_to(contributors: Iterable[UUID]) -> dict[UUID, dict[str, Given]]:
    """The ticked boxes of many memberships, by their ids and the boxes' keys, whatever is available."""
    found: dict[UUID, dict[str, Given]] = {contributor: {} for contributor in contributors}
    for row in Right.select().where(Right.contributor.in_(list(found))):
        if row.box in BOXES:
            found[row.contributor_id][row.box] = Given(row.box, row.given_by, row.given_at)
    return found
