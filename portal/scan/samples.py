"""Values for the samples of letters: of each letter every way it may read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.domain import billing, sign_in
from portal.domain.tenants import Agency, App

NOBODY = "person@client.invalid"


@dataclass(frozen=True)
class Place:
    """What samples are made of: an agency, one of its apps, the moment."""

    agency: Agency
    app: App
    home: str
    now: datetime


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
        "new": NOBODY,
        "factor": "passkey",
        "left": 3,
    }
    common = {"at": place.now.isoformat(), "zone": place.agency.timezone, "path": "/account/security", "values": told}
    nameless = common | {"what": "factors_taken", "values": told | {"name": ""}}
    return [common | {"what": what} for what in sorted(sign_in.NEWS)] + [nameless]


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


def _moving(place: Place) -> list[dict[str, Any]]:
    host = place.home.partition("//")[2]
    more = {"old": host, "new": host, "moment": place.now.isoformat(), "zone": place.agency.timezone, "passkey": True}
    ways = ("planned", "leaving", "moved", "left", "stays")
    return [more | {"what": what, "link": f"{place.home}/"} for what in ways]


def _support(place: Place) -> list[dict[str, Any]]:
    path = f"/office/{place.app.slug}/support/"
    return [{"client": place.app.client.name, "subject": "A question", "code": "ABC-123", "path": path}]


SAMPLES: dict[str, Callable[[Place], list[dict[str, Any]]]] = {
    "access_ending": _ending,
    "address_confirm": lambda place: _link(place, link=f"{place.home}/account/address/sample"),
    "invitation": lambda place: _link(place, inviter="Person", app=place.app.name),
    "joined": _joined,
    "limit_approaching": _limit,
    "limit_foreseen": _limit,
    "limit_reached": _limit,
    "limit_resolved": _limit,
    "new_address": _moving,
    "password_reset": lambda place: _link(place, link=f"{place.home}/reset/sample"),
    "request_answered": _answered,
    "sign_in_news": _news,
    "sso_connection": _connection,
    "statement_issued": _statement,
    "support_answered": _support,
}
"""Of each letter the values of every way it may read."""
