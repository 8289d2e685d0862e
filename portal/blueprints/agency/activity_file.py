"""The activity as a CSV file, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from portal import audit_words
from portal.audit_words import ABOUT
from portal.blueprints.agency.activity_asked import KINDS, Asked
from portal.blueprints.agency.activity_lines import Line, lines_of
from portal.domain import accounts, audit
from portal.domain.accounts import Staff
from portal.domain.audit import AuditEntry
from portal.domain.tenants import Client
from portal.languages import gettext as _
from portal.web.spreadsheets import csv_file

MOST = 10_000
"""Entries in one file, the newest; whoever wants older ones asks for a span of days."""


def file_of(staff: Staff, asked: Asked, *, now: datetime) -> Response:
    entries = list(audit.every(asked.question, most=MOST))
    clients = {client.id: client for client in accounts.loaded(staff, clients_in(entries))}
    columns = [
        _("When"),
        _("What kind"),
        _("Who"),
        _("As"),
        _("On behalf of"),
        _("What"),
        _("Changes"),
        _("Client"),
        _("Entry"),
        _("Number"),
        _("Seal"),
    ]
    word = _("activity")
    name = f"{word}-{now.astimezone(ZoneInfo(staff.agency.timezone)):%Y-%m-%d}.csv"
    about = ((entry, clients.get(entry.client_id) if entry.client_id else None) for entry in entries)
    return csv_file(name, columns, (_row(entry, staff, client) for entry, client in about))


def clients_in(entries: Iterable[AuditEntry]) -> list[UUID]:
    """The clients that entries speak of, each once."""
    return list(dict.fromkeys(entry.client_id for entry in entries if entry.client_id))


def _row(entry: AuditEntry, staff: Staff, client: Client | None) -> list[str]:
    currency = client.currency if client else staff.agency.currency
    return [
        f"{entry.at.astimezone(ZoneInfo(staff.agency.timezone)):%Y-%m-%d %H:%M:%S}",
        str(ABOUT[audit_words.words_of(entry).about]),
        audit_words.who(entry),
        str(KINDS.get(entry.actor_kind, entry.actor_kind)),
        entry.behalf,
        audit_words.sentence(entry, currency=currency),
        "\n".join(_told(line) for line in lines_of(entry, currency)),
        client.name if client else "",
        str(entry.id),
        str(entry.number or ""),
        entry.seal or "",
    ]


def _told(line: Line) -> str:
    value = line.new if line.old is None else f"{line.old} → {line.new}"
    return f"{line.label}: {value}" + (f", {line.since}" if line.since else "")
