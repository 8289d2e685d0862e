"""Whom somebody asks for what is not open to him, and how he is told."""

from __future__ import annotations

from portal.audit_words import box_in_words
from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.errors import Forbidden
from portal.domain.rights import BOXES
from portal.formatting import listed
from portal.languages import gettext
from portal.web.brand import name_of


def askable(member: Member) -> str:
    """Who could give this person more: whoever else manages the team, and the agency."""
    own = member.contributor and member.contributor.id
    people = [row.person.shown_name for row in rights.people_with([member.app], "team") if row.id != own]
    return listed([*people[:2], name_of(member.agency)])


def refusal_of(member: Member, box: str) -> Forbidden:
    """What to raise where a contributor may not: it names the right, but none of a section that shows the vendor
    to whoever may not know of it.
    """
    section = rights.section(BOXES[box].section)
    if section.vendor_branded and not rights.shows_vendor(member):
        return Forbidden("box_missing")
    if box in rights.held_by(member):
        agency, client = name_of(member.agency), member.client.name
        return Forbidden("section_closed", section=gettext(section.label), client=client, agency=agency)
    return Forbidden("right_missing", right=box_in_words(box), people=askable(member))
