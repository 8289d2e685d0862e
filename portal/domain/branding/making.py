"""The sizes of a brand made, once: at publishing, or for a folder of another origin when somebody first asks.

They are kept in a folder of their own under what they are made from, so that a picture changed by hand has others.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from portal.domain.branding.catalogue import CONTENT_TYPES, MAIL_PICTURES
from portal.domain.branding.drawing_tree import DrawingLate
from portal.domain.branding.kept import Kept
from portal.domain.branding.picture import Picture, made
from portal.domain.branding.sizes import MAKERS, role_of, stand_in

if TYPE_CHECKING:
    from portal.domain.branding.brand import Brand

EDITION = 2
"""Raised whenever sizes are made in another way, so that those of before are not taken for them."""

_kept: Kept[str, Picture] = Kept(200)


class SizeStore(Protocol):
    """Where made sizes lie, for every process and for the next start."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None:
        """Keep it; where that fails, it is made again another time."""


_stores: list[SizeStore] = []


def keep_sizes_in(store: SizeStore | None) -> None:
    """Have all made sizes kept there; None: each process has its own."""
    _stores[:] = [store] if store else []


def made_size(brand: Brand, file_name: str) -> Picture | None:
    """The picture of a brand under a name such as `icon-192.png`; None for names that are not made.

    Where a drawing was not done in time, the mark made from the name, until the drawing is tried again.
    """
    if file_name not in MAKERS:
        return None
    key = _key(brand, file_name)
    try:
        return _kept.get(key, lambda: _found_or_made(brand, file_name, key))
    except DrawingLate:
        passing = made_size(_by_name(brand, role_of(file_name)), file_name)
        return replace(passing, is_passing=True) if passing else None


def draw_sizes(brand: Brand) -> None:
    """Have every size of the brand ready that somebody may ask for."""
    for file_name in MAKERS:
        if file_name.removesuffix(".png") not in MAIL_PICTURES:
            made_size(brand, file_name)
    mail_pictures(brand)


def mail_pictures(brand: Brand) -> dict[str, Picture]:
    """The logos as PNG, by role: made by hand where a PNG stands beside the logo, else from the logo.

    None for who has no logo, whose name is written instead; and no second one that is the first.
    """
    found: dict[str, Picture] = {}
    for role in MAIL_PICTURES:
        logo, own = brand.pictures[role], brand.mail_files.get(role)
        if own and own.sha256 != logo.sha256:
            found[role] = own
        elif not logo.made_from_name and (role == "logo" or logo.sha256 != brand.logo.sha256):
            picture = made_size(brand, f"{role}.png")
            assert picture is not None, "logos are made as PNG"
            found[role] = Picture(role, "png", picture.content_type, picture.data, picture.sha256)
    return found


def _found_or_made(brand: Brand, file_name: str, key: str) -> Picture:
    store = _stores[0] if _stores else None
    data = store.get(key) if store else None
    if data is None:
        data = MAKERS[file_name](brand)
        if store:
            store.put(key, data)
    role, _, extension = file_name.rpartition(".")
    return Picture(role, extension, CONTENT_TYPES[extension], data, hashlib.sha256(data).hexdigest())


def _key(brand: Brand, file_name: str) -> str:
    """The same for whatever comes out the same, and for nothing else."""
    role = role_of(file_name)
    picture, instead = brand.pictures[role], hashlib.sha256(stand_in(brand, role)).hexdigest()
    seen = [
        EDITION,
        file_name,
        picture.sha256,
        picture.extension,
        picture.made_from_name,
        instead,
        brand.light["brand"],
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def _by_name(brand: Brand, role: str) -> Brand:
    """The brand as if it had no picture of that role."""
    return replace(brand, pictures={**brand.pictures, role: made(role, stand_in(brand, role))})
