"""The agency handed on: an owner offers his place, somebody of the staff takes it. Neither can do it alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from portal.db import transaction
from portal.domain import accounts, audit, mail
from portal.domain.accounts import Person, Role, Staff, StaffMembership
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.rights import Permission, stand
from portal.domain.staffing.changes import go, void
from portal.domain.staffing.guards import not_oneself
from portal.domain.staffing.models import OwnershipOffer
from portal.domain.staffing.transfer_ends import end

OFFER_LIFE = timedelta(days=7)
LEAVE = "leave"
AFTERWARDS = (Role.ADMIN.value, Role.MANAGER.value, Role.BILLING.value, LEAVE)
"""What an owner may become once somebody took his place; he may also leave."""


def offer_ownership(
    staff: Staff, membership_id: UUID, *, afterwards: str, password: str, now: datetime
) -> OwnershipOffer:
    """Offer one's place as owner to somebody of the staff. A newer offer replaces one's open one.

    Raises Invalid at `afterwards`, `password` or `taker`, TooManyAttempts when
    guessing the password, NotFound for a stranger, Forbidden for who is no owner.
    """
    _fit(staff, membership_id, afterwards)
    _prove(staff.person, password, str(staff.membership_id), now)
    with transaction():
        me = stand(staff, Permission.OWN)
        taker = accounts.staff_member(staff.agency, membership_id)
        not_oneself(me, taker)
        for earlier in list(OwnershipOffer.select().where((OwnershipOffer.giver == me) & _open(now))):
            end(earlier, "withdrawn", by=staff.actor, now=now)
        offer = OwnershipOffer.create(
            agency=staff.agency,
            giver=me,
            taker=taker,
            afterwards=afterwards,
            created_at=now,
            expires_at=now + OFFER_LIFE,
        )
        subject = taker.person.email
        audit.record("ownership.offered", by=staff.actor, now=now, agency_id=staff.agency.id, subject=subject)
        _tell("offered", taker.person, offer, now)
    return offer


def accept_ownership(staff: Staff, offer_id: UUID, *, now: datetime) -> None:
    """Take the place that was offered: the taker owns the agency, the giver becomes what he chose, or leaves.

    Raises NotFound for an offer that is not his or not open, Refused when the giver owns nothing any more.
    """
    with transaction():
        me = stand(staff, Permission.SEE)
        offer = offer_to(staff, offer_id, now=now)
        giver = _giver(offer)
        if me.ends_at or not end(offer, "accepted", by=staff.actor, now=now):
            raise NotFound
        accounts.change_role(me, Role.OWNER, because="ownership", by=giver_actor(giver), now=now)
        if offer.afterwards == LEAVE:
            go(giver, "staff.left", by=giver_actor(giver), now=now)
        else:
            accounts.change_role(giver, Role(offer.afterwards), because="ownership", by=staff.actor, now=now)
            void(giver, Role(offer.afterwards), by=staff.actor, now=now)
        for person in (me.person, giver.person):
            _tell("accepted", person, offer, now)


def decline_ownership(staff: Staff, offer_id: UUID, *, now: datetime) -> None:
    """Leave the place to who has it. Raises NotFound for an offer that is not his or not open."""
    with transaction():
        stand(staff, Permission.SEE)
        offer = offer_to(staff, offer_id, now=now)
        if end(offer, "declined", by=staff.actor, now=now):
            _tell("declined", offer.giver.person, offer, now)


def withdraw_ownership(staff: Staff, offer_id: UUID, *, now: datetime) -> None:
    """Take one's own offer back. Raises NotFound for one that is not his or not open."""
    with transaction():
        stand(staff, Permission.OWN)
        offer = offer_by(staff, now=now)
        if offer is None or offer.id != offer_id:
            raise NotFound
        if end(offer, "withdrawn", by=staff.actor, now=now):
            _tell("withdrawn", offer.taker.person, offer, now)


def offer_to(staff: Staff, offer_id: UUID, *, now: datetime) -> OwnershipOffer:
    """The open offer of that id to this person. Raises NotFound for every other."""
    found = next((offer for offer in offers_to(staff, now=now) if offer.id == offer_id), None)
    if found is None:
        raise NotFound
    return found


def offers_to(staff: Staff, *, now: datetime) -> list[OwnershipOffer]:
    """What owners of the agency offer to this person."""
    return list(OwnershipOffer.select().where((OwnershipOffer.taker == staff.membership_id) & _open(now)))


def offer_by(staff: Staff, *, now: datetime) -> OwnershipOffer | None:
    """What this person offers at the moment."""
    found: OwnershipOffer | None = (
        OwnershipOffer.select().where((OwnershipOffer.giver == staff.membership_id) & _open(now)).first()
    )
    return found


def note_expired_offers(*, now: datetime) -> None:
    """Close what nobody took in time, once each; who offered it is told."""
    late = OwnershipOffer.ended_at.is_null() & (OwnershipOffer.expires_at <= now)
    for offer in list(OwnershipOffer.select().where(late)):
        with transaction():
            if end(offer, "expired", by=audit.SYSTEM, now=now):
                _tell("expired", offer.giver.person, offer, now)


def _fit(staff: Staff, membership_id: UUID, afterwards: str) -> None:
    """Raises Invalid or NotFound where such an offer makes no sense."""
    if afterwards not in AFTERWARDS:
        raise Invalid({"afterwards": ("choose_one", {})})
    taker = accounts.staff_member(staff.agency, membership_id)
    if taker.role == Role.OWNER or taker.ends_at:
        raise Invalid({"taker": ("owner_already" if taker.role == Role.OWNER else "owner_without_end", {})})


def _prove(person: Person, password: str, place: str, now: datetime) -> None:
    account, address = f"{person.house}|{person.email}", f"ownership {place}"
    if not accounts.proves(person, password, account=account, address=address, now=now):
        raise Invalid({"password": ("password_wrong", {})})


def _giver(offer: OwnershipOffer) -> StaffMembership:
    """Who offers, as he is now. Raises Refused when he has nothing to give any more."""
    try:
        giver = accounts.staff_member(offer.agency, offer.giver_id)
    except NotFound:
        raise Refused("offer_void") from None
    if giver.role != Role.OWNER:
        raise Refused("offer_void")
    return giver


def giver_actor(giver: StaffMembership) -> audit.Actor:
    return audit.Actor("staff", giver.person.shown_name, giver.person_id)


def _open(now: datetime):  # type: ignore[no-untyped-def]  # a peewee expression
    return OwnershipOffer.ended_at.is_null() & (OwnershipOffer.expires_at > now)


def _tell(kind: str, person: Person, offer: OwnershipOffer, now: datetime) -> None:
    mail.post_to(
        "ownership",
        person,
        key=f"{offer.id}:{kind}",
        now=now,
        kind=kind,
        you="giver" if person.id == offer.giver.person_id else "taker",
        giver=offer.giver.person.shown_name,
        taker=offer.taker.person.shown_name,
        agency_name=offer.agency.name,
        afterwards=offer.afterwards,
        path="/agency/staff/ownership/",
        expires_at=offer.expires_at.isoformat(),
        zone=offer.agency.timezone,
    )
