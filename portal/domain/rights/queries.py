from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from portal.db import key_of, rows_of
from portal.domain import periods
from portal.domain.accounts import Contributor, Member
from portal.domain.rights.catalogue import BOXES, SECTIONS, Box, Offer, Section, SectionState
from portal.domain.rights.reading import ticked, written
from portal.domain.rights.states import state_of
from portal.domain.tenants import Client

_BOXES_OF_MANY = "SELECT contributor_id, box FROM contributor_right WHERE contributor_id IN ?ids"


def may(member: Member, box: str) -> bool:
    """May this person do this here? The one question that menu, page, fragment and API ask.

    `member` was admitted already (see `admitted`). For agency staff inside, boxes and
    availability don't count. `box` is a key of the catalogue or "home"; KeyError otherwise.
    """
    if box == "home":
        return True
    section = BOXES[box].section
    if member.contributor is None:
        return True
    return _facts(member.client, section) == OPEN and box in held_by(member)


def locked_offer(member: Member, box: str) -> Offer | None:
    """The offer that this person meets instead of a page that needs the box; None where he meets none.

    Only whoever holds the box meets the offer; staff inside never do.
    """
    if box == "home" or member.contributor is None:
        return None
    client, section = member.client, BOXES[box].section
    if _facts(client, section) != LOCKED or box not in held_by(member):
        return None
    return state_of(client, section).offer


def held_by(member: Member) -> frozenset[str]:
    """The boxes of a contributor inside; while somebody looks through his eyes, only those that both hold."""
    assert member.contributor is not None, "staff hold no boxes"
    held = boxes_of(member.contributor)
    viewer = member.viewer.contributor if member.viewer else None
    return held & boxes_of(viewer) if viewer else held


def admitted(member: Member, *, now: datetime) -> bool:
    """Whether the person may be in this back office at all, at this moment.

    A contributor's membership must live and not be past its end date, client access be on, and
    nothing be suspended. For agency staff only their role counts, and it was asked on entering.
    """
    contributor, client = member.contributor, member.client
    if contributor is None:
        return True
    if contributor.ended_at or member.person.disabled_at:
        return False
    if contributor.ends_on and periods.local_day(now, member.agency.timezone) > contributor.ends_on:
        return False
    suspended = member.agency.suspended_at or client.suspended_at or member.app.suspended_at
    return client.access and not suspended


def boxes_of(contributor: Contributor) -> frozenset[str]:
    """The keys of the boxes ticked for this membership, whatever is available."""
    return frozenset(ticked(contributor.id)).intersection(BOXES)


def is_available(client: Client, section: str) -> bool:
    """Whether the client can have the section at all: what is hidden counts as not available."""
    available, state = _facts(client, section)
    return available and state != SectionState.HIDDEN


def offered_sections(client: Client) -> list[Section]:
    """The sections whose boxes the rights form shows for this client, locked ones too."""
    facts = _all_facts(client)
    return [s for s in SECTIONS if s.boxes and facts[s.key][0] and facts[s.key][1] != SectionState.HIDDEN]


def missing_sections(client: Client) -> dict[str, bool]:
    """The keys of those that nobody of the client finds, and whether the agency hid it: else there is none to show."""
    facts = _all_facts(client)
    hidden = SectionState.HIDDEN
    return {s.key: facts[s.key][0] for s in SECTIONS if s.boxes and (not facts[s.key][0] or facts[s.key][1] == hidden)}


def menu_of(member: Member) -> list[Section]:
    """The sections open to this person, in the catalogue's order; the menu shows the locked ones, too."""
    return [section for section, locked in menu_with_locks(member) if not locked]


def locked_of(member: Member) -> list[Section]:
    """The sections that this person finds in the menu with a lock: each shows its offer."""
    return [section for section, locked in menu_with_locks(member) if locked]


def menu_with_locks(member: Member) -> list[tuple[Section, bool]]:
    """What this person finds in the menu, in the catalogue's order, and what of it is locked."""
    if member.contributor is None:
        return [(section, False) for section in SECTIONS]
    return menu_made_of(member.client, held_by(member))


def menu_made_of(client: Client, boxes: Iterable[str]) -> list[tuple[Section, bool]]:
    """The same for whoever of the client holds these boxes."""
    held, facts = set(boxes), _all_facts(client)
    found = {s.key: OPEN if s.always else facts[s.key] for s in SECTIONS if s.always or s.key in held}
    return [(s, found[s.key] == LOCKED) for s in SECTIONS if found.get(s.key) in (OPEN, LOCKED)]


def first_section(member: Member) -> Section:
    """Where this person lands: the only section he has, else home."""
    own = [(section, locked) for section, locked in menu_with_locks(member) if not section.always]
    return own[0][0] if len(own) == 1 and not own[0][1] else SECTIONS[0]


def grantable(member: Member) -> list[Section]:
    """The sections whose boxes this person may give: all offered ones, for a contributor those he holds."""
    sections = offered_sections(member.client)
    if member.contributor is None:
        return sections
    held = held_by(member)
    return [s for s in sections if s.key in held]


def grantable_boxes(member: Member) -> list[Box]:
    """The boxes this person may give, in order: the offered ones, for a contributor those of them that he holds."""
    held = held_by(member) if member.contributor else BOXES.keys()
    return [box for s in offered_sections(member.client) for box in s.boxes if box.key in held]


def shows_vendor(member: Member) -> bool:
    """Whether this person may meet the mark of the vendor: he holds a box that shows it, or is staff inside."""
    return member.contributor is None or any(section.vendor_branded for section in grantable(member))


def may_manage(member: Member, boxes: Iterable[str], *, contributor: Contributor | None = None) -> bool:
    """Whether this person may change somebody who holds these boxes: not himself, nor one above him.

    The rule of every action on the team; this is for showing only what would be granted.
    """
    if member.contributor is None:
        return True
    if contributor and contributor.id == member.contributor.id:
        return False
    return set(boxes) <= held_by(member)


def boxes_of_many(contributors: Iterable[Contributor]) -> dict[UUID, frozenset[str]]:
    """The ticked boxes of many memberships, by their ids; as they are at this moment, also in `looking()`."""
    ids = {key_of(contributor.id): contributor.id for contributor in contributors}
    found: dict[UUID, set[str]] = {contributor_id: set() for contributor_id in ids.values()}
    for key, box in rows_of(_BOXES_OF_MANY, list(ids)) if ids else ():
        found[ids[key_of(key)]].add(box)
    return {key: frozenset(boxes).intersection(BOXES) for key, boxes in found.items()}


OPEN = (True, SectionState.OFFERED)
"""What makes a section work for whoever holds its box."""
LOCKED = (True, SectionState.LOCKED)
"""What puts the agency's offer before it."""


def _facts(client: Client, section: str) -> tuple[bool, SectionState]:
    """Whether the section is available to the client, and what the agency made of it. KeyError for no section."""
    return _all_facts(client)[section]


def _all_facts(client: Client) -> dict[str, tuple[bool, SectionState]]:
    """The same of every section, and of what a fact was written for before the catalogue knows it."""
    found = {s.key: (s.available_at_first, SectionState.OFFERED) for s in SECTIONS}
    for section, available, state in written(client.id):
        found[section] = (available, SectionState(state))
    return found
