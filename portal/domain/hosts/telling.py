"""Who hears of a change of address: the people of the clients' back offices, and who looks after the agency."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portal.db import locked, transaction
from portal.domain import mail, outbox
from portal.domain.accounts import Person, Role, staff_of
from portal.domain.hosts.models import OwnHost
from portal.domain.hosts.queries import people_to_tell
from portal.domain.outbox import Message
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
    if what == "stays":
        told["of"] = _plans_told(row)
    outbox.put("host.tell", key=f"host:{row.id}:{what}:{now.isoformat()}", now=now, **told)


def _plans_told(row: OwnHost) -> list[str]:
    """The keys of the plans that people heard of, from the last thing that was settled on."""
    begins = (Message.topic == "host.tell") & Message.key.startswith(f"host:{row.id}:")
    plans: list[str] = []
    for message in Message.select(Message.key).where(begins & ~Message.key.contains("|")).order_by(Message.id):
        plans = [*plans, message.key] if message.key.split(":")[2] in AHEAD else []
    return plans


def tell_more(told: dict[str, Any], *, key: str, addresses: Addresses, now: datetime) -> None:
    """Write the next letters of `tell_people` and put the rest behind them. `key` is that of the message.

    Of a plan that was changed or called off nobody hears any more, and that it was called off only who had heard of it.
    """
    agency = agency_by_id(UUID(told["agency"]))
    old, new = _old_and_new(told["what"], told["host"], agency, addresses)
    after = UUID(told["after"]) if "after" in told else None
    first = key.partition("|")[0]
    values = {"what": told["what"], "old": old, "new": new, "moment": told["moment"], "zone": agency.timezone}
    values["link"] = addresses.origin_of(old if told["what"] in AHEAD else new) + "/"
    with transaction():
        found = people_to_tell(agency, host=old, after=after, most=_AT_ONCE) if _stands(told) else []
        for person, passkey in found:
            if _concerns(person, told):
                _write(person, agency, key=first, now=now, passkey=passkey, **values)
        if len(found) == _AT_ONCE:
            last = found[-1][0].id
            outbox.put("host.tell", key=f"{first}|{last}", now=now, **{**told, "after": str(last)})


def _write(person: Person, agency: Agency, *, key: str, now: datetime, **values: Any) -> None:
    mail.post(
        "new_address",
        to=person.email,
        name=person.name,
        language=person.language,
        agency_id=agency.id,
        key=key,
        now=now,
        **values,
    )


def _stands(told: dict[str, Any]) -> bool:
    """Whether what is told is still so; a plan can't be changed then before its letters are written."""
    if told["what"] not in AHEAD:
        return True
    mine = (OwnHost.agency == UUID(told["agency"])) & (OwnHost.host == told["host"])
    row = locked(OwnHost.select().where(mine)).first()
    return row is not None and row.moves_at == datetime.fromisoformat(told["moment"])


def _concerns(person: Person, told: dict[str, Any]) -> bool:
    plans = told.get("of")
    return plans is None or any(mail.was_posted("new_address", key=plan, to=person.email) for plan in plans)


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
            mail.post_to(
                "own_host",
                person,
                key=f"{row.id}:{what}:{now.isoformat()}",
                now=now,
                what=what,
                host=row.host,
                path="/agency/domain/",
            )
