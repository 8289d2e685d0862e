"""The list of the team as it was asked for: what the address says, a page of people, how many of each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from portal import clock
from portal.blueprints.office import team_boxes, team_rows
from portal.blueprints.office.team_words import STATES as FILTERS
from portal.domain import accounts, invitations, periods, rights
from portal.domain.accounts import Member
from portal.domain.invitations import STATES, State, TeamEntry
from portal.domain.rights import Box, Given, Section
from portal.formatting import listed


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
    owners = [] if asked.search else accounts.owners_of(member.agency)
    counts["active"] += len(owners)
    is_start = asked.only in (None, "active") and found.newer is None
    return {
        "member": member,
        "asked": asked,
        "found": found,
        "filters": [(state, words, counts[state]) for state, words in FILTERS.items() if counts[state]],
        "total": sum(counts.values()),
        "owners": owners if is_start else [],
        "rows_html": team_rows.html_of(
            member, found.entries, (box.key for s in rights.offered_sections(member.client) for box in s.boxes)
        ),
    }


def news_of(member: Member) -> dict[str, Any]:
    """What happened to the invitations of the reader: who accepted one lately, which list is being sent."""
    people = invitations.joined_lately(member, now=clock.now())
    joined = listed([row.person.shown_name for row in people])
    return {"joined": joined, "running": invitations.running_list(member)}


@dataclass(frozen=True)
class Row:
    """What one person holds: of each section its ticked boxes. `more`: and what the reader may not know of."""

    entry: TeamEntry
    cells: list[tuple[Section, list[tuple[Box, Given]]]]
    more: bool

    def alike(self, zone: str) -> Given | None:
        """What may be said once for all his rights: of more than one, given on the same day by the same person."""
        given = [given for _section, boxes in self.cells for _box, given in boxes]
        known = {(periods.local_day(one.at, zone), one.by) for one in given}
        return given[0] if len(given) > 1 and len(known) == 1 else None


def matrix_of(member: Member, asked: Asked, *, most: int = 50) -> dict[str, Any]:
    """A page of those who joined, with every box of theirs that the reader may give, who gave it and when."""
    found = invitations.team_of(
        member, search=asked.search, invited=False, after=asked.after, before=asked.before, most=most, now=clock.now()
    )
    groups = [(group, [section for section, _boxes in pairs]) for group, pairs in team_boxes.groups_of(member)]
    sections = [pair for _group, pairs in team_boxes.groups_of(member) for pair in pairs]
    given = rights.given_to(entry.id for entry in found.entries)
    rows = [
        Row(
            entry,
            [(section, [(box, held[box.key]) for box in boxes if box.key in held]) for section, boxes in sections],
            more=not entry.manageable and not entry.is_self,
        )
        for entry in found.entries
        for held in [given[entry.id]]
    ]
    is_start = not asked.search and found.newer is None
    owners = accounts.owners_of(member.agency) if is_start else []
    shown = {"asked": asked, "found": found, "rows": rows, "owners": owners, "groups": groups}
    return {"member": member, "vendor": team_boxes.vendor_for(member), **shown}


def local_day(member: Member, moment: datetime) -> date:
    """The day on the agency's clock."""
    return periods.local_day(moment, member.agency.timezone)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
