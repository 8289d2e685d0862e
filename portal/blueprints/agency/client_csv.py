"""Clients as a CSV file in the columns that an import takes, as the reader's spreadsheet writes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from portal.domain import accounts, reports, settings
from portal.domain.accounts import Staff
from portal.domain.settings import ClientImport
from portal.domain.tenants import Client
from portal.formatting import amount
from portal.languages import gettext as _
from portal.web.messages import said
from portal.web.spreadsheets import csv_file


def template_file() -> Response:
    """The columns with one line as an example."""
    example = {
        "name": "Cantina da Praça",
        "email": "contas@cantina.example",
        "payment_option": "client_card",
        "licence_price": amount(19900, "BRL"),
    }
    limits = {name: "none" if name.endswith("push_notification") else "10" for name in settings.columns()[9:]}
    return _file("clients-template.csv", settings.columns(), [example | limits])


def clients_file(staff: Staff, *, now: datetime) -> Response:
    """Every client that this person may see."""
    clients = accounts.clients_of_staff(staff)
    packages = {package.id: package.name for package in settings.packages_of(staff.agency)}
    made = {client: packages[package] for package, ids in settings.made_from(staff.agency).items() for client in ids}
    with reports.at_hand_of(staff.agency, clients):
        rows = [_row(client, str(made.get(client.id, "none")), now) for client in clients]
    return _file("clients.csv", settings.columns(), rows)


def results_file(batch: ClientImport) -> Response:
    """Every line of an import with what became of it."""
    words = {"done": _("created"), "good": _("waits"), "bad": _("left out"), "failed": _("left out")}
    rows = []
    for line in settings.lines_of_import(batch, words, most=None):
        why = [f"{column}: {told}" if column else told for column, told in problems_of(line.problems).items()]
        rows.append(line.cells | {"line": str(line.number), "result": words[line.state], "reason": " ".join(why)})
    return _file("clients-results.csv", ["line", "result", "reason", *settings.columns()], rows)


def problems_of(problems: dict[str, list[Any]]) -> dict[str, str]:
    """What is wrong with a line, in words, by column."""
    order = [name for name in ["", *settings.columns()] if name in problems]
    return {column: said(*problems[column]) for column in order}


def _file(name: str, columns: list[str], rows: Iterable[dict[str, str]]) -> Response:
    return csv_file(name, columns, ([row.get(column, "") for column in columns] for row in rows))


def _row(client: Client, package: str, now: datetime) -> dict[str, str]:
    held = settings.current(client, now=now)
    limits = {key: state.limit for key, state in held.services.items()}
    return {
        "name": client.name,
        "slug": client.slug,
        "email": client.email,
        "currency": client.currency,
        "language": client.language,
        "began_on": client.began_on.isoformat(),
        "package": package,
        "payment_option": held.next_payment_option.value,
        "licence_price": amount(held.next_licence_price, client.currency),
        **{f"limit_{key}": "none" if limit is None else str(limit) for key, limit in limits.items()},
    }
