"""The agency's answer to a request, and the sale that may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.db import transaction
from portal.domain import mail, periods, rights
from portal.domain.accounts import Contributor, Person
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.requests.actions import sell
from portal.domain.requests.asking import checked_text, record
from portal.domain.requests.catalogue import State
from portal.domain.requests.models import Request
from portal.domain.rights import SECTIONS, Permission, SectionState


@dataclass(frozen=True)
class Sale:
    """What is put on the client's statements, at the price and rhythm that were offered."""

    name: str
    first_on: date


def decide(
    request: Request,
    state: State,
    *,
    answer: str = "",
    sale: Sale | None = None,
    opens: bool = False,
    origin: str,
    by: Actor,
    now: datetime,
) -> None:
    """Close a request as done (sold, where there is a `sale`) or declined; who asked is told, with a word if wanted.

    `opens`: what is done opens the section to the client, where it is still locked.

    `request` comes from a look-up that started at the staff member; `origin` is that of the agency's host, for the
    link of the letter. Raises Conflict when somebody closed it before, Invalid at `state`, `answer`, `sell`, `name`
    or `first_on`, Forbidden or NotFound for staff who lost the client, or the right to sell, while they asked.
    """
    if state == State.OPEN:
        raise Invalid({"state": ("bad_choice", {})})
    answer = checked_text(answer, field="answer")
    with transaction():
        role = rights.still_over(request.client, by)
        if sale and role and not rights.staff_may(role, Permission.PRICES):
            raise Forbidden("role_too_small", role=role.label)
        changed = (
            Request.update(state=state.value, decided_at=now, decided_by=by.name, answer=answer, open_key=None)
            .where((Request.id == request.id) & (Request.state == State.OPEN.value))
            .execute()
        )
        if not changed:
            raise Conflict("already_decided")
        client = request.client
        action = "request.done" if state == State.DONE else "request.declined"
        record(action, request, client.agency, client, by=by, now=now)
        if sale and state == State.DONE:
            _sell(request, sale, by, now)
        if opens and state == State.DONE:
            _open(request, by, now)
        _answer(request, state, answer, origin, now)


def _sell(request: Request, sale: Sale, by: Actor, now: datetime) -> None:
    client, price = request.client, request.offer["price"]
    if price is None:
        raise Invalid({"sell": ("sale_without_price", {})})
    if sale.first_on < periods.local_day(now, client.agency.timezone):
        raise Invalid({"first_on": ("day_past", {})})
    every = request.offer["every_months"]
    sell(client, sale.name, price=price, every_months=every, first_on=sale.first_on, by=by, now=now)


def _open(request: Request, by: Actor, now: datetime) -> None:
    if not _is_known(request.section):
        return  # it has left the catalogue since: nothing is there to be opened
    if rights.state_of(request.client, request.section).state == SectionState.LOCKED:
        rights.set_state(request.client, request.section, SectionState.OFFERED, by=by, now=now)


def _is_known(section: str) -> bool:
    return any(one.key == section for one in SECTIONS)


def _answer(request: Request, state: State, answer: str, origin: str, now: datetime) -> None:
    """A letter to who asked, as long as he is on the team."""
    there = (Contributor.app == request.app) & Contributor.ended_at.is_null() & Person.disabled_at.is_null()
    query = Contributor.select(Contributor, Person).join(Person).where(there & (Person.id == request.asked_by))
    for person in [row.person for row in query]:
        mail.post_to(
            "request_answered",
            person,
            key=str(request.id),
            now=now,
            section=rights.section(request.section).label if _is_known(request.section) else request.section,
            state=state.value,
            answer=answer,
            link=f"{origin}/office/{request.app.slug}/{request.section}/",
        )
