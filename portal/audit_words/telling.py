"""An entry of the trail as a sentence, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from markupsafe import Markup

from portal.audit_words.table import WORDS
from portal.audit_words.words import Entry, Words
from portal.domain import rights
from portal.domain.accounts import Role
from portal.domain.rights import BOXES, SECTIONS
from portal.formatting import day, listed
from portal.languages import N_, Text, gettext, ngettext

E = TypeVar("E", bound=Entry)

_MACHINES: dict[str, Text] = {"Portal": N_("The portal"), "Command line": N_("The command line")}
_OF_ONE = attrgetter("actor_kind", "actor_id", "actor_name", "behalf", "client_id", "app_id")
_TOGETHER: dict[str, Callable[[Any], object]] = {
    "statement.issued": lambda _entry: (),
    "invitation.sent": lambda entry: (_OF_ONE(entry), entry.details.get("boxes")),
}
"""What is one piece of news when it happens in a row on one day, and what of it has to be the same."""
_OTHER = Words("history", "agency", N_("%(who)s: %(what)s"))
_NAMED = re.compile(r"%\((\w+)\)s")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNKNOWN = "–"


def sentence(entry: Entry, times: int = 1, *, currency: str = "", beside: str = "", called: str = "") -> str:
    """One entry as a sentence, without its date; `times` as `grouped` counted it.

    `currency` is that of the client it is about, for amounts; `beside`: on whose behalf stands beside it already;
    `called`: the name of who has the address it is about.
    """
    if times > 1 and entry.action == "statement.issued":
        return ngettext("%(num)s statement was issued", "%(num)s statements were issued", times)
    if times > 1:
        said = ngettext("%(who)s invited %(num)s person", "%(who)s invited %(num)s people", times, who=who(entry))
    else:
        said = _said(entry, who(entry), currency, called=called)
    known = {"", beside, entry.subject if entry.action == "session.entered" else ""}
    if entry.behalf not in known:
        return gettext("%(said)s, on behalf of %(behalf)s", said=said, behalf=entry.behalf)
    return said


def marked(entry: Entry, name: str, *, currency: str = "", said: Text | None = None) -> Markup:
    """The same for who reads it inside: the doer, called `name`, stands out; no word on whose behalf.

    `said` is the sentence where readers inside have one of their own.
    """
    doer = Markup('<b class="strong">{}</b>').format(name)
    return Markup(_said(entry, doer, currency, said))  # nosec B704 (see _said)


def grouped(entries: Sequence[E]) -> list[tuple[E, int]]:
    """Entries with how often the same happened in a row on one day: a month's statements are one piece of news.

    Who accepts an invitation joins with it: that is one piece of news, too.
    """
    accepted = {(entry.subject, entry.at) for entry in entries if entry.action == "invitation.accepted"}
    told = [e for e in entries if e.action != "contributor.added" or (e.subject, e.at) not in accepted]
    return [(run[0], len(run)) for run in runs(told)]


def runs(entries: Sequence[E], *, of: Collection[str] = tuple(_TOGETHER)) -> list[list[E]]:
    """Every entry, those of these actions with what happened along with them: a list of people invited is one run."""
    return [
        list(run) for _, run in groupby(entries, key=lambda entry: _news(entry) if entry.action in of else id(entry))
    ]


def _news(entry: Entry) -> object:
    """What is the same of entries that are one piece of news."""
    return entry.action, entry.at.date(), _TOGETHER[entry.action](entry)


def icon(entry: Entry) -> str:
    return words_of(entry).icon


def words_of(entry: Entry, currency: str = "") -> Words:
    """How the entry is told; some actions are told in more than one way."""
    key, details = entry.action, entry.details
    changes = details.get("changes", {})
    if key == "menu.dish_changed" and currency and set(changes) == {"price"}:
        key = "menu.dish_priced"
    if key == "contributor.limited" and not details.get("new"):
        key = "contributor.unlimited"
    if key == "section.offer_changed" and changes.get("text", [""])[0] is None:
        key = "section.offer_made"
    if key == "staff.role_changed" and details.get("because") == "ownership":
        key = "staff.role_followed"
    return WORDS.get(key, _OTHER)


def who(entry: Entry) -> str:
    """Whose doing it was, by name, unless that was erased."""
    if entry.actor_kind == "system":
        return gettext("The portal")
    return named(entry.actor_name) if entry.actor_name else gettext("Somebody whose name was erased")


def subject(entry: Entry, called: str = "") -> str:
    """What or whom it is about; an address with the name of who has it."""
    return f"{called} ({entry.subject})" if called else entry.subject or _UNKNOWN


def named(name: str) -> str:
    """A doer's name as it was kept; what is no person has it in the reader's language."""
    return gettext(_MACHINES[name]) if name in _MACHINES else name


def box_in_words(key: str) -> str:
    """`Menus: Publish`; a box that is no longer in the catalogue by its key."""
    box = BOXES.get(key)
    if box is None:
        return key
    section = gettext(rights.section(box.section).label)
    return section if box.is_access else f"{section}: {gettext(box.label)}"


def boxes_in_words(keys: Iterable[str]) -> list[str]:
    """A part for each section: `Menus` for its access alone, `Menus (Publish)` with more, `Menus: Publish` without."""
    wanted, parts = set(keys), []
    for section in SECTIONS:
        held = [box for box in section.boxes if box.key in wanted]
        more = ", ".join(gettext(box.label) for box in held if not box.is_access)
        if held:
            label = gettext(section.label)
            with_access = f"{label} ({more})" if more else label
            parts.append(with_access if held[0].is_access else f"{label}: {more}")
    return parts + sorted(wanted - BOXES.keys())


def _said(entry: Entry, name: str, currency: str, own: Text | None = None, *, called: str = "") -> str:
    """The sentence filled in. Where `name` is markup every other value is escaped."""
    words = words_of(entry, currency)
    what = subject(entry, called)
    given = {"who": name, "what": what, **(words.more(entry, currency) if words.more else {})}
    told = own or words.said
    for wanted in _NAMED.findall(told):
        if wanted not in given:
            given[wanted] = in_words(wanted, entry.details.get(wanted))
    said = gettext(told)
    return Markup(said) % given if isinstance(name, Markup) else said % given  # nosec B704


def in_words(name: str, value: Any) -> str:
    """A detail of an entry as people say it."""
    if value in (None, "", []):
        return _UNKNOWN
    if name == "boxes" and isinstance(value, list):
        return listed(boxes_in_words(value))
    if isinstance(value, list):
        return listed([in_words(name, item) for item in value])
    if name in ("box", "boxes"):
        return box_in_words(str(value))
    if name in ("role", "old_role", "new_role"):
        return str(Role(value).label) if value in set(Role) else str(value)
    if name == "section":
        return _section(str(value))
    return _day(value)


def _day(value: Any) -> str:
    """A day as days are written; whatever only looks like one, for people typed it, as it is."""
    try:
        return day(date.fromisoformat(value)) if isinstance(value, str) and _DAY.fullmatch(value) else str(value)
    except ValueError:
        return str(value)


def _section(key: str) -> str:
    try:
        return gettext(rights.section(key).label)
    except KeyError:
        return key
