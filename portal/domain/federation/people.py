"""Who came back from a provider: an account that is here already, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from peewee import IntegrityError

from portal.db import transaction
from portal.domain import audit
from portal.domain.accounts import PLATFORM, Person, Role, person_in, staff_of_person
from portal.domain.audit import Actor
from portal.domain.errors import Conflict
from portal.domain.federation.closing import check_open
from portal.domain.federation.first_time import NotRecognised, hand_over
from portal.domain.federation.letters import tell
from portal.domain.federation.models import Identity, Provider
from portal.domain.federation.providers import provider_of
from portal.domain.federation.values import Claims, Door, Use


def person_behind(door: Door, claims: Claims, house: str, *, proved_as: UUID | None = None, now: datetime) -> Person:
    """The account of whoever came back; the first time it is found by the address that the provider has verified.

    Never makes an account nor a right. Raises NotRecognised, which is written down, for a group or domain that
    is not let in, for a stranger, and for an account that this provider has no say over. `proved_as` has just proved
    here, by a password or factor, whose account it is.
    """
    with writing_down(door, claims, now=now), transaction():
        check_open(door, house)
        check_rules(door, claims)
        known = _known(door, claims, house)
        person: Person = known.person if known else _by_address(claims, house)
        _check_reach(door, person, now)
        if known:
            Identity.update(used_at=now).where(Identity.id == known.id).execute()
        else:
            connect(door, claims, person, proved_as=proved_as, now=now)
        note_proven(door, now=now)
    return person


@contextmanager
def writing_down(door: Door, claims: Claims, *, now: datetime) -> Iterator[None]:
    """Leave a line in the trail for whoever is not recognised inside, once what was begun there is undone."""
    try:
        yield
    except NotRecognised as refused:
        _record_refusal(door, claims, refused.reason, now)
        raise


def known_as(door: Door, claims: Claims, house: str) -> Person | None:
    """The account that was connected with this subject before."""
    known = _known(door, claims, house)
    return known.person if known else None


def fits(door: Door, claims: Claims, house: str, *, now: datetime) -> tuple[str, Person | None]:
    """For a try: why this one would be refused ("" if not), or else whose account it would be. Changes nothing."""
    try:
        check_rules(door, claims)
        known = known_as(door, claims, house)
        person = known or _by_address(claims, house)
        _check_reach(door, person, now)
        if known is None:
            _check_unknown(door, claims, person)
    except NotRecognised as refused:
        return refused.reason, None
    return "", person


def check_rules(door: Door, claims: Claims) -> None:
    """Raises NotRecognised for whoever is of none of the domains, or none of the groups, that are let in."""
    if door.domains and claims.domain not in door.domains:
        raise NotRecognised(reason="domain" if claims.email else "unverified")
    if door.groups and not set(door.groups) & set(claims.groups):
        raise NotRecognised(reason="group")


def connect(door: Door, claims: Claims, person: Person, *, proved_as: UUID | None = None, now: datetime) -> None:
    """From now on, whoever has this subject at the provider is this person, who is told so. See `hand_over`.

    Raises NotRecognised when the person is somebody else there, Conflict when it was just done.
    """
    _check_unknown(door, claims, person)
    cleared = hand_over(person, proved_as=proved_as, now=now)
    try:
        Identity.create(
            person=person,
            provider=door.key,
            house=person.house,
            issuer=claims.issuer,
            subject=claims.subject,
            created_at=now,
            used_at=now,
        )
    except IntegrityError:
        raise Conflict("sso_at_once") from None
    _record(person, door.label, now)
    tell(person, door.label, connected=True, cleared=cleared, now=now)


def identities_of(person: Person) -> list[Identity]:
    """At which providers the person is known, the oldest first."""
    return list(Identity.select().where(Identity.person == person).order_by(Identity.created_at, Identity.id))


def note_proven(door: Door, *, now: datetime) -> None:
    """Somebody came back in good order: the provider may be made the only way."""
    if door.agency:
        mine = (Provider.agency == door.agency) & (Provider.issuer == door.issuer)
        mine &= (Provider.client_id == door.client_id) & (Provider.secret == door.secret)
        Provider.update(proven_at=now).where(mine).execute()


def _known(door: Door, claims: Claims, house: str) -> Identity | None:
    found: Identity | None = (
        Identity.select(Identity, Person)
        .join(Person)
        .where(
            (Identity.provider == door.key)
            & (Identity.house == house)
            & (Identity.issuer == claims.issuer)
            & (Identity.subject == claims.subject)
        )
        .first()
    )
    return found


def _by_address(claims: Claims, house: str) -> Person:
    if not claims.email:
        raise NotRecognised(reason="unverified")
    person = person_in(house, claims.email)
    if person is None:
        raise NotRecognised(reason="unknown")
    return person


def _check_reach(door: Door, person: Person, now: datetime) -> None:
    """Raises NotRecognised unless the provider has a say over this account.

    An agency's provider reaches that agency's people alone, and never who runs the installation; of all others the
    agency learns no more than of who has no account. The installation's reaches everybody at the platform but the
    staff whom their agency lets in by its own provider only.
    """
    staff = staff_of_person(person, now=now) if person.house == PLATFORM else None
    if door.agency:
        theirs = staff.agency_id if staff else person.agency_id
        if theirs != door.agency.id or person.is_operator:
            raise NotRecognised(reason="unknown")
    if person.disabled_at is not None:
        raise NotRecognised(reason="disabled")
    if staff and not door.agency and staff.role != Role.OWNER:
        own = provider_of(staff.agency)
        if own and own.staff == Use.ONLY:
            raise NotRecognised(reason="own_provider_only")


def _check_unknown(door: Door, claims: Claims, person: Person) -> None:
    """Raises NotRecognised when the person is known there already: as somebody else."""
    mine = (Identity.person == person) & (Identity.provider == door.key) & (Identity.issuer == claims.issuer)
    if Identity.select().where(mine).exists():
        raise NotRecognised(reason="other_subject")


def _record_refusal(door: Door, claims: Claims, reason: str, now: datetime) -> None:
    with transaction():
        audit.record(
            "sso.refused",
            by=Actor("system", door.label),
            now=now,
            agency_id=door.agency.id if door.agency else None,
            subject=(claims.named_email or claims.subject)[:254],
            reason=reason,
            provider=door.label,
        )


def _record(person: Person, label: str, now: datetime) -> None:
    staff = staff_of_person(person) if person.house == PLATFORM else None
    audit.record(
        "sso.connected",
        by=Actor("staff" if person.house == PLATFORM else "contributor", person.shown_name, person.id),
        now=now,
        agency_id=staff.agency_id if staff else person.agency_id,
        subject=person.email,
        provider=label,
    )
