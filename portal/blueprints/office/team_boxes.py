"""The boxes that somebody may give: by group of the menu, in ready-made sets, and what of them shows the vendor."""

from __future__ import annotations

from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.rights import GROUPS, PRESETS, SECTIONS, VENDOR_BRANDED, Box, Section
from portal.languages import N_
from portal.languages import gettext as _
from portal.web.brand import name_of
from portal.web.vendor import Vendor, vendor

ALL, WHITE_LABEL = "everything", "white-label"
SHOWS_VENDOR = N_("Sections that show the mark of %(vendor)s")

HIDDEN = N_("%(section)s has no box here: %(agency)s hides it from %(client)s. Ticks are kept.")
OFF = {
    "support": N_(
        "%(section)s has no box here: it is off in the client settings of %(client)s, which %(agency)s can change. "
        "Ticks are kept."
    ),
    "statements": N_(
        "%(section)s has no box here: %(client)s has statements only while its own card pays, which %(agency)s can "
        "choose. Ticks are kept."
    ),
}
"""Why nobody of a client finds a section that hangs on another fact about him."""


def groups_of(member: Member) -> list[tuple[str, list[tuple[Section, list[Box]]]]]:
    """The boxes this person may give, by section, by group of the menu; those that show the vendor come last."""
    mine = rights.grantable_boxes(member)
    found: dict[str, list[tuple[Section, list[Box]]]] = {label: [] for label in (*GROUPS.values(), SHOWS_VENDOR)}
    for section in SECTIONS:
        if boxes := [box for box in mine if box.section == section.key]:
            found[SHOWS_VENDOR if section.vendor_branded else GROUPS[section.group]].append((section, boxes))
    return [(label, sections) for label, sections in found.items() if sections]


def group_around(member: Member, section: Section) -> list[tuple[str, list[tuple[Section, list[Box]]]]]:
    """The same of one section alone."""
    return [("", [(section, [box for box in rights.grantable_boxes(member) if box.section == section.key])])]


def missing_of(member: Member) -> list[str]:
    """Why some boxes are not there, for whoever could give them otherwise: a sentence each."""
    mine = {s.key for s in SECTIONS} if member.contributor is None else rights.held_by(member)
    names = {"client": member.client.name, "agency": name_of(member.agency)}
    return [
        _(HIDDEN if hidden else OFF[key], section=_(section.label), **names)
        for key, hidden in rights.missing_sections(member.client).items()
        for section in [rights.section(key)]
        if key in mine and (hidden or key in OFF) and (not section.vendor_branded or rights.shows_vendor(member))
    ]


def presets_of(member: Member) -> list[tuple[str, str]]:
    """The ready-made sets that tick something this person may give; everything and nothing stand apart.

    The white-label one is for whoever could give more than that.
    """
    offered = {box.key for box in rights.grantable_boxes(member)}
    left_out = {ALL} if offered & VENDOR_BRANDED else {ALL, WHITE_LABEL}
    return [(key, label) for key, (label, keys) in PRESETS.items() if key not in left_out and offered & set(keys)]


def vendor_for(member: Member) -> Vendor | None:
    """The vendor, for a form that holds a box which shows it; nobody else is sent a word of it."""
    return vendor() if rights.shows_vendor(member) else None


def showing_of(member: Member, boxes: set[str] | frozenset[str]) -> list[str]:
    """The names of the sections among these boxes that show the vendor, of those that the form offers."""
    return [_(s.label) for s in rights.grantable(member) if s.vendor_branded and s.key in boxes]
