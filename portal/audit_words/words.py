"""What an action is called: its icon, what it is about, its sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.languages import N_, Text


class Entry(Protocol):
    """One entry of the trail."""

    at: datetime
    action: str
    actor_name: str
    actor_kind: str
    behalf: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Words:
    """How one action is told.

    `said` may use %(who)s, %(what)s (the subject) and whatever `details` of the entry holds, by name: a box, role,
    section, day and list are put in words. `more` gives values that need more than that, from entry and currency.
    `about`: a key of ABOUT, by which the Activity page filters. `section`: the section of the back office whose
    people read of it there, too; "" for none.
    """

    icon: str
    about: str
    said: Text
    section: str = ""
    more: Callable[[Entry, str], dict[str, str]] | None = None


ABOUT = {
    "team": N_("People and rights"),
    "staff": N_("Agency staff"),
    "sign_in": N_("Sign-in and security"),
    "clients": N_("Clients and apps"),
    "settings": N_("Client Settings"),
    "money": N_("Prices and statements"),
    "content": N_("Work in the back office"),
    "requests": N_("Requests"),
    "machines": N_("API and webhooks"),
    "agency": N_("The agency"),
}
