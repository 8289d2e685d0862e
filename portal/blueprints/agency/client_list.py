"""What Manage Clients shows: which clients were asked for, and what there is to say about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.blueprints.agency import wording
from portal.domain import accounts, metering, reports, rights, settings, tenants
from portal.domain.accounts import Staff
from portal.domain.metering import Usage
from portal.domain.reports import Forecast, Matter
from portal.domain.rights import Permission
from portal.domain.settings import PaymentOption
from portal.domain.tenants import App, Client
from portal.languages import N_

FILTERS = {
    "": N_("All"),
    "alert": N_("With an alert"),
    "agency-card": N_("Agency's card"),
    "client-card": N_("Client's card"),
    "no-access": N_("No access"),
    "suspended": N_("Suspended"),
}
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything odd in it counts as not asked."""

    search: str
    only: str
    after: UUID | None
    before: UUID | None

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Asked:
        only = arguments.get("only", "")
        return cls(
            " ".join(arguments.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
            only if only in FILTERS else "",
            _uuid(arguments.get("after", "")),
            _uuid(arguments.get("before", "")),
        )


@dataclass(frozen=True)
class Row:
    """One client of the list."""

    client: Client
    apps: list[App]
    usages: list[Usage]
    forecast: Forecast
    matters: list[Matter]

    @property
    def over(self) -> int:
        return sum(matter.is_bad for matter in self.matters)

    @property
    def near(self) -> int:
        return sum(matter.kind == "near" for matter in self.matters)


def shown(staff: Staff, asked: Asked, *, now: datetime) -> dict[str, Any]:
    matters = _matters(staff, now)
    narrow = _narrowings(staff, matters, now)
    page = accounts.page_of_clients(
        staff, search=asked.search, after=asked.after, before=asked.before, **narrow[asked.only]
    )
    with reports.at_hand_of(staff.agency, page.clients):
        here = reports.matters_of(page.clients, now=now)
        rows = [_row(client, [m for m in here if m.usage.client.id == client.id], now) for client in page.clients]
    return {
        "asked": asked,
        "found": page,
        "rows": rows,
        "sums": _sums(rows),
        "filters": _filters(staff, asked, narrow),
        "total": accounts.count_clients(staff),
        "label": tenants.period_at(staff.agency, now).label,
        "banner": banner(matters, now=now),
        "may_add": rights.staff_may(staff.role, Permission.ADD_CLIENTS),
        "may_change": rights.staff_may(staff.role, Permission.CLIENTS),
        "wording": wording,
    }


def banner(matters: list[Matter], *, now: datetime) -> dict[str, Any] | None:
    """What waits among this person's clients as one banner; None where there is nothing."""
    if not matters:
        return None
    title, text = wording.banner_of(matters, now=now)
    return {
        "tone": "bad" if any(matter.is_bad for matter in matters) else "warn",
        "title": title,
        "text": text,
        "usage": matters[0].usage if len(matters) == 1 else None,
    }


def _matters(staff: Staff, now: datetime) -> list[Matter]:
    """The same as on the overview, without a look at every client."""
    watched = metering.clients_to_watch(staff.agency, now=now) | metering.clients_foreseen(staff.agency, now=now)
    clients = accounts.clients_of_staff(staff, among=watched)
    with reports.at_hand_of(staff.agency, clients):
        return reports.matters_of(clients, now=now)


def _narrowings(staff: Staff, matters: list[Matter], now: datetime) -> dict[str, dict[str, Any]]:
    """What each filter asks of the clients."""
    label = tenants.period_at(staff.agency, now).label
    options = settings.clients_by_payment(staff.agency, label)
    paying = {option: {client for client, own in options.items() if own == option} for option in PaymentOption}
    return {
        "": {},
        "alert": {"among": {matter.usage.client.id for matter in matters}},
        "agency-card": {"among": paying[PaymentOption.AGENCY_CARD]},
        "client-card": {"among": paying[PaymentOption.CLIENT_CARD]},
        "no-access": {"access": False},
        "suspended": {"suspended": True},
    }


def _filters(staff: Staff, asked: Asked, narrow: dict[str, dict[str, Any]]) -> list[tuple[str, str, int]]:
    """(key, words, how many) of the filters that find somebody, and of the chosen one."""
    counted = [
        (key, words, accounts.count_clients(staff, search=asked.search, **narrow[key]))
        for key, words in FILTERS.items()
    ]
    return [(key, str(words), n) for key, words, n in counted if n or key in ("", asked.only)]


def _row(client: Client, matters: list[Matter], now: datetime) -> Row:
    return Row(
        client,
        tenants.apps_of_client(client),
        [usage for usage in metering.usage_of(client, now=now) if usage.enabled or usage.used],
        reports.forecast_of(client, now=now),
        matters,
    )


def _sums(rows: list[Row]) -> list[tuple[str, int]]:
    """Expected revenue by currency, without tax."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.client.currency] = found.get(row.client.currency, 0) + row.forecast.revenue
    return sorted(found.items())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
