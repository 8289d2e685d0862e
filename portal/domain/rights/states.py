"""What the agency made of each section for one client: offered, hidden, or locked with an offer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.db import lock_row, transaction
from portal.domain import audit, money, texts
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.rights.catalogue import SECTIONS, Offer, Section, SectionState
from portal.domain.rights.models import SectionAvailability
from portal.domain.rights.places import still_over
from portal.domain.rights.roles import Permission, staff_may
from portal.domain.tenants import Client

LONGEST_OFFER = 1000
OFFER_RHYTHMS = (None, 12, 24)
"""Months after which a sold offer falls due again; None: once."""


@dataclass(frozen=True)
class Standing:
    """A section as it stands for one client. `offer` is there once one was written, locked or not."""

    section: Section
    available: bool
    state: SectionState
    offer: Offer | None


def states_of(client: Client) -> list[Standing]:
    """Every section that the agency decides on, in the catalogue's order."""
    rows = {row.section: row for row in SectionAvailability.select().where(SectionAvailability.client == client)}
    return [_standing(section, rows.get(section.key)) for section in SECTIONS if section.boxes]


def state_of(client: Client, key: str) -> Standing:
    """One of them. Raises NotFound for what is no section to decide on."""
    section = _decidable(key)
    row = SectionAvailability.get_or_none(
        (SectionAvailability.client == client) & (SectionAvailability.section == section.key)
    )
    return _standing(section, row)


def set_state(client: Client, key: str, state: SectionState, *, by: Actor, now: datetime) -> None:
    """Offer the section or hide it; ticks are kept either way. Counts at the next click of everybody.

    Raises Invalid for LOCKED, which needs its offer (`lock`), NotFound for what is no section to decide on.
    """
    if state == SectionState.LOCKED:
        raise Invalid({"state": ("offer_missing", {})})
    with transaction():
        still_over(client, by)
        lock_row(Client, client.id.hex)
        held = state_of(client, key)
        if held.state != state:
            _write(client, held, state=state.value)
            _record("section.state_changed", client, held.section, by, now, old=held.state.value, new=state.value)


def lock(client: Client, key: str, offer: Offer, *, priced: bool = True, by: Actor, now: datetime) -> None:
    """Put the offer before the section; of whoever holds its box it asks from now on for a request.

    Its price and rhythm stay what they are at this moment where they were not `priced`, and for staff who may
    set no prices (any more). Raises Invalid at `text`, `price` or `every_months`, NotFound for what is no section
    to decide on, Forbidden and NotFound as `still_over`.
    """
    with transaction():
        role = still_over(client, by)
        lock_row(Client, client.id.hex)
        held = state_of(client, key)
        may_price = role is None or staff_may(role, Permission.PRICES)
        offer = _checked(offer if priced and may_price else _as_priced(held.offer, offer.text))
        values = {"offer_text": offer.text, "offer_price": offer.price, "offer_every_months": offer.every_months}
        _write(client, held, state=SectionState.LOCKED.value, **values)
        if held.state != SectionState.LOCKED:
            old, new = held.state.value, SectionState.LOCKED.value
            _record("section.state_changed", client, held.section, by, now, old=old, new=new)
        if held.offer != offer:
            changes = _changes(held.offer, offer)
            _record("section.offer_changed", client, held.section, by, now, changes=changes, currency=client.currency)


def _as_priced(held: Offer | None, text: str) -> Offer:
    """The text at the price and rhythm of the stored offer."""
    return replace(held, text=text) if held else Offer(text)


def _decidable(key: str) -> Section:
    found = next((section for section in SECTIONS if section.key == key and section.boxes), None)
    if found is None:
        raise NotFound
    return found


def _checked(offer: Offer) -> Offer:
    text = offer.text.replace("\r\n", "\n").strip()
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    if not text:
        problems["text"] = ("offer_text_missing", {})
    elif len(text) > LONGEST_OFFER:
        problems["text"] = ("too_long", {"most": LONGEST_OFFER})
    elif not texts.is_readable(text, lines=True):
        problems["text"] = ("bad_characters", {})
    if offer.price is not None and not 0 <= offer.price < money.MOST:
        problems["price"] = ("bad_amount", {})
    if offer.every_months not in OFFER_RHYTHMS:
        problems["every_months"] = ("bad_choice", {})
    if problems:
        raise Invalid(problems)
    return Offer(text, offer.price, offer.every_months)


def _standing(section: Section, row: SectionAvailability | None) -> Standing:
    if row is None:
        return Standing(section, section.available_at_first, SectionState.OFFERED, None)
    offer = Offer(row.offer_text, row.offer_price, row.offer_every_months) if row.offer_text else None
    return Standing(section, row.available, SectionState(row.state), offer)


def _write(client: Client, held: Standing, **values: Any) -> None:
    key = (SectionAvailability.client, SectionAvailability.section)
    row = SectionAvailability(client=client, section=held.section.key, available=held.available, **values)
    SectionAvailability.insert(**row.__data__).on_conflict(
        conflict_target=key, preserve=[getattr(SectionAvailability, name) for name in values]
    ).execute()


def _changes(old: Offer | None, new: Offer) -> dict[str, list[Any]]:
    """Each part of the offer that is another now, with what it was before."""
    names = ("text", "price", "every_months")
    pairs = {name: [getattr(old, name, None), getattr(new, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if old is None or pair[0] != pair[1]}


def _record(action: str, client: Client, section: Section, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=client.agency_id,
        client_id=client.id,
        subject=client.name,
        section=section.key,
        **details,
    )
