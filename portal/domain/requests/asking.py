"""A request: somebody of a client asks, the agency decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import IntegrityError

from portal.db import transaction
from portal.domain import accounts, audit, mail, rights, texts, webhooks
from portal.domain.accounts import Contributor, Member, Person
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
    to him by now or he has asked already, Invalid at `text`.
    """
    offer = _offer(member, section)
    text = _checked(text)
    key = f"{OFFER}:{member.app.id}:{section}:{member.person.id}"
    try:
        with transaction():
            rights.stay(member)
            row = Request.create(
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
            _record("request.created", row, member.agency, member.client, by=member.actor, now=now)
            _tell(row, member, link, now)
    except IntegrityError:
        raise Conflict("already_asked") from None
    return row


def decide(request: Request, state: State, *, answer: str = "", origin: str, by: Actor, now: datetime) -> None:
    """Close a request as done or declined; who asked is told, with a word where there is one.

    `request` comes from a look-up that started at the staff member; `origin` is that of the agency's host, for the
    link of the letter. Raises Conflict when somebody closed it before, Invalid at `state` or `answer`.
    """
    if state == State.OPEN:
        raise Invalid({"state": ("bad_choice", {})})
    answer = _checked(answer, field="answer")
    with transaction():
        changed = (
            Request.update(state=state.value, decided_at=now, decided_by=by.name, answer=answer, open_key=None)
            .where((Request.id == request.id) & (Request.state == State.OPEN.value))
            .execute()
        )
        if not changed:
            raise Conflict("already_decided")
        client = request.client
        action = "request.done" if state == State.DONE else "request.declined"
        _record(action, request, client.agency, client, by=by, now=now)
        _answer(request, state, answer, origin, now)


def _offer(member: Member, section: str) -> Offer:
    if section not in BOXES or not BOXES[section].is_access:
        raise NotFound
    if member.contributor is None:
        raise Forbidden("offer_is_yours")
    offer = rights.locked_offer(member, section)
    if offer is None:
        raise Conflict("section_open") if rights.may(member, section) else Forbidden("box_missing")
    return offer


def _checked(text: str, field: str = "text") -> str:
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


def _record(action: str, row: Request, agency: Agency, client: Client, *, by: Actor, now: datetime) -> None:
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
        mail.post(
            "request_created",
            to=person.email,
            name=person.name,
            language=person.language,
            agency_id=None,
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


def _answer(request: Request, state: State, answer: str, origin: str, now: datetime) -> None:
    """A letter to who asked, as long as he is on the team."""
    there = (Contributor.app == request.app) & Contributor.ended_at.is_null() & Person.disabled_at.is_null()
    query = Contributor.select(Contributor, Person).join(Person).where(there & (Person.id == request.asked_by))
    for person in [row.person for row in query]:
        mail.post(
            "request_answered",
            to=person.email,
            name=person.name,
            language=person.language,
            agency_id=person.agency_id,
            key=str(request.id),
            now=now,
            section=rights.section(request.section).label,
            state=state.value,
            answer=answer,
            link=f"{origin}/office/{request.app.slug}/{request.section}/",
        )
