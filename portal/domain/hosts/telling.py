"""Who hears of a change of address: the people of the clients' back offices, and who looks after the agency."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portal.db import transaction
from portal.domain import mail, outbox
from portal.domain.accounts import Role, staff_of
from portal.domain.hosts.models import OwnHost
from portal.domain.hosts.queries import people_to_tell
from portal.domain.tenants import Agency, agency_by_id

AHEAD = ("planned", "leaving")
"""What is told before it comes true."""
_AT_ONCE = 200
"""Letters written in one transaction."""


class Addresses(Protocol):
    """Where links lead; given by the edge, for the domain knows no addresses."""

    def sub_domain_of(self, agency: Agency) -> str: ...

    def origin_of(self, host: str) -> str: ...


def tell_people(row: OwnHost, what: str, *, now: datetime) -> None:
    """Let everybody hear of it, by and by; in the transaction of its cause.

    `what`: "planned" or "leaving" (there will be another address from `moves_at` on), "moved" or "left" (there is),
    "stays" (there won't be after all).
    """
    moment = (row.moves_at or now).isoformat()
    told: dict[str, Any] = {"agency": str(row.agency_id), "host": row.host, "what": what, "moment": moment}
    outbox.put("host.tell", key=f"host:{row.id}:{what}:{now.isoformat()}", now=now, **told)


def tell_more(told: dict[str, Any], *, key: str, addresses: Addresses, now: datetime) -> None:
    """Write the next letters of `tell_people` and put the rest behind them. `key` is that of the message."""
    agency = agency_by_id(UUID(told["agency"]))
    old, new = _old_and_new(told["what"], told["host"], agency, addresses)
    after = UUID(told["after"]) if "after" in told else None
    first = key.partition("|")[0]
    with transaction():
        found = people_to_tell(agency, host=old, after=after, most=_AT_ONCE)
        for person, passkey in found:
            mail.post(
                "new_address",
                to=person.email,
                name=person.name,
                language=person.language,
                agency_id=agency.id,
                key=first,
                now=now,
                what=told["what"],
                old=old,
                new=new,
                moment=told["moment"],
                zone=agency.timezone,
                passkey=passkey,
                link=addresses.origin_of(old if told["what"] in AHEAD else new) + "/",
            )
        if len(found) == _AT_ONCE:
            last = found[-1][0].id
            outbox.put("host.tell", key=f"{first}|{last}", now=now, **{**told, "after": str(last)})


def _old_and_new(what: str, own: str, agency: Agency, addresses: Addresses) -> tuple[str, str]:
    """The hosts before and after; the same twice where nothing changes."""
    sub_domain = addresses.sub_domain_of(agency)
    if what == "stays":
        return (agency.own_host or sub_domain,) * 2
    return (own, sub_domain) if what in ("left", "leaving") else (sub_domain, own)


def tell_staff(row: OwnHost, what: str, *, now: datetime) -> None:
    """A letter to owners and administrators. `what`: "lost" or "returned"."""
    for membership in staff_of(row.agency):
        if membership.role in (Role.OWNER, Role.ADMIN):
            person = membership.person
            mail.post(
                "own_host",
                to=person.email,
                name=person.name,
                language=person.language,
                agency_id=None,
                key=f"{row.id}:{what}:{now.isoformat()}",
                now=now,
                what=what,
                host=row.host,
                path="/agency/domain/",
            )
