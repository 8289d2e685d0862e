"""From a draft to what everybody sees, with a way back: every brand that was live is kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from portal.db import transaction
from portal.domain import audit
from portal.domain.audit import Actor
from portal.domain.branding.catalogue import ROLES, SETTINGS_FILE
from portal.domain.branding.changes import Changed, changes
from portal.domain.branding.drafts import begun, clear, draft_of, pictures_of
from portal.domain.branding.keeping import check_version, keep, sweep
from portal.domain.branding.live import Live, ThemeStore, brand_from, file_names, fingerprint, live_of
from portal.domain.branding.making import draw_sizes
from portal.domain.branding.models import BrandVersion
from portal.domain.branding.theme_file import BrandError, ThemeFile
from portal.domain.branding.values import kept, revived, written
from portal.domain.errors import NotFound, Refused
from portal.domain.tenants import Agency


@dataclass(frozen=True, slots=True)
class Version:
    """A brand that was live. `how`: published, restored (from the version `restored`), reset, or found in the folder.

    `changes` are the differences from the version before; `is_live`: the folder holds it now.
    """

    number: int
    how: str
    restored: int | None
    values: ThemeFile
    files: Mapping[str, str]
    by_name: str
    created_at: datetime
    changes: tuple[Changed, ...]
    is_live: bool


def publish(agency: Agency, store: ThemeStore, *, expected: int | None = None, now: datetime, by: Actor) -> Version:
    """Let everybody see the draft. `expected` is the version of the draft the page showed.

    Raises Refused (nothing to publish; the folder can't be written) and Conflict.
    """
    draft = draft_of(agency, store)
    _make_ready(agency, draft.values, draft.files, store)
    with transaction():
        row, live, draft = begun(agency, store, by)
        check_version(row, expected, by)
        if not draft.is_changed:
            raise Refused("brand_unchanged")
        _go_live(agency, live, draft.values, draft.files, store, "published", None, now, by)
        clear(row, now, by)
    return versions(agency, store)[0]


def restore(
    agency: Agency, number: int, store: ThemeStore, *, expected: int | None = None, now: datetime, by: Actor
) -> Version:
    """Let everybody see a brand of before again; a draft there may be goes, if the page showed it (`expected`).

    Raises NotFound, Refused and Conflict.
    """
    old = _kept_version(agency, number)
    _make_ready(agency, revived(old.values), old.files, store)
    with transaction():
        row, live, _ = begun(agency, store, by)
        old = _kept_version(agency, number)
        check_version(row, expected, by)
        if old.fingerprint == live.fingerprint and live.fault is None:
            raise Refused("brand_is_live")
        _go_live(agency, live, revived(old.values), old.files, store, "restored", number, now, by)
        clear(row, now, by)
    return versions(agency, store)[0]


def reset(agency: Agency, store: ThemeStore, *, expected: int | None = None, now: datetime, by: Actor) -> Version:
    """Back to the name alone, neutral in everything else; a draft there may be goes. Raises Refused and Conflict."""
    _make_ready(agency, ThemeFile(name=live_of(agency, store).values.name), {}, store)
    with transaction():
        row, live, _ = begun(agency, store, by)
        check_version(row, expected, by)
        neutral = ThemeFile(name=live.values.name)
        if fingerprint(neutral, {}) == live.fingerprint and live.fault is None:
            raise Refused("brand_is_neutral")
        _go_live(agency, live, neutral, {}, store, "reset", None, now, by)
        clear(row, now, by)
    return versions(agency, store)[0]


def versions(agency: Agency, store: ThemeStore) -> list[Version]:
    """Every brand that was live and is still kept, the latest first."""
    rows = list(BrandVersion.select().where(BrandVersion.agency == agency).order_by(BrandVersion.number.desc()))
    live = live_of(agency, store).fingerprint
    shown: list[Version] = []
    for row, older in zip(rows, [*rows[1:], None], strict=False):
        is_live = row.fingerprint == live and not any(version.is_live for version in shown)
        values, before = revived(row.values), revived(older.values) if older else ThemeFile()
        different = tuple(changes(before, older.files, values, row.files)) if older else ()
        shown.append(
            Version(
                row.number, row.how, row.restored, values, row.files, row.by_name, row.created_at, different, is_live
            )
        )
    return shown


def _kept_version(agency: Agency, number: int) -> BrandVersion:
    found = BrandVersion.get_or_none((BrandVersion.agency == agency) & (BrandVersion.number == number))
    if found is None:
        raise NotFound
    return found


def _make_ready(agency: Agency, values: ThemeFile, files: Mapping[str, str], store: ThemeStore) -> None:
    """Draw its sizes before anybody asks for them; before the transaction, for that takes seconds."""
    with suppress(BrandError):  # which the transaction says
        draw_sizes(brand_from(agency, values, pictures_of(agency, files, store), store))


def _go_live(
    agency: Agency,
    live: Live,
    values: ThemeFile,
    files: Mapping[str, str],
    store: ThemeStore,
    how: str,
    restored: int | None,
    now: datetime,
    by: Actor,
) -> None:
    """The folder is the last to change: what fails before that leaves everything as it was."""
    pictures = pictures_of(agency, files, store)
    try:
        brand_from(agency, values, pictures, store)
    except BrandError as error:
        raise Refused("brand_not_usable", reason=error.reason) from None
    latest = BrandVersion.select().where(BrandVersion.agency == agency).order_by(BrandVersion.number.desc()).first()
    if live.fault is None and (latest is None or latest.fingerprint != live.fingerprint):
        keep(agency, live.pictures.values(), now)
        _note(agency, live.values, live.files, "found", None, now, None)
    keep(agency, pictures.values(), now)
    _note(agency, values, files, how, restored, now, by)
    sweep(agency)
    different = [change.field for change in changes(live.values, live.files, values, files)]
    details: dict[str, Any] = {"fields": different} | ({"version": restored} if restored else {})
    audit.record(f"brand.{how}", by=by, now=now, agency_id=agency.id, subject=agency.name, **details)
    _write(agency, values, {name: picture.data for name, picture in pictures.items()}, store)


def _note(
    agency: Agency,
    values: ThemeFile,
    files: Mapping[str, str],
    how: str,
    restored: int | None,
    now: datetime,
    by: Actor | None,
) -> None:
    last = BrandVersion.select(fn.MAX(BrandVersion.number)).where(BrandVersion.agency == agency).scalar() or 0
    BrandVersion.create(
        agency=agency,
        number=last + 1,
        how=how,
        restored=restored,
        values=kept(values),
        files=dict(files),
        fingerprint=fingerprint(values, files),
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
    )


def _write(agency: Agency, values: ThemeFile, pictures: Mapping[str, bytes], store: ThemeStore) -> None:
    known = {name for role in ROLES for name in file_names(role)}
    try:
        store.write(agency.slug, {SETTINGS_FILE: written(values), **pictures}, without=known - set(pictures))
    except OSError as error:
        raise Refused("brand_folder_closed", reason=error.strerror or str(error)) from None
