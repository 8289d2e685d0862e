"""The made sizes of brands on this machine: a file each, named by what it was made from, the same for every process."""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

import structlog

_KEY = re.compile(r"[0-9a-f]{64}")
_DAY = 24 * 3600.0
_UNUSED = 90 * _DAY

_log = structlog.get_logger()


class LocalSizes:
    """A `SizeStore` in a folder that several processes share. Whatever is lost from it is made again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
            if path.stat().st_mtime < time.time() - _DAY:
                os.utime(path)  # it is in use: `sweep` leaves it
        except OSError:
            return None
        return data or None

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        fresh = path.with_name(f".{key}.{secrets.token_hex(6)}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.write_bytes(data)
            fresh.replace(path)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            _log.warning("brand_size.not_kept", reason=error.strerror or str(error))

    def sweep(self) -> int:
        """Remove what nobody asked for in three months; how many files that was."""
        if not self.folder.is_dir():
            return 0
        with os.scandir(self.folder) as entries:
            old = [entry.path for entry in entries if entry.stat().st_mtime < time.time() - _UNUSED]
        for path in old:
            Path(path).unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        assert _KEY.fullmatch(key), "a key is a SHA-256"
        return self.folder / key
