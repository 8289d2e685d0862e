"""What an entry of the trail holds beside its sentence: fields from old to new, and the rest by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal import audit_words
from portal.blueprints.agency.field_words import in_order, label_of, said_of
from portal.domain import settings
from portal.domain.audit import AuditEntry
from portal.formatting import listed, month
from portal.languages import N_, Text
from portal.languages import gettext as _

_SAID = re.compile(r"%\((\w+)\)s")
_OF_A_DISH: dict[str, Text] = {
    "name": N_("Name"),
    "description": N_("Description"),
    "price": N_("Price"),
    "allergens": N_("Allergens"),
}
_OF_A_SENDER: dict[str, Text] = {
    "host": N_("Server"),
    "port": N_("Port"),
    "security": N_("Encryption"),
    "username": N_("User name"),
    "password": N_("Password"),
    "from_address": N_("Sender address"),
    "selector": N_("DKIM selector"),
}
_REST: dict[str, Text] = {
    "boxes": N_("Rights"),
    "scopes": N_("Scopes"),
    "events": N_("Events"),
    "role": N_("Role"),
    "created": N_("Added"),
    "left_out": N_("Not added"),
    "changed": N_("Changed"),
    "skipped": N_("Skipped"),
    "reason": N_("Reason"),
}
"""Details with words of their own; what is not here is for the portal alone."""


@dataclass(frozen=True)
class Line:
    """One thing that an entry holds: `old` is None where there is only a value."""

    label: str
    old: str | None
    new: str
    since: str = ""


def lines_of(entry: AuditEntry, currency: str) -> Iterator[Line]:
    """Everything beside the sentence; `currency`: the client's, or the agency's."""
    words = audit_words.words_of(entry, currency)
    told = set(_SAID.findall(words.said))
    if not told & {"old", "new", "changes", "offer"}:
        yield from _changes(entry, currency)
    for name, label in _REST.items():
        value = entry.details.get(name)
        if name not in told and value not in (None, "", []):
            yield Line(_(label), None, _rest(entry.action, name, value))


def _rest(action: str, name: str, value: Any) -> str:
    if action == "sender.saved" and name == "changed":
        return listed([_(_OF_A_SENDER[field]) if field in _OF_A_SENDER else field for field in value])
    return audit_words.in_words(name, value)


def _changes(entry: AuditEntry, currency: str) -> Iterator[Line]:
    changes, later = entry.details.get("changes"), entry.details.get("from", {})
    if not isinstance(changes, dict):
        return
    for name in in_order(changes):
        old, new = (_said(entry.action, name, value, currency) for value in changes[name])
        since = _("from %(month)s on", month=month(later[name])) if name in later else ""
        yield Line(_label(entry.action, name), old, new, since)


def _label(action: str, name: str) -> str:
    if action.startswith("menu.") and name in _OF_A_DISH:
        return _(_OF_A_DISH[name])
    if name == "alert_at":
        return _("Alerts")
    if (listed := _listed(name)) is not None:
        service, currency = listed
        return f"{label_of(f'{service}.price')} ({currency})"
    return label_of(name)


def _said(action: str, name: str, value: Any, currency: str) -> str:
    if (listed := _listed(name)) is not None:
        return said_of("licence_price", value, listed[1])
    if action.startswith("menu.") and name == "allergens" and value:
        return audit_words.in_words(name, value)
    return said_of(name if "." in name or name != "price" else "licence_price", value, currency)


def _listed(name: str) -> tuple[str, str] | None:
    """Service and currency of a field of the price list, `litmus_test.BRL.price`."""
    parts = name.split(".")
    known = len(parts) == 3 and settings.find_service(parts[0]) is not None
    return (parts[0], parts[1]) if known else None
