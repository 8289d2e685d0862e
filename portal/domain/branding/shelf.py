"""Brands at hand while people work: read again when a folder changes, and never half."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from portal.domain.branding.brand import Brand
from portal.domain.branding.catalogue import DEFAULT_FOLDER, VENDOR_FOLDER
from portal.domain.branding.queries import load_brand, load_vendor, nameless
from portal.domain.branding.theme_file import BrandError

_FRESH_SECONDS = 1.0
_TRIES, _PAUSE = 5, 0.02
_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Kept = tuple[float, object, Brand]


class Shelf:
    """Brands at hand for a running process: read again when a folder changes, at most once a second.

    A folder that breaks while people work is logged, and its last good brand stays.
    """

    def __init__(self, themes_dir: Path) -> None:
        self._themes_dir = themes_dir
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str | None], _Kept] = {}
        self._before: dict[tuple[str, str | None], Brand] = {}

    def brand(self, slug: str, name: str) -> Brand:
        """The brand of an agency; never fails."""
        return self._fresh(slug, name, lambda: load_brand(self._themes_dir, slug, name))

    def vendor(self) -> Brand:
        """The vendor's brand; never fails once it was read."""
        return self._fresh(VENDOR_FOLDER, None, lambda: load_vendor(self._themes_dir))

    def version(self, version: str, slug: str = VENDOR_FOLDER, name: str | None = None) -> Brand | None:
        """An agency's brand (the vendor's without one) if that is its version, or was just before.

        Another process may have seen a change first; and pages opened before it still ask for their pictures.
        """
        key = (slug, name)
        if (kept := self._kept.get(key)) and kept[2].version != version:
            self._kept[key] = (float("-inf"), *kept[1:])
        brand = self.vendor() if name is None else self.brand(slug, name)
        found = (brand, self._before.get(key))
        return next((each for each in found if each and each.version == version), None)

    def _fresh(self, slug: str, name: str | None, load: Callable[[], Brand]) -> Brand:
        key = (slug, name)
        kept = self._kept.get(key)
        if kept and time.monotonic() - kept[0] < _FRESH_SECONDS:
            return kept[2]
        with self._lock:
            folders = [self._themes_dir / slug, self._themes_dir / DEFAULT_FOLDER]
            state, kept = state_of(folders), self._kept.get(key)
            brand = kept[2] if kept and kept[1] == state else self._read(folders, load, kept, name)
            if kept and kept[2].version != brand.version:
                self._before[key] = kept[2]
            self._kept[key] = (time.monotonic(), state, brand)
            return brand

    @staticmethod
    def _read(folders: list[Path], load: Callable[[], Brand], kept: _Kept | None, name: str | None) -> Brand:
        try:
            return steadily(folders, load)
        except (BrandError, OSError) as error:
            _log.error("theme refused: %s", error)
            if kept:
                return kept[2]
            if name is None:
                raise
            return nameless(name)


def steadily(folders: list[Path], read: Callable[[], _T]) -> _T:
    """What `read` finds in folders that did not change while it read. Raises OSError when they never rest.

    A folder that is missing while its next state waits beside it is waited for: somebody is changing it just now.
    """
    for _ in range(_TRIES):
        before = state_of(folders)
        if not any(_is_between(folder) for folder in folders):
            try:
                found = read()
            except (BrandError, OSError):
                if before == state_of(folders):
                    raise
            else:
                if before == state_of(folders):
                    return found
        time.sleep(_PAUSE)
    raise OSError(f"{folders[0].name} is being changed")


def state_of(folders: Iterable[Path]) -> object:
    """What changes when anything in the folders does, or when one of them takes the place of another."""
    return [_state(folder) for folder in folders]


def _state(folder: Path) -> object:
    try:
        with os.scandir(folder) as entries:
            inside = sorted((entry.name, (stat := entry.stat()).st_mtime_ns, stat.st_size) for entry in entries)
        return folder.stat().st_ino, inside
    except OSError:
        return None


def _is_between(folder: Path) -> bool:
    return not folder.exists() and any(folder.parent.glob(f".{folder.name}.old-*"))
