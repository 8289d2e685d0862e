"""The sections of a back office. One entry here drives the menu, the rights form, the access checks and the tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.languages import N_, Text


class SectionState(StrEnum):
    """What the agency made of a section for one client; every section starts offered."""

    OFFERED = "offered"
    HIDDEN = "hidden"
    LOCKED = "locked"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES: dict[SectionState, Text] = {
    SectionState.OFFERED: N_("Offered"),
    SectionState.HIDDEN: N_("Hidden"),
    SectionState.LOCKED: N_("Locked with an offer"),
}


@dataclass(frozen=True)
class Offer:
    """What stands before a locked section. `price` in minor units of the client's currency, None: on request.

    `every_months` None: once.
    """

    text: str
    price: int | None = None
    every_months: int | None = None


@dataclass(frozen=True)
class Box:
    """One checkbox of the rights form. `key` is the section's for access, `section:verb` for more."""

    section: str
    verb: str
    label: str

    @property
    def key(self) -> str:
        return self.section if self.verb == "access" else f"{self.section}:{self.verb}"

    @property
    def is_access(self) -> bool:
        return self.verb == "access"


@dataclass(frozen=True)
class Section:
    """One section: `verbs` beyond access, `ticked` at first for a new contributor, `group` in menu and form.

    `always` is shown to everybody and has no box; `available_at_first` is False where some
    fact about the client must make it available (its card for `statements`). `vendor_branded`
    sections carry the mark of the vendor, on their pages and beside their boxes: no setting removes it.
    """

    key: str
    label: str
    hint: str
    icon: str
    group: str
    verbs: tuple[str, ...] = ()
    ticked: bool = False
    always: bool = False
    available_at_first: bool = True
    vendor_branded: bool = False

    @property
    def boxes(self) -> tuple[Box, ...]:
        if self.always:
            return ()
        return tuple(Box(self.key, verb, _VERBS[verb]) for verb in ("access", *self.verbs))


_VERBS = {"access": N_("Access"), "publish": N_("Publish"), "use": N_("Use")}

GROUPS = {
    "start": N_("Start"),
    "app": N_("In the app"),
    "account": N_("In the account"),
    "settings": N_("Settings"),
    "help": N_("Help"),
}

SECTIONS: tuple[Section, ...] = (
    Section("home", N_("Home"), N_("What can be done, and what happened lately"), "home", "start", always=True),
    Section(
        "menus", N_("Menus"), N_("Dishes, prices and allergens"), "tools-kitchen-2", "app", ("publish",), ticked=True
    ),
    Section("services", N_("Services"), N_("Use, limits and prices"), "gauge", "account", ("use",)),
    Section("statements", N_("Statements"), N_("What the client pays"), "receipt", "account", available_at_first=False),
    Section("team", N_("Team"), N_("Invite people and give the rights one holds"), "users", "settings"),
    Section("settings", N_("App settings"), N_("Name and address of the app"), "settings", "settings"),
    Section(
        "support",
        N_("Direct support"),
        N_("Write to those who run the software"),
        "headset",
        "help",
        available_at_first=False,
        vendor_branded=True,
    ),
    Section(
        "help", N_("Online help"), N_("What can be done, step by step"), "help-circle", "help", vendor_branded=True
    ),
)

BOXES: dict[str, Box] = {box.key: box for section in SECTIONS for box in section.boxes}

_BY_KEY = {section.key: section for section in SECTIONS}

VENDOR_BRANDED = frozenset(box.key for section in SECTIONS if section.vendor_branded for box in section.boxes)
"""The boxes that let somebody see the vendor."""

PRESETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "design": (N_("Design"), ("content", "content:publish", "design", "design:publish")),
    "marketing": (
        N_("Marketing"),
        tuple("content content:publish calendar calendar:publish push push:send statistics audience requests".split()),
    ),
    "restaurant": (N_("Restaurant"), ("menus", "menus:publish", "calendar", "calendar:publish")),
    "everything": (N_("Everything"), tuple(BOXES)),
    "white-label": (N_("Everything white-label"), tuple(key for key in BOXES if key not in VENDOR_BRANDED)),
}
"""Ready-made sets, of sections that are still to come as well: one is shown where it ticks something that exists."""


def section(key: str) -> Section:
    """Raises KeyError for a section that is not in the catalogue."""
    return _BY_KEY[key]


def is_white_label(boxes: Iterable[str]) -> bool:
    """Whether whoever holds these boxes never meets the vendor."""
    return VENDOR_BRANDED.isdisjoint(boxes)


def completed(boxes: Iterable[str], *, changed: str = "") -> list[str]:
    """These boxes with what hangs on them: a verb brings access; access just unticked (`changed`) takes its verbs."""
    wanted = {key for key in boxes if key in BOXES}
    if changed not in wanted:
        wanted = {key for key in wanted if BOXES[key].section != changed}
    wanted |= {BOXES[key].section for key in wanted}
    return [key for key in BOXES if key in wanted]
