"""The folder of an agency as it is at this moment: what a draft begins from, and what publishing replaces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from portal.domain.branding.brand import Brand
from portal.domain.branding.catalogue import CONTENT_TYPES, MAIL_PICTURES, PICTURES, ROLES
from portal.domain.branding.picture import Picture
from portal.domain.branding.pictures import read_pictures
from portal.domain.branding.queries import assemble
from portal.domain.branding.shelf import steadily
from portal.domain.branding.theme_file import BrandError, ThemeFile, read_theme
from portal.domain.branding.values import kept
from portal.domain.tenants import Agency


class ThemeStore(Protocol):
    """Where themes are kept: a folder that every process reads, and that is written so that none reads half of it."""

    @property
    def folder(self) -> Path: ...

    def write(self, slug: str, files: Mapping[str, bytes], *, without: Collection[str] = ()) -> None:
        """Put `files` in and take `without` out, at once; what else is there stays. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Live:
    """Settings (with the agency's name) and pictures by file name; `fault`: why the folder can't be used, if so."""

    values: ThemeFile
    pictures: Mapping[str, Picture]
    fault: str | None = None

    @property
    def files(self) -> dict[str, str]:
        """File name to SHA-256."""
        return {name: picture.sha256 for name, picture in self.pictures.items()}

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.values, self.files)


def live_of(agency: Agency, store: ThemeStore) -> Live:
    """What the agency's folder holds now; a folder that can't be used counts as the neutral one, and says why."""
    folder = store.folder / agency.slug
    try:
        own, pictures = steadily([folder], lambda: (read_theme(folder), _pictures(folder)))
    except (BrandError, OSError) as error:
        return Live(ThemeFile(name=agency.name), _spared(folder), str(error))
    return Live(replace(own, name=own.name or agency.name), pictures)


def brand_from(agency: Agency, values: ThemeFile, pictures: Mapping[str, Picture], store: ThemeStore) -> Brand:
    """The brand that settings and pictures (by file name) come to. Raises BrandError."""
    pages = {role: found for role in ROLES if (found := main_picture(role, pictures))}
    mails = {role: found for role in MAIL_PICTURES if (found := pictures.get(f"{role}.png"))}
    return assemble(store.folder, agency.slug, values, (pages, mails))


def main_picture(role: str, pictures: Mapping[str, Picture]) -> Picture | None:
    """Of the files of a role the one that pages show."""
    found = (pictures.get(name) for name in file_names(role))
    return next((picture for picture in found if picture), None)


def file_names(role: str) -> list[str]:
    """Every name that a picture of the role may have in a folder, the one that wins first."""
    return [f"{role}.{extension}" for extension in PICTURES[role]]


def as_picture(file_name: str, data: bytes) -> Picture:
    role, _, extension = file_name.rpartition(".")
    return Picture(role, extension, CONTENT_TYPES[extension], data, hashlib.sha256(data).hexdigest())


def fingerprint(values: ThemeFile, files: Mapping[str, str]) -> str:
    """What is the same for two brands of the same settings and pictures."""
    return hashlib.sha256(json.dumps([kept(values), files], sort_keys=True).encode()).hexdigest()


def _pictures(folder: Path) -> dict[str, Picture]:
    pages, mails = read_pictures(folder)
    return {picture.file_name: picture for picture in (*pages.values(), *mails.values()) if picture.role in ROLES}


def _spared(folder: Path) -> dict[str, Picture]:
    """The pictures of a folder whose settings can't be read, where they at least can."""
    try:
        return _pictures(folder)
    except (BrandError, OSError):
        return {}
