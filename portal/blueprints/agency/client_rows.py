"""The rows of Manage Clients, drawn once and shown again until something that they are made of changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from threading import Lock
from uuid import UUID

from flask import current_app
from markupsafe import Markup

from portal.blueprints.agency import wording
from portal.domain import accounts, metering, reports, tenants
from portal.domain.accounts import Staff
from portal.domain.metering import Usage
from portal.domain.reports import Forecast, Matter
from portal.domain.tenants import Agency, App, Client
from portal.languages import language
from portal.web import forgery

_MOST_KEPT = 1_000
_TOKEN = token_urlsafe(24)
"""Where each session's own token is put in; nobody can write it into a name."""

_Key = tuple[str, str, bool]
"""A row's print, which no other client's is, the language, and whether it may be changed."""
_drawn: OrderedDict[_Key, Drawn] = OrderedDict()
_turn = Lock()


@dataclass(frozen=True)
class Drawn:
    """A row as HTML, and what it adds to the sum below."""

    html: str
    currency: str
    revenue: int


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


def rows_of(staff: Staff, clients: Sequence[UUID], *, may_change: bool, now: datetime) -> list[Drawn]:
    """A row for each of these clients, which this person may see: the same as if it were drawn now, but for the pace
    of the present minute.
    """
    prints, spoken = reports.prints_of(staff.agency, clients, now=now), language()
    keys: list[_Key] = [(prints[client_id], spoken, may_change) for client_id in clients]
    with _turn:
        kept = [_drawn.get(key) for key in keys]
    found = list(zip(clients, kept, strict=True))
    missing = accounts.loaded(staff, [client_id for client_id, row in found if row is None])
    fresh = _draw(staff.agency, missing, may_change=may_change, now=now) if missing else {}
    rows = [row or fresh[client_id] for client_id, row in found]
    _keep(dict(zip(keys, rows, strict=True)))
    return rows


def html_of(rows: Sequence[Drawn]) -> Markup:
    """The rows for this session."""
    return Markup("".join(row.html for row in rows).replace(_TOKEN, forgery.token()))  # nosec B704 (drawn by a template)


def _keep(rows: dict[_Key, Drawn]) -> None:
    with _turn:
        for key, row in rows.items():
            _drawn[key] = row
            _drawn.move_to_end(key)
        while len(_drawn) > _MOST_KEPT:
            _drawn.popitem(last=False)


def _draw(agency: Agency, clients: Sequence[Client], *, may_change: bool, now: datetime) -> dict[UUID, Drawn]:
    template = current_app.jinja_env.get_template("agency/clients/_row.html").module
    drawn = {}
    with reports.at_hand_of(agency, clients):
        matters: dict[UUID, list[Matter]] = {}
        for matter in reports.matters_of(clients, now=now):
            matters.setdefault(matter.usage.client.id, []).append(matter)
        for client in clients:
            row = _row(client, matters.get(client.id, []), now)
            html = template.client_row(row, may_change, wording, _TOKEN)  # type: ignore[attr-defined]
            drawn[client.id] = Drawn(str(html), client.currency, row.forecast.revenue)
    return drawn


def _row(client: Client, matters: list[Matter], now: datetime) -> Row:
    return Row(
        client,
        tenants.apps_of_client(client),
        [usage for usage in metering.usage_of(client, now=now) if usage.enabled or usage.used],
        reports.forecast_of(client, now=now),
        matters,
    )
