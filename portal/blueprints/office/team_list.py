"""The list of the team as it was asked for: what the address says, a page of people, how many of each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from portal import clock
from portal.blueprints.office.steps import box_in_words
from portal.domain import accounts, invitations
from portal.domain.accounts import Member
from portal.domain.invitations import STATES, State
from portal.formatting import listed
from portal.languages import N_, Text

FILTERS: dict[State, Text] = {
    "active": N_("Active"),
    "ends_soon": N_("Ends soon"),
    "ended": N_("Ended"),
    "pending": N_("Invited"),
    "expired": N_("Expired"),
}


@dataclass(frozen=True)
class Asked:
    """Which people to show: those that `search` finds, in the state `only`, from an edge on."""

    search: str
    only: State | None
    after: UUID | None
    before: UUID | None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From an address; what makes no sense counts as not asked."""
        only = next((state for state in STATES if state == query.get("only")), None)
        search = query.get("q", "").replace("\x00", "")[:200]
        return cls(search, only, _uuid(query.get("after", "")), _uuid(query.get("before", "")))


def list_of(member: Member, asked: Asked) -> dict[str, Any]:
    """The page of the list, with the owners on the first one."""
    now = clock.now()
    counts = invitations.count_team(member, search=asked.search, now=now)
    found = invitations.team_of(
        member, search=asked.search, only=asked.only, after=asked.after, before=asked.before, now=now
    )
    is_start = not asked.search and asked.only in (None, "active") and found.newer is None
    return {
        "member": member,
        "asked": asked,
        "found": found,
        "filters": [(state, words, counts[state]) for state, words in FILTERS.items() if counts[state]],
        "total": sum(counts.values()),
        "owners": accounts.owners_of(member.agency) if is_start else [],
        "words": box_in_words,
    }


def news_of(member: Member) -> dict[str, Any]:
    """What happened to the invitations of the reader: who accepted one lately, which list is being sent."""
    people = invitations.joined_lately(member, now=clock.now())
    joined = listed([row.person.shown_name for row in people])
    return {"joined": joined, "running": invitations.running_list(member)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
