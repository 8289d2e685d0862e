"""What the pages of a change of many clients show: who can be chosen, what would change, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal, get_currency_precision

from portal.blueprints.agency import field_words, package_list, wording
from portal.domain import accounts, settings, tenants
from portal.domain.accounts import Staff
from portal.domain.settings import BulkChange, BulkItem, PaymentOption
from portal.formatting import month_name
from portal.languages import N_, locale
from portal.languages import gettext as _
from portal.web.messages import said

LONGEST_SEARCH = 100
UNDER_WAY = ("preparing", "running")
CHIPS = {
    "ready": N_("Will change"),
    "done": N_("Changed"),
    "same": N_("Stay as they are"),
    "refused": N_("Can't take it"),
    "skipped": N_("Left out"),
}
STATES = {
    "choosing": (N_("Being prepared"), "", "pencil"),
    "preparing": (N_("Being prepared"), "", "clock"),
    "ready": (N_("Waits for you"), "warn", "eye"),
    "running": (N_("Under way"), "info", "clock"),
    "done": (N_("Done"), "ok", "check"),
}


@dataclass(frozen=True)
class Asked:
    """Which clients are looked for; anything odd in the address counts as not asked."""

    q: str = ""
    package: str = ""
    payment: str = ""
    currency: str = ""
    after: UUID | None = None
    before: UUID | None = None

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Asked:
        plain = {name: values.get(name, "").replace("\x00", "") for name in ("q", "package", "payment", "currency")}
        plain["q"] = " ".join(plain["q"].split())[:LONGEST_SEARCH]
        plain["payment"] = plain["payment"] if plain["payment"] in set(PaymentOption) else ""
        return cls(**plain, after=uuid_of(values.get("after", "")), before=uuid_of(values.get("before", "")))

    @property
    def arguments(self) -> dict[str, Any]:
        """The filter alone, for an address."""
        return {name: getattr(self, name) or None for name in ("q", "package", "payment", "currency")}


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def among(staff: Staff, asked: Asked, *, now: datetime) -> set[UUID] | None:
    """The clients that the filter leaves; None: all."""
    sets = []
    by_currency = settings.clients_by_currency(staff.agency)
    if asked.currency in by_currency:
        sets.append(by_currency[asked.currency])
    if asked.payment:
        label = tenants.period_at(staff.agency, now).label
        options = settings.clients_by_payment(staff.agency, label)
        everybody = {client for clients in by_currency.values() for client in clients}
        usual = PaymentOption.CLIENT_CARD
        sets.append({client for client in everybody if options.get(client, usual) == asked.payment})
    if package := package_list.chosen(staff, {"package": asked.package}):
        sets.append(settings.clients_of_package(package.id))
    return set.intersection(*sets) if sets else None


def choosing(staff: Staff, bulk: BulkChange, asked: Asked, *, now: datetime) -> dict[str, Any]:
    left = among(staff, asked, now=now)
    page = accounts.page_of_clients(staff, search=asked.q, among=left, after=asked.after, before=asked.before)
    options = settings.clients_by_payment(staff.agency, tenants.period_at(staff.agency, now).label)
    return {
        "bulk": bulk,
        "asked": asked,
        "found": page,
        "fitting": accounts.count_clients(staff, search=asked.q, among=left),
        "chosen": settings.chosen_among(bulk, [client.id for client in page.clients]),
        "count": sum(settings.counts_of([bulk])[bulk.id].values()),
        "packages": [("", _("any")), *package_list.options(staff)[1:]],
        "payments": [("", _("any")), *((o.value, wording.payer_words(o)) for o in PaymentOption)],
        "currencies": [("", _("any")), *((c, c) for c in settings.currencies_of(staff.agency))],
        "payer_of": lambda client: wording.payer_words(options.get(client.id, PaymentOption.CLIENT_CARD)),
    }


def whole(bulk: BulkChange, arguments: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """A change with its clients: as they would become, or became."""
    counts = settings.counts_of([bulk])[bulk.id]
    only = arguments.get("only", "")
    states = [only] if only in counts else list(CHIPS)
    return {
        "bulk": bulk,
        "counts": counts,
        "only": only if only in counts else "",
        "chips": [(state, str(words), counts[state]) for state, words in CHIPS.items() if counts.get(state)],
        "found": settings.page_of_items(
            bulk, states, after=uuid_of(arguments.get("after", "")), before=uuid_of(arguments.get("before", ""))
        ),
        "may_undo": settings.may_undo(bulk, now=now),
        "undone": settings.undone_by(bulk),
        "until": bulk.finished_at and bulk.finished_at + settings.WAY_BACK,
        "said": field_words,
        "told": told,
        "from_when": from_when,
        "rows": sum(counts.values()),
    }


def progress_of(bulk: BulkChange) -> tuple[int, int]:
    """How many clients were dealt with, of how many."""
    counts = settings.counts_of([bulk])[bulk.id]
    if bulk.state == "preparing":
        return sum(n for state, n in counts.items() if state != "chosen"), sum(counts.values())
    dealt = counts.get("done", 0) + counts.get("skipped", 0)
    return dealt, dealt + counts.get("ready", 0)


def told(item: BulkItem) -> dict[str, str]:
    """What there is to say about single fields of a client, a sentence each; at "" about all of them."""
    return {name: said(code, _shown(values, item.client.currency)) for name, (code, values) in item.notes.items()}


def from_when(label: str) -> str:
    """From when a change counts."""
    return _("from %(month)s on", month=month_name(label)) if label else _("at once")


def _shown(values: dict[str, Any], currency: str) -> dict[str, Any]:
    """Values of a note as the reader writes them; an exact amount stands in minor units."""
    if "exact" in values:
        exact = Decimal(values["exact"]).scaleb(-get_currency_precision(currency))
        return {"exact": format_decimal(exact, format="#,##0.########", locale=locale())}
    return values
