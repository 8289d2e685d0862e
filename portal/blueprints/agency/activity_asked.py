"""What of the activity is asked for, by the address of the page, and what this person may see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from portal.audit_words import ABOUT, WORDS
from portal.domain import accounts, periods, rights, tenants
from portal.domain.accounts import Role, Staff
from portal.domain.audit import Question
from portal.domain.errors import NotFound
from portal.domain.rights import Permission
from portal.domain.tenants import Client
from portal.languages import N_, Text

LONGEST_SEARCH = 100
MOST_CLIENTS = 200
"""Beyond so many nobody chooses from a list: the name of a client beside an entry leads to all of its entries."""

KINDS: dict[str, Text] = {
    "staff": N_("The agency's staff"),
    "contributor": N_("People of the clients"),
    "machine": N_("The API"),
    "system": N_("The portal"),
    "operator": N_("The operator"),
}
_NOT_FOR_BILLING = {"staff", "sign_in", "machines", "agency"}


@dataclass(frozen=True)
class Asked:
    """Anything odd in the address counts as not asked, a client or app of others too. `who`: a kind, or a person."""

    staff: Staff
    text: str
    about: str
    who: str
    client: Client | None
    app: UUID | None
    since: date | None
    until: date | None

    @classmethod
    def read(cls, staff: Staff, arguments: Mapping[str, str]) -> Asked:
        about, who = arguments.get("about", ""), arguments.get("who", "")
        client = _client(staff, arguments.get("client", ""))
        app = _uuid(arguments.get("app", ""))
        return cls(
            staff,
            " ".join(arguments.get("text", "").replace("\x00", "").split())[:LONGEST_SEARCH],
            about if about in ABOUT else "",
            who if who in KINDS or _uuid(who) else "",
            client,
            app if client and app in {row.id for row in tenants.apps_of_client(client)} else None,
            _day(arguments.get("since", "")),
            _day(arguments.get("until", "")),
        )

    @property
    def is_narrow(self) -> bool:
        return any(self.link.values())

    @cached_property
    def link(self) -> dict[str, str | None]:
        """The same question as an address."""
        return {
            "text": self.text or None,
            "about": self.about or None,
            "who": self.who or None,
            "client": str(self.client.id) if self.client else None,
            "app": str(self.app) if self.app else None,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }

    @cached_property
    def question(self) -> Question:
        """Within what this person may see: a manager his clients, billing what its pages show it anyway."""
        person = _uuid(self.who)
        return Question(
            self.staff.agency.id,
            actions=_actions(self.staff.role, self.about),
            clients=accounts.ids_of_clients(self.staff) if self.staff.role == Role.MANAGER else None,
            client_id=self.client.id if self.client else None,
            app_id=self.app,
            actor_id=person,
            actor_kind="" if person else self.who,
            since=self._begins(self.since) if self.since else None,
            until=periods.end_of_day(self.until, self.staff.agency.timezone) if self.until else None,
            text=self.text,
        )

    def choices(self) -> dict[str, Any]:
        """What the fields offer: `(value, words)` for each."""
        return {
            "abouts": [(key, words) for key, words in ABOUT.items() if _actions(self.staff.role, key)],
            "people": self._people(),
            "clients": self._clients(),
            "apps": tenants.apps_of_client(self.client) if self.client else [],
        }

    def _people(self) -> list[tuple[str, str]]:
        """Kinds, and by name whoever this person may know of the staff."""
        kinds = [(kind, str(words)) for kind, words in KINDS.items()]
        if not rights.staff_may(self.staff.role, Permission.STAFF):
            return kinds
        staff = [(str(row.person.id), row.person.shown_name) for row in accounts.staff_of(self.staff.agency)]
        return kinds + sorted(staff, key=lambda row: row[1].casefold())

    def _clients(self) -> list[Client]:
        if accounts.all_ids(self.staff, most=MOST_CLIENTS) is None:
            return [self.client] if self.client else []
        return accounts.clients_of_staff(self.staff)

    def _begins(self, day: date) -> datetime:
        return periods.end_of_day(day - timedelta(days=1), self.staff.agency.timezone)


def _actions(role: Role, about: str) -> list[str] | None:
    """The actions of one kind, or of all; None for whoever sees everything and asks for it."""
    if role != Role.BILLING and not about:
        return None
    hidden = _NOT_FOR_BILLING if role == Role.BILLING else set()
    return [key for key, words in WORDS.items() if words.about not in hidden and about in ("", words.about)]


def _client(staff: Staff, text: str) -> Client | None:
    client_id = _uuid(text)
    try:
        return accounts.client_of(staff, client_id) if client_id else None
    except NotFound:
        return None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found < date(2200, 1, 1) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
