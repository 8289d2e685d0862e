"""The themes folder on this machine, changed so that nobody ever meets half a theme.

A theme is built beside its place and exchanged with it in one step where the kernel can do that; elsewhere in two,
and whoever finds the gap between them (a start, the next change) closes it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_NEW, _OLD = ".new-", ".old-"


class LocalThemes:
    """A `ThemeStore` for a folder on this machine that several processes write to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, slug: str, files: Mapping[str, bytes], *, without: Collection[str] = ()) -> None:
        """Put `files` into the theme `slug` and take `without` out of it, all at once; what else is there stays.

        Raises OSError; then the theme is as it was.
        """
        place = self.folder / slug
        if place.parent != self.folder or slug.startswith("."):
            raise OSError(errno.EINVAL, "not a name for a theme", slug)
        with self._alone():
            self._mend(slug)
            fresh = self.folder / f".{slug}{_NEW}{secrets.token_hex(6)}"
            try:
                _build(fresh, place, files, without)
                self._swap(fresh, place)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)

    def recover(self) -> None:
        """Close what a process left open that died between two steps. Does nothing where it may not write."""
        if not os.access(self.folder, os.W_OK):
            return
        with self._alone():
            slugs = {_slug_of(entry.name) for entry in self.folder.iterdir()}
            for slug in filter(None, slugs):
                self._mend(slug)

    def _swap(self, fresh: Path, place: Path) -> None:
        if not place.exists():
            fresh.rename(place)
        elif not _exchange(fresh, place):
            aside = place.with_name(f".{place.name}{_OLD}{secrets.token_hex(6)}")
            place.rename(aside)
            try:
                fresh.rename(place)
            except OSError:
                aside.rename(place)
                raise
            shutil.rmtree(aside, ignore_errors=True)
        _sync(self.folder)

    def _mend(self, slug: str) -> None:
        """A theme whose place is empty gets its last whole state back; what was being built is thrown away."""
        place = self.folder / slug
        for aside in sorted(self.folder.glob(f".{slug}{_OLD}*")):
            if place.exists():
                shutil.rmtree(aside, ignore_errors=True)
            else:
                aside.rename(place)
        for fresh in self.folder.glob(f".{slug}{_NEW}*"):
            shutil.rmtree(fresh, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, whichever process; the lock dies with its holder."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _build(fresh: Path, place: Path, files: Mapping[str, bytes], without: Collection[str]) -> None:
    """A whole theme at `fresh`: what is to stay of `place`, then `files`, on the disk for good."""
    fresh.mkdir()
    if place.is_dir():
        for entry in place.iterdir():
            if entry.name not in files and entry.name not in without:
                _copy(entry, fresh / entry.name)
        shutil.copystat(place, fresh)
    for name, data in files.items():
        if not name or Path(name).name != name or name.startswith("."):
            raise OSError(errno.EINVAL, "not a name for a file of a theme", name)
        with (fresh / name).open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    _sync(fresh)


def _copy(entry: Path, to: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, to, symlinks=True)
    else:
        shutil.copy2(entry, to, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False where the system has no such step."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    reason = ctypes.get_errno()
    if reason in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(reason, os.strerror(reason), str(other))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _slug_of(name: str) -> str | None:
    """Whose unfinished folder this is; None for any other."""
    for mark in (_NEW, _OLD):
        if name.startswith(".") and mark in name:
            return name[1:].rpartition(mark)[0]
    return None
