"""What is known of a client besides its settings: name, where to write, in which language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.db import locked, transaction
from portal.domain import audit, texts
from portal.domain.audit import Actor
from portal.domain.errors import Invalid
from portal.domain.tenants.actions import LONGEST_NAME
from portal.domain.tenants.models import Client
from portal.domain.tenants.search import keep_text
from portal.domain.tenants.slugs import sort_name
from portal.languages import LANGUAGES

LONGEST_ADDRESS = 500


def change_client(
    client: Client, *, name: str, email: str, address: str, language: str, by: Actor, now: datetime
) -> list[str]:
    """Give the client another name, address or language of documents; returns what changed, as field names.

    `email` is a clean address or empty. Apps keep their names, issued statements what stands in them.
    Raises Invalid with every bad field.
    """
    name, address = texts.tidy(name), _lines(address)
    problems = _problems(name, address, language)
    if problems:
        raise Invalid(problems)
    wanted = {"name": name, "email": email, "address": address, "language": language}
    with transaction():
        held = locked(Client.select().where(Client.id == client.id)).get()
        changes = {
            field: [getattr(held, field), value] for field, value in wanted.items() if getattr(held, field) != value
        }
        if changes:
            Client.update(**wanted, sort_name=sort_name(name)).where(Client.id == client.id).execute()
            for field, value in wanted.items():
                setattr(held, field, value)
            keep_text(held)
            audit.record(
                "client.changed",
                by=by,
                now=now,
                agency_id=client.agency_id,
                client_id=client.id,
                subject=name,
                changes=changes,
            )
    for field, value in wanted.items():
        setattr(client, field, value)
    return list(changes)


def _problems(name: str, address: str, language: str) -> dict[str, tuple[str, dict[str, Any]]]:
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        found["name"] = problem
    if len(address) > LONGEST_ADDRESS:
        found["address"] = ("too_long", {"most": LONGEST_ADDRESS})
    elif not texts.is_readable(address, lines=True):
        found["address"] = ("bad_characters", {})
    if language not in LANGUAGES:
        found["language"] = ("bad_language", {})
    return found


def _lines(address: str) -> str:
    """The lines of an address, each tidied, none of them empty."""
    return "\n".join(line for line in (texts.tidy(part) for part in address.splitlines()) if line)
