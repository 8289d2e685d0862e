from __future__ import annotations

from datetime import datetime

from portal.db import Prepared, change, lock_row, transaction
from portal.domain import audit
from portal.domain.accounts import Contributor, Member
from portal.domain.audit import Actor
from portal.domain.errors import Forbidden, NotFound
from portal.domain.rights.catalogue import BOXES, VENDOR_BRANDED, Box
from portal.domain.rights.models import Right, SectionAvailability
from portal.domain.rights.places import stay_inside
from portal.domain.rights.queries import boxes_of, boxes_of_many, is_available
from portal.domain.tenants import Client

_DELETE = "DELETE FROM contributor_right WHERE contributor_id = ?::uuid AND box IN ?texts"


def set_box(colleague: Contributor, box: str, *, granted: bool, by: Member, now: datetime) -> frozenset[str]:
    """Bring one box of one person to the wanted state, its dependents along; the boxes that he then holds.

    Granting a verb grants access with it; withdrawing access withdraws the verbs.
    Raises NotFound for a box that is not offered, Forbidden for oneself, for a person who
    holds more than `by`, and for a box that `by` lacks.
    """
    if box not in BOXES or colleague.app_id != by.app.id or not is_available(by.client, BOXES[box].section):
        raise NotFound
    with transaction():
        held = guard(colleague, by, [box])
        if granted:
            changed = _grant(colleague, BOXES[box], held, by.actor, now)
        else:
            changed = _withdraw(colleague, BOXES[box], held)
        _record("right.granted" if granted else "right.withdrawn", colleague, changed, by, now)
    return held.union(changed) if granted else held.difference(changed)


def make_white_label(colleague: Contributor, *, by: Member, now: datetime) -> list[str]:
    """Untick every box that would show the vendor, also those of sections that are not there now; the keys.

    Raises NotFound and Forbidden as `set_box` does.
    """
    if colleague.app_id != by.app.id:
        raise NotFound
    with transaction():
        going = sorted(guard(colleague, by, []) & VENDOR_BRANDED)
        _delete(colleague, going)
        _record("right.withdrawn", colleague, going, by, now)
    return going


def give_boxes(contributor: Contributor, boxes: list[str], *, by: Actor, now: datetime) -> None:
    """The boxes a new member starts with; what they depend on comes along. Checked by the caller."""
    held = boxes_of(contributor)
    for key in boxes:
        held = held.union(_grant(contributor, BOXES[key], held, by, now))


def guard(colleague: Contributor, by: Member, boxes: list[str]) -> frozenset[str]:
    """What the colleague holds, to be changed now.

    Raises Forbidden where a contributor reaches for himself, somebody above him, or what he does not hold.
    Both memberships are locked, in one order for everybody: what is compared here can't change meanwhile.
    """
    for contributor_id in sorted({colleague.id, by.contributor.id if by.contributor else colleague.id}):
        lock_row(Contributor, contributor_id.hex)
    stay(by)
    if by.contributor is None:
        return boxes_of_many([colleague])[colleague.id]
    if colleague.id == by.contributor.id:
        raise Forbidden("not_yourself")
    found = boxes_of_many([by.contributor, colleague])
    own, held = found[by.contributor.id], found[colleague.id]
    if not held <= own:
        raise Forbidden("person_above_you")
    if not set(boxes) <= own:
        raise Forbidden("grant_ceiling")
    return held


def stay(by: Member) -> None:
    """Raises Forbidden for who was taken out while he asked; from here on nobody takes him out."""
    if by.contributor is None:
        stay_inside(by)
        return
    lock_row(Contributor, by.contributor.id.hex)
    if not _living(by.contributor.id.hex):
        raise Forbidden("box_missing")


def set_available(client: Client, section: str, *, available: bool) -> None:
    """Write down whether a section can be offered to the client."""
    SectionAvailability.insert(
        **SectionAvailability(client=client, section=section, available=available).__data__
    ).on_conflict(
        conflict_target=[SectionAvailability.client, SectionAvailability.section],
        preserve=[SectionAvailability.available],
    ).execute()


def _grant(contributor: Contributor, box: Box, held: frozenset[str], by: Actor, now: datetime) -> list[str]:
    missing = [key for key in dict.fromkeys((box.section, box.key)) if key not in held]
    for key in missing:
        Right(contributor=contributor, box=key, given_by=by.name, given_at=now).place("ON CONFLICT DO NOTHING")
    return missing


def _withdraw(contributor: Contributor, box: Box, held: frozenset[str]) -> list[str]:
    going = [key for key, other in BOXES.items() if other.section == box.section] if box.is_access else [box.key]
    _delete(contributor, going)
    return [key for key in going if key in held]


def _delete(contributor: Contributor, boxes: list[str]) -> None:
    if boxes:
        change(
            "DELETE FROM contributor_right WHERE contributor_id = ?::uuid AND box IN ?texts", contributor.id.hex, boxes
        )


def _record(action: str, colleague: Contributor, boxes: list[str], by: Member, now: datetime) -> None:
    for key in boxes:
        audit.record(
            action,
            by=by.actor,
            now=now,
            agency_id=by.agency.id,
            client_id=by.client.id,
            app_id=by.app.id,
            subject=colleague.person.email,
            box=key,
        )


_living = Prepared(
    lambda contributor: Contributor.select(Contributor.id).where(
        (Contributor.id == contributor) & Contributor.ended_at.is_null()
    )
)
