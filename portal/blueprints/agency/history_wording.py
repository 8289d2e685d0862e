"""What was changed of a client, in sentences: which entries a filter asks for, and what each says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal import audit_words
from portal.blueprints.agency.field_words import in_order, label_of, said_of
from portal.domain import periods
from portal.domain.audit import AuditEntry, Change
from portal.domain.tenants import Client
from portal.formatting import day, day_month, month
from portal.languages import N_
from portal.languages import gettext as _

SAVED, CHANGED = "settings.saved", "client.changed"
_LIMITS = {"enabled", "limit", "at_limit", "ceiling", "alert_at"}
_ACCESS = {"client.access_allowed", "client.access_withdrawn", "client.suspended", "client.resumed"}
_SECTIONS = {"section.state_changed", "section.offer_changed"}
_APP_PAUSES = {"app.suspended", "app.resumed"}
_APPS = {"app.created", "app.renamed", *_APP_PAUSES}
_CLIENT = {"client.added", CHANGED}

ACTIONS = frozenset({SAVED, *_ACCESS, *_SECTIONS, *_APPS, *_CLIENT})
"""What counts as the history of a client: its settings, who may in and where, its apps; not what people do inside."""

GROUPS = {
    "": N_("Everything"),
    "limits": N_("Services and limits"),
    "prices": N_("Prices"),
    "payment": N_("Payment options"),
    "switches": N_("Direct support and Sales Optimizer"),
    "access": N_("Access and suspension"),
    "apps": N_("Apps"),
    "client": N_("Client details"),
}
_ACTIONS_OF = {"access": _ACCESS | _SECTIONS | _APP_PAUSES, "apps": _APPS, "client": _CLIENT}


@dataclass(frozen=True)
class Asked:
    """A filter: one group, or one field by its name in the form; both empty: everything."""

    group: str = ""
    field: str = ""

    @property
    def actions(self) -> frozenset[str]:
        """The actions among which to look."""
        if self.field:
            return frozenset({SAVED, CHANGED})
        return frozenset(_ACTIONS_OF.get(self.group) or ({SAVED} if self.group else ACTIONS))

    def fits(self, entry: AuditEntry) -> bool:
        if entry.action == SAVED or self.field:
            return any(self.takes(name) for name in entry.details.get("changes", {}))
        return True

    def takes(self, name: str) -> bool:
        """Whether a changed field belongs to what was asked for."""
        return name == self.field if self.field else self.group in ("", group_of(name)) or not is_setting(name)


def is_setting(name: str) -> bool:
    return name not in ("name", "email", "address", "language")


def group_of(name: str) -> str:
    """The group of a field of Client Settings."""
    field = name.rpartition(".")[2]
    if field in _LIMITS:
        return "limits"
    if field in ("price", "licence_price"):
        return "prices"
    return "payment" if field == "payment_option" else "switches"


@dataclass(frozen=True)
class Line:
    """One field of one entry: what it is called, from what to what, and since when where it had to wait."""

    name: str
    label: str
    old: str
    new: str
    since: str


def lines_of(entry: AuditEntry, asked: Asked, client: Client) -> Iterator[Line]:
    """What the entry changed of what was asked for."""
    later = entry.details.get("from", {})
    changes = entry.details.get("changes", {}) if entry.action in (SAVED, CHANGED) else {}
    for name in in_order(filter(asked.takes, changes)):
        old, new = (said_of(name, value, client.currency) for value in changes[name])
        since = _("from %(month)s on", month=month(later[name])) if name in later else ""
        yield Line(name, label_of(name), old, new, since)


def last_of(name: str, change: Change, client: Client, today: date) -> str:
    """The latest change of a field in a line: `5 tests → 10 tests, Ana, 3 June`."""
    on = periods.local_day(change.entry.at, client.agency.timezone)
    return _(
        "%(old)s → %(new)s, %(who)s, %(day)s",
        old=said_of(name, change.old, client.currency),
        new=said_of(name, change.new, client.currency),
        who=audit_words.who(change.entry),
        day=day_month(on) if on.year == today.year else day(on),
    )


def kind_of(entry: AuditEntry) -> str:
    """From where it came, where that is not this client's form at the dashboard."""
    if entry.details.get("bulk"):
        return _("together with other clients")
    return {"contributor": _("in the back office"), "machine": _("through the API")}.get(entry.actor_kind, "")
