"""A request: somebody of a client asks for what is offered before a locked section."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import IntegrityError

from portal.db import transaction
from portal.domain import accounts, audit, mail, rights, texts, webhooks
from portal.domain.accounts import Member
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.requests.catalogue import OFFER, State
from portal.domain.requests.models import Request
from portal.domain.rights import BOXES, Offer
from portal.domain.tenants import Agency, Client

LONGEST_TEXT = 1000


def ask(member: Member, section: str, *, text: str = "", link: str, now: datetime) -> Request:
    """Ask for what is offered before a locked section. The agency is told at once; `link` leads to its queue.

    Raises NotFound for no section, Forbidden for who doesn't meet the offer, Conflict when the section is open
    to him by now (to staff it always is) or he has asked already, Invalid at `text`.
    """
    offer = _offer(member, section)
    text = checked_text(text)
    key = f"{OFFER}:{member.app.id}:{section}:{member.person.id}"
    try:
        with transaction():
            rights.stay(member)
            row = Request.create(
                agency=member.agency,
                client=member.client,
                app=member.app,
                kind=OFFER,
                section=section,
                asked_by=member.person.id,
                asked_name=member.person.shown_name,
                text=text,
                offer=_frozen(offer, member.client),
                state=State.OPEN.value,
                created_at=now,
                open_key=key,
            )
            record("request.created", row, member.agency, member.client, by=member.actor, now=now)
            _tell(row, member, link, now)
    except IntegrityError:
        raise Conflict("already_asked") from None
    return row


def _offer(member: Member, section: str) -> Offer:
    if section not in BOXES or not BOXES[section].is_access:
        raise NotFound
    if member.contributor is None:
        raise Conflict("offer_is_yours")
    offer = rights.locked_offer(member, section)
    if offer is None:
        raise Conflict("section_open") if rights.may(member, section) else Forbidden("box_missing")
    return offer


def checked_text(text: str, field: str = "text") -> str:
    """A text of some lines, tidied. Raises Invalid at `field`."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid({field: ("too_long", {"most": LONGEST_TEXT})})
    if not texts.is_readable(text, lines=True):
        raise Invalid({field: ("bad_characters", {})})
    return text


def _frozen(offer: Offer, client: Client) -> dict[str, Any]:
    """What was offered, whatever becomes of the offer."""
    return {
        "text": offer.text,
        "price": offer.price,
        "every_months": offer.every_months,
        "currency": client.currency,
    }


def record(action: str, row: Request, agency: Agency, client: Client, *, by: Actor, now: datetime) -> None:
    """One entry of the trail about a request."""
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=agency.id,
        client_id=client.id,
        app_id=row.app_id,
        subject=client.name,
        section=row.section,
        request=str(row.id),
        asked_by=row.asked_name,
    )


def _tell(row: Request, member: Member, link: str, now: datetime) -> None:
    """Owners, admins and the client's managers by mail, other systems by webhook."""
    client = member.client
    values = {
        "client": client.name,
        "person": row.asked_name,
        "section": rights.section(row.section).label,
        "text": row.text,
        "offer": row.offer,
        "link": link,
    }
    for person in accounts.staff_to_tell(client):
        mail.post_to(
            "request_created",
            person,
            key=str(row.id),
            now=now,
            **values,
        )
    data = {
        "request_id": str(row.id),
        "kind": row.kind,
        "section": row.section,
        "client": client.slug,
        "client_id": str(client.id),
        "client_name": client.name,
        "app": member.app.slug,
        "asked_by": row.asked_name,
        "text": row.text,
        "offer": row.offer,
    }
    webhooks.post(client.agency_id, "request.created", data, key=str(row.id), now=now)
