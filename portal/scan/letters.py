"""Every letter that may go to a client's people, as it would leave: with values of the house where there are some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from portal.domain import billing, mail, tenants
from portal.domain.outbox import Message
from portal.domain.tenants import Agency, App
from portal.gateways.smtp import message
from portal.jobs import Context
from portal.jobs.letters import outgoing_of
from portal.languages import LANGUAGES
from portal.scan.reading import Link, Piece, Reading, read_body
from portal.scan.samples import NOBODY, SAMPLES, Place

INTERNAL = {
    "limit_digest": "goes to the agency's staff",
    "own_host": "goes to the agency's staff",
    "ownership": "goes to the agency's staff",
    "request_created": "goes to the agency's staff",
    "sender_failing": "goes to the agency's staff",
    "sender_test": "goes to the agency's staff",
    "sso_bypassed": "goes to the agency's staff",
    "staff_invitation": "goes to the agency's staff",
    "staff_news": "goes to the agency's staff",
    "support_written": "goes to the operator",
    "webhook_failing": "goes to the agency's staff",
}
"""Letters that no client's person ever gets, each with its reason."""

NAME_THE_PAYEE = frozenset({"statement_issued"})
"""Letters about money: their texts say who is paid, by its legal name."""


@dataclass(frozen=True)
class Sample:
    """One letter in one language, ready to be read. `error`: it could not be written."""

    letter: str
    language: str
    content: EmailMessage | None
    error: str = ""


def samples(agency: Agency, context: Context, *, now: datetime) -> Iterator[Sample]:
    """Every letter of the catalogue but the internal ones, in every language; none for an agency without an app."""
    apps = tenants.apps_of_agency(agency)
    if not apps:
        return
    place = Place(agency, _with_statements(apps), context.home_of(agency), now)
    for letter in sorted(mail.LETTERS - INTERNAL.keys()):
        makes = SAMPLES.get(letter)
        if makes is None:
            yield Sample(letter, "", None, "nobody wrote a sample of it")
            continue
        for values in makes(place):
            for language in LANGUAGES:
                yield _written(letter, language, values, place, context)


def read_letter(content: EmailMessage, *, payee: bool = False) -> Reading:
    """Every header, both bodies and the pictures in it. `payee`: its texts name who is paid."""
    found = Reading()
    for part in content.walk():
        for name, value in part.items():
            place = f"header {name}" if part is content else f"header {name} of a part"
            found.pieces.append(Piece(place, f"{name}: {value}"))
        if part.get_filename():
            found.pieces.append(Piece("file name", str(part.get_filename())))
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            body = read_body(data, part.get_content_type())
            body.pieces = [replace(piece, payee=payee and piece.place == "text") for piece in body.pieces]
            found.add(body)
    found.links += [Link("letter", link.address) for link in found.links if link.address.startswith("//")]
    return found


def _written(letter: str, language: str, values: dict[str, Any], place: Place, context: Context) -> Sample:
    payload = {
        "letter": letter,
        "to": NOBODY,
        "name": "Person",
        "language": language,
        "agency": str(place.agency.id),
        "values": values,
    }
    row = Message(topic="mail.send", key=f"sample:{letter}", payload=payload, created_at=place.now, due_at=place.now)
    try:
        return Sample(letter, language, message(outgoing_of(row, context)))
    except Exception as error:  # noqa: BLE001 (a letter that can't be written is told of, the others are read)
        return Sample(letter, language, None, f"{type(error).__name__}: {error}"[:200])


def _with_statements(apps: list[App]) -> App:
    """An app whose client has a statement, so that its letter can be read as well."""
    return next((app for app in apps if billing.statements_of_client(app.client)), apps[0])
