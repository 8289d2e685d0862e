"""What an agency is about to look like: saved at any time, seen by nobody outside until it is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.db import lock_row, transaction
from portal.domain.audit import Actor
from portal.domain.branding.brand import Brand
from portal.domain.branding.catalogue import ROLES
from portal.domain.branding.changes import changes
from portal.domain.branding.draft import Draft
from portal.domain.branding.keeping import changer_of, check_version, count_upload, keep, loaded, sign, sweep
from portal.domain.branding.live import Live, ThemeStore, as_picture, brand_from, file_names, fingerprint, live_of
from portal.domain.branding.models import BrandDraft, BrandVersion
from portal.domain.branding.picture import Picture
from portal.domain.branding.theme_file import ThemeFile
from portal.domain.branding.uploads import judged
from portal.domain.branding.values import kept, revived, taken
from portal.domain.errors import Invalid
from portal.domain.rights import Permission, still_may
from portal.domain.tenants import Agency


def draft_of(agency: Agency, store: ThemeStore) -> Draft:
    """What the agency would publish now."""
    return _draft(agency, BrandDraft.get_or_none(BrandDraft.agency == agency), live_of(agency, store))


def save_draft(
    agency: Agency, typed: Mapping[str, str], store: ThemeStore, *, expected: int, now: datetime, by: Actor
) -> Draft:
    """Take what was typed into the draft: any of the fields in `branding.FIELDS`; what is not sent stays.

    `expected` is the version the page showed. Raises Invalid (by field) and Conflict.
    """
    with transaction():
        row, live = _begun(agency, store, by)
        check_version(row, expected, by)
        return _changed(agency, row, live, taken(_values(row, live), typed), _files(row, live), now, by)


def put_picture(
    agency: Agency,
    role: str,
    data: bytes,
    store: ThemeStore,
    *,
    crop: tuple[float, float, float, float] | None = None,
    expected: int | None = None,
    now: datetime,
    by: Actor,
) -> Draft:
    """Take a file into the draft as the picture of a role. `crop`: x, y, width, height as fractions of it.

    `expected` is the version of the draft the page showed, as everywhere below. Raises Invalid at `role` with the
    reason, Refused when the agency has sent too many today, good or bad, and Conflict.
    """
    count_upload(agency, now)
    upload = judged(data, role, crop)
    picture = as_picture(f"{role}.{upload.extension}", upload.data)
    with transaction():
        row, live = _begun(agency, store, by)
        check_version(row, expected, by)
        keep(agency, [picture], now)
        files = {name: sha for name, sha in _files(row, live).items() if name not in file_names(role)}
        files[picture.file_name] = picture.sha256
        return _changed(agency, row, live, _values(row, live), files, now, by)


def drop_picture(
    agency: Agency, role: str, store: ThemeStore, *, expected: int | None = None, now: datetime, by: Actor
) -> Draft:
    """Take the picture of a role out of the draft; what stands in for it is made from the name.

    Raises Invalid and Conflict.
    """
    if role not in ROLES:
        raise Invalid({role: ("brand_role_unknown", {})})
    with transaction():
        row, live = _begun(agency, store, by)
        check_version(row, expected, by)
        files = {name: sha for name, sha in _files(row, live).items() if name not in file_names(role)}
        return _changed(agency, row, live, _values(row, live), files, now, by)


def discard_draft(agency: Agency, store: ThemeStore, *, expected: int | None = None, now: datetime, by: Actor) -> Draft:
    """Forget what was not published. Raises Conflict."""
    with transaction():
        row, live = _begun(agency, store, by)
        check_version(row, expected, by)
        if row.values is not None:
            clear(row, now, by)
            sweep(agency)
        return _draft(agency, row, live)


def brand_of_draft(agency: Agency, draft: Draft, store: ThemeStore) -> Brand:
    """The brand that the draft comes to, for previews. Raises BrandError."""
    return brand_from(agency, draft.values, pictures_of(agency, draft.files, store), store)


def picture_bytes(agency: Agency, sha256: str, store: ThemeStore) -> Picture | None:
    """A picture of this agency's draft, history or folder; its role is the first one it is found under."""
    past = BrandVersion.select(BrandVersion.files).where(BrandVersion.agency == agency)
    for files in (draft_of(agency, store).files, live_of(agency, store).files, *(version.files for version in past)):
        for name, sha in files.items():
            if sha == sha256:
                return pictures_of(agency, {name: sha}, store).get(name)
    return None


def pictures_of(agency: Agency, files: Mapping[str, str], store: ThemeStore) -> dict[str, Picture]:
    """The pictures named by `files`, out of the database or, where it has none yet, out of the folder."""
    found = loaded(agency, files.values())
    if any(sha not in found for sha in files.values()):
        found |= {picture.sha256: picture.data for picture in live_of(agency, store).pictures.values()}
    return {name: as_picture(name, found[sha]) for name, sha in files.items() if sha in found}


def clear(row: BrandDraft, now: datetime, by: Actor) -> None:
    """Nothing is to be published any more; the number goes on."""
    row.values, row.files, row.base = None, {}, ""
    sign(row, now, by)


def begun(agency: Agency, store: ThemeStore, by: Actor) -> tuple[BrandDraft, Live, Draft]:
    """The draft for whoever is about to change it: nobody else may until the transaction ends.

    Raises Forbidden for staff who lost the right while they asked; so does whatever changes a draft.
    """
    row, live = _begun(agency, store, by)
    return row, live, _draft(agency, row, live)


def _begun(agency: Agency, store: ThemeStore, by: Actor) -> tuple[BrandDraft, Live]:
    still_may(agency, by, Permission.PRICES)
    lock_row(Agency, agency.id.hex)
    row = BrandDraft.get_or_none(BrandDraft.agency == agency) or BrandDraft.create(agency=agency)
    return row, live_of(agency, store)


def _changed(
    agency: Agency,
    row: BrandDraft,
    live: Live,
    values: ThemeFile,
    files: Mapping[str, str],
    now: datetime,
    by: Actor,
) -> Draft:
    if row.values is None:
        row.base = live.fingerprint
        keep(agency, live.pictures.values(), now)
    stays: dict[str, Any] | None = kept(values)
    if fingerprint(values, files) == live.fingerprint and live.fault is None:
        stays, files = None, {}
    row.values, row.files = stays, dict(files)
    sign(row, now, by)
    sweep(agency)
    return _draft(agency, row, live)


def _draft(agency: Agency, row: BrandDraft | None, live: Live) -> Draft:
    if row is None or row.values is None:
        version = row.version if row else 0
        return Draft(agency.id, live.values, live.files, version, None, "", fault=live.fault)
    values = revived(row.values)
    different = tuple(changes(live.values, live.files, values, row.files))
    behind = row.base != live.fingerprint
    return Draft(
        agency.id, values, row.files, row.version, row.changed_at, changer_of(row), different, live.fault, behind
    )


def _values(row: BrandDraft, live: Live) -> ThemeFile:
    return revived(row.values) if row.values else live.values


def _files(row: BrandDraft, live: Live) -> dict[str, str]:
    return dict(row.files) if row.values else live.files
