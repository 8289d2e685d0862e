"""Who may do what: the section catalogue, boxes, staff roles, and the one question `may`."""

from portal.domain.rights.actions import give_boxes, set_available, set_box
from portal.domain.rights.catalogue import BOXES, GROUPS, PRESETS, SECTIONS, Box, Section, section
from portal.domain.rights.queries import (
    admitted,
    boxes_of,
    first_section,
    grantable,
    is_available,
    may,
    menu_of,
    offered_sections,
    people_with,
)
from portal.domain.rights.roles import Permission, staff_may

__all__ = [
    "BOXES",
    "GROUPS",
    "PRESETS",
    "SECTIONS",
    "Box",
    "Permission",
    "Section",
    "admitted",
    "boxes_of",
    "first_section",
    "give_boxes",
    "grantable",
    "is_available",
    "may",
    "menu_of",
    "offered_sections",
    "people_with",
    "section",
    "set_available",
    "set_box",
    "staff_may",
]
