"""The trail of one back office as sentences, each shown only to whoever may see the section it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain import audit, rights
from portal.domain.accounts import Member
from portal.domain.rights import BOXES
from portal.formatting import day, money
from portal.languages import N_, Text, gettext

MOST_READ = 200


@dataclass(frozen=True)
class Step:
    """`who` did `what`, at a moment."""

    icon: str
    who: str
    what: str
    at: datetime


SENTENCES: dict[str, tuple[str, str, Text]] = {
    "menu.category_added": ("menus", "plus", N_("added the category %(subject)s")),
    "menu.category_renamed": ("menus", "pencil", N_("renamed the category %(old)s to %(new)s")),
    "menu.category_removed": ("menus", "trash", N_("took the category %(subject)s out of the menu")),
    "menu.category_restored": ("menus", "refresh", N_("put the category %(subject)s back on the menu")),
    "menu.categories_ordered": ("menus", "arrow-down", N_("put the categories in order")),
    "menu.dish_added": ("menus", "plus", N_("added %(subject)s")),
    "menu.dish_changed": ("menus", "pencil", N_("changed %(subject)s")),
    "menu.dish_priced": ("menus", "tag", N_("changed the price of %(subject)s from %(old)s to %(new)s")),
    "menu.dish_removed": ("menus", "trash", N_("took %(subject)s out of the menu")),
    "menu.dish_restored": ("menus", "refresh", N_("put %(subject)s back on the menu")),
    "menu.dish_sold_out": ("menus", "circle-x", N_("marked %(subject)s as sold out")),
    "menu.dish_available": ("menus", "circle-check", N_("marked %(subject)s as on sale again")),
    "menu.dishes_ordered": ("menus", "arrow-down", N_("put the dishes of %(subject)s in order")),
    "menu.published": ("menus", "circle-check", N_("published the menu")),
    "invitation.sent": ("team", "send", N_("invited %(subject)s")),
    "invitation.resent": ("team", "send", N_("invited %(subject)s again")),
    "invitation.revoked": ("team", "user-x", N_("took back the invitation of %(subject)s")),
    "invitation.accepted": ("team", "user-check", N_("joined the team")),
    "contributor.removed": ("team", "user-x", N_("removed %(subject)s from the team")),
    "contributor.limited": ("team", "calendar-event", N_("set the access of %(subject)s to end on %(new)s")),
    "contributor.unlimited": ("team", "calendar-event", N_("gave %(subject)s access without an end")),
    "right.granted": ("team", "user-check", N_("gave %(subject)s the right %(box)s")),
    "right.withdrawn": ("team", "user-x", N_("took from %(subject)s the right %(box)s")),
    "service.opened": ("services", "external-link", N_("opened %(subject)s")),
    "app.renamed": ("settings", "settings", N_("named the app %(subject)s")),
}
"""Each action with the section it belongs to, its icon and its sentence, said after the name of who did it."""


def steps_of(member: Member, *, most: int = 6) -> list[Step]:
    """What was done lately in the sections that this person has, newest first."""
    own = {section.key for section in rights.menu_of(member)}
    found = []
    for entry in audit.recent_of_app(member.app.id, MOST_READ):
        icon_and_words = SENTENCES.get(_kind(entry))
        if icon_and_words and icon_and_words[0] in own:
            _section, icon, words = icon_and_words
            found.append(Step(icon, _who(entry, member), gettext(words, **_values(entry, member)), entry.at))
    return found[:most]


def _kind(entry: Any) -> str:
    """Some actions are told in more than one way."""
    if entry.action == "menu.dish_changed" and set(entry.details.get("changes", {})) == {"price"}:
        return "menu.dish_priced"
    if entry.action == "contributor.limited" and not entry.details.get("new"):
        return "contributor.unlimited"
    return str(entry.action)


def _who(entry: Any, member: Member) -> str:
    if entry.actor_kind == "staff" and entry.behalf:
        return gettext("%(person)s of %(agency)s", person=entry.actor_name, agency=member.agency.name)
    return str(entry.actor_name)


def _values(entry: Any, member: Member) -> dict[str, str]:
    details = entry.details
    old, new = details.get("old") or "", details.get("new") or ""
    if _kind(entry) == "menu.dish_priced":
        old, new = (money(price, member.client.currency) for price in details["changes"]["price"])
    elif entry.action == "contributor.limited" and new:
        new = day(date.fromisoformat(new))
    return {"subject": entry.subject, "old": old, "new": new, "box": box_in_words(details.get("box", ""))}


def box_in_words(key: str) -> str:
    """`Menus: Publish`; a box that is no longer in the catalogue by its key."""
    box = BOXES.get(key)
    if box is None:
        return key
    section = gettext(rights.section(box.section).label)
    return section if box.is_access else f"{section}: {gettext(box.label)}"
