"""Every letter that may go to a client's people, as it would leave: with values of the house where there are some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from portal.domain import billing, mail, sign_in, tenants
from portal.domain.outbox import Message
from portal.domain.tenants import Agency, App
from portal.gateways.smtp import message
from portal.jobs import Context
from portal.jobs.letters import outgoing_of
from portal.languages import LANGUAGES
from portal.scan.reading import Link, Piece, Reading, read_body

INTERNAL = {
    "limit_digest": "goes to the agency's staff",
    "ownership": "goes to the agency's staff",
    "request_created": "goes to the agency's staff",
    "sender_lost": "goes to the agency's staff",
    "sso_bypassed": "goes to the agency's staff",
    "staff_invitation": "goes to the agency's staff",
    "staff_news": "goes to the agency's staff",
    "webhook_failing": "goes to the agency's staff",
}
"""Letters that no client's person ever gets, each with its reason."""

BADGED = {"support_answered": "support"}
"""Letters of a badged section: only who holds it gets them."""

NAME_THE_PAYEE = frozenset({"statement_issued"})
"""Letters about money: their texts say who is paid, by its legal name."""

_NOBODY = "person@client.invalid"


@dataclass(frozen=True)
class Place:
    """What samples are made of: an agency, one of its apps, the moment."""

    agency: Agency
    app: App
    home: str
    now: datetime


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
        "to": _NOBODY,
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


def _link(place: Place, **values: Any) -> list[dict[str, Any]]:
    ends = place.now + timedelta(days=7)
    more = {"link": f"{place.home}/setup/sample", "expires_at": ends.isoformat(), "zone": place.agency.timezone}
    return [more | values]


def _limit(place: Place) -> list[dict[str, Any]]:
    day = (place.now + timedelta(days=5)).date().isoformat()
    standing = {
        "client": place.app.client.name, "service": "litmus_test", "period": day[:7], "gauge": False, "used": 13,
        "limit": 10, "excess": 3, "blocks": 3, "amount": 2700, "price": 900, "block": 1, "expected": 20,
        "expected_amount": 9000, "currency": place.agency.currency, "at_limit": "bill", "ceiling": None,
        "ends_on": day, "passes_on": day,
    }  # fmt: skip
    page = f"{place.home}/office/{place.app.slug}/services/litmus_test/"
    return [standing | {"link": page, "notices_link": f"{place.home}/account/notices"}]


def _news(place: Place) -> list[dict[str, Any]]:
    told = {
        "name": "Key",
        "browser": "Mozilla/5.0",
        "address": "192.0.2.1",
        "new": _NOBODY,
        "factor": "passkey",
        "left": 3,
    }
    common = {"at": place.now.isoformat(), "zone": place.agency.timezone, "path": "/account/security", "values": told}
    return [common | {"what": what} for what in sorted(sign_in.NEWS)]


def _ending(place: Place) -> list[dict[str, Any]]:
    ends_on = (place.now.date() + timedelta(days=1)).isoformat()
    values = {"app": place.app.name, "person": "Person", "ends_on": ends_on, "days": 1}
    return [values | {"is_own": own, "path": f"/office/{place.app.slug}/home/"} for own in (True, False)]


def _joined(place: Place) -> list[dict[str, Any]]:
    moment = place.now.isoformat()
    return _link(place, app=place.app.name, inviter="Person", moment=moment, link=f"{place.home}/sign-in")


def _answered(place: Place) -> list[dict[str, Any]]:
    link = f"{place.home}/office/{place.app.slug}/menus/"
    return [{"section": "Menus", "state": state, "answer": "Done.", "link": link} for state in ("done", "declined")]


def _connection(place: Place) -> list[dict[str, Any]]:
    link = f"{place.home}/account/"
    ways = ((True, True), (True, False), (False, False))
    return [{"provider": "ID", "connected": on, "cleared": cleared, "link": link} for on, cleared in ways]


def _statement(place: Place) -> list[dict[str, Any]]:
    issued = billing.statements_of_client(place.app.client)[:1]
    link = f"{place.home}/office/{place.app.slug}/statements/"
    return [{"statement": str(one.id), "link": link} for one in issued]


SAMPLES: dict[str, Callable[[Place], list[dict[str, Any]]]] = {
    "access_ending": _ending,
    "address_confirm": lambda place: _link(place, link=f"{place.home}/account/address/sample"),
    "invitation": lambda place: _link(place, inviter="Person", app=place.app.name),
    "joined": _joined,
    "limit_approaching": _limit,
    "limit_foreseen": _limit,
    "limit_reached": _limit,
    "limit_resolved": _limit,
    "password_reset": lambda place: _link(place, link=f"{place.home}/reset/sample"),
    "request_answered": _answered,
    "sign_in_news": _news,
    "sso_connection": _connection,
    "statement_issued": _statement,
}
"""Of each letter the values of every way it may read."""
