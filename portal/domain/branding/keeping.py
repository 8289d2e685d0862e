"""The pictures of drafts and versions in the database: each kept once an agency, and only while something needs it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from portal.db import lock_row, transaction
from portal.domain.accounts import Person
from portal.domain.accounts.erasing import is_blank
from portal.domain.audit import Actor
from portal.domain.branding.models import BrandDraft, BrandPicture, BrandVersion
from portal.domain.branding.picture import Picture
from portal.domain.errors import Conflict, Refused
from portal.domain.tenants import Agency

UPLOADS_A_DAY = 200
VERSIONS = 50
AGENCY_BYTES = 96 * 1024 * 1024


def count_upload(agency: Agency, now: datetime) -> None:
    """One more file of this agency, whatever becomes of it. Raises Refused past what a day may bring."""
    with transaction():
        lock_row(Agency, agency.id.hex)
        row = BrandDraft.get_or_none(BrandDraft.agency == agency) or BrandDraft.create(agency=agency)
        if row.uploads_since is None or now - row.uploads_since >= timedelta(days=1):
            row.uploads, row.uploads_since = 0, now
        if row.uploads >= UPLOADS_A_DAY:
            raise Refused("brand_too_many_uploads", most=UPLOADS_A_DAY)
        row.uploads += 1
        row.save()


def keep(agency: Agency, pictures: Iterable[Picture], now: datetime) -> None:
    """Have these pictures in the database, where they may be already."""
    for picture in pictures:
        content, size = picture.data, len(picture.data)
        BrandPicture.insert(
            agency=agency, sha256=picture.sha256, content=content, size=size, created_at=now
        ).on_conflict_ignore().execute()


def loaded(agency: Agency, hashes: Iterable[str]) -> dict[str, bytes]:
    """The pictures there are of those asked for, by SHA-256."""
    wanted = sorted(set(hashes))
    rows = BrandPicture.select().where((BrandPicture.agency == agency) & BrandPicture.sha256.in_(wanted))
    return {row.sha256: bytes(row.content) for row in rows}


def sweep(agency: Agency) -> None:
    """Let go of the oldest versions past their number or past what an agency may keep, and of pictures nobody needs."""
    versions = list(
        BrandVersion.select(BrandVersion.id, BrandVersion.files)
        .where(BrandVersion.agency == agency)
        .order_by(BrandVersion.number.desc())
    )
    draft = BrandDraft.get_or_none(BrandDraft.agency == agency)
    kept = BrandPicture.select(BrandPicture.sha256, BrandPicture.size).where(BrandPicture.agency == agency)
    sizes = {row.sha256: row.size for row in kept}
    needed = set(draft.files.values()) if draft else set()
    gone = []
    for at, version in enumerate(versions):
        more = needed | set(version.files.values())
        if at > 0 and (at >= VERSIONS or sum(sizes.get(sha, 0) for sha in more) > AGENCY_BYTES):
            gone = versions[at:]
            break
        needed = more
    if gone:
        BrandVersion.delete().where(BrandVersion.id.in_([version.id for version in gone])).execute()
    if useless := [sha for sha in sizes if sha not in needed]:
        BrandPicture.delete().where((BrandPicture.agency == agency) & BrandPicture.sha256.in_(useless)).execute()


def check_version(row: BrandDraft, expected: int | None, by: Actor) -> None:
    """Raises Conflict where the draft has gone on since the page was made; one's own other window is nobody else.

    None: there was no page.
    """
    if expected is None or row.version == expected:
        return
    if (row.changed_by_id, row.changed_by) == _signature(by):
        raise Conflict("brand_changed_by_you")
    raise Conflict("brand_changed_meanwhile", by=changer_of(row) or "–")


def sign(row: BrandDraft, now: datetime, by: Actor) -> None:
    """Save a draft as changed, once more, by that person."""
    row.changed_by_id, row.changed_by = _signature(by)
    row.version, row.changed_at = row.version + 1, now
    row.save()


def changer_of(row: BrandDraft) -> str:
    """Who changed the draft last, by the name the person has now; "" once that was erased."""
    if row.changed_by_id is None:
        return row.changed_by
    person = Person.get_or_none(Person.id == row.changed_by_id)
    return person.shown_name if person and not is_blank(person) else ""


def _signature(by: Actor) -> tuple[UUID | None, str]:
    return by.id, "" if by.id else by.name
