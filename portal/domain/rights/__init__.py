"""Who may do what: the section catalogue, boxes, staff roles, and the one question `may`."""

from portal.domain.rights.actions import give_boxes, guard, set_available, set_box, stay
from portal.domain.rights.catalogue import BOXES, GROUPS, PRESETS, SECTIONS, Box, Section, completed, section
from portal.domain.rights.queries import (
    admitted,
    boxes_of,
    boxes_of_many,
    first_section,
    grantable,
    grantable_boxes,
    is_available,
    may,
    may_manage,
    menu_of,
    offered_sections,
    people_with,
    readers_of,
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
    "boxes_of_many",
    "completed",
    "first_section",
    "give_boxes",
    "grantable",
    "grantable_boxes",
    "guard",
    "is_available",
    "may",
    "may_manage",
    "menu_of",
    "offered_sections",
    "people_with",
    "readers_of",
    "section",
    "set_available",
    "set_box",
    "staff_may",
    "stay",
]
