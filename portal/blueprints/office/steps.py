"""The trail of one back office as sentences, each shown only to whoever may see the section it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from portal import audit_words
from portal.audit_words import box_in_words
from portal.domain import audit, rights
from portal.domain.accounts import Member
from portal.languages import N_, Text, gettext
from portal.web.brand import name_of

__all__ = ["Step", "box_in_words", "steps_of"]

MOST_READ = 200
_DESK: dict[str, Text] = {
    "support.answered": N_("%(who)s answered: %(title)s (%(code)s)"),
    "support.closed": N_("%(who)s closed the conversation: %(title)s (%(code)s)"),
}
"""What the operator did in a conversation: who that is, and by which means, is nothing to a client."""


@dataclass(frozen=True)
class Step:
    """A sentence in which the doer stands out, and its moment."""

    icon: str
    said: Markup
    at: datetime


def steps_of(member: Member, *, most: int = 6) -> list[Step]:
    """What was done lately in the sections that this person has, newest first."""
    own = {section.key for section in rights.menu_of(member)}
    currency = member.client.currency
    found = []
    for entry in audit.recent_of_app(member.app.id, MOST_READ):
        words = audit_words.words_of(entry, currency)
        if words.section in own and _boxes(entry) & rights.VENDOR_BRANDED <= own:
            said = audit_words.marked(entry, _who(entry, member), currency=currency, said=_of_desk(entry))
            found.append(Step(words.icon, said, entry.at))
    return found[:most]


def _boxes(entry: Any) -> set[str]:
    """The boxes that the entry names: those that show the vendor are told to nobody else."""
    return {entry.details.get("box", ""), *entry.details.get("boxes", [])}


def _of_desk(entry: Any) -> Text | None:
    return _DESK.get(entry.action) if entry.actor_kind == "operator" else None


def _who(entry: Any, member: Member) -> str:
    if entry.actor_kind == "staff" and entry.behalf:
        return gettext("%(person)s of %(agency)s", person=entry.actor_name, agency=name_of(member.agency))
    return gettext("Direct support") if _of_desk(entry) else audit_words.who(entry)
