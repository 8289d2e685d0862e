"""Where buckets are kept: in memory that all processes of one web server share, or else in that of this process.

Sharing costs no file and no database: the server lets its processes inherit a piece of memory (`gunicorn.conf.py`).
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol
from uuid import UUID

HANDLE = "PORTAL_PACE_MEMORY"
"""The environment's word for the number of the inherited memory's handle."""
NAME = "portal-pace"
SLOTS = 4096
_PROBED = 16

_SLOT = struct.Struct("=16sdd")
_LONGEST = SLOTS * _SLOT.size
Bucket = tuple[float, float]
"""How full it is, and at which moment of the machine's own clock it was."""


class Buckets(Protocol):
    def change(self, key: UUID, to: Callable[[Bucket | None], Bucket]) -> Bucket:
        """Put what `to` makes of the bucket in its place, nobody else in between; None: there is none yet."""


class OwnBuckets:
    """Those of this process."""

    def __init__(self) -> None:
        self._kept: dict[UUID, Bucket] = {}
        self._lock = Lock()

    def change(self, key: UUID, to: Callable[[Bucket | None], Bucket]) -> Bucket:
        with self._lock:
            bucket = self._kept[key] = to(self._kept.get(key))
        return bucket


class SharedBuckets:
    """Those of all processes that inherited `handle`. Where slots run out, the bucket longest at rest makes room."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._memory = mmap.mmap(handle, _LONGEST)
        self._threads = Lock()  # the lock on the handle tells processes apart, not threads

    def change(self, key: UUID, to: Callable[[Bucket | None], Bucket]) -> Bucket:
        with self._threads:
            fcntl.lockf(self._handle, fcntl.LOCK_EX)
            try:
                place, found = self._place_of(key.bytes)
                bucket = to(found)
                _SLOT.pack_into(self._memory, place, key.bytes, *bucket)
            finally:
                fcntl.lockf(self._handle, fcntl.LOCK_UN)
        return bucket

    def _place_of(self, key: bytes) -> tuple[int, Bucket | None]:
        start, oldest = int.from_bytes(key[-8:]), (float("inf"), 0)
        for n in range(_PROBED):
            place = (start + n) % SLOTS * _SLOT.size
            there, filled, at = _SLOT.unpack_from(self._memory, place)
            if there == key:
                return place, (filled, at)
            oldest = min(oldest, (at, place))
        return oldest[1], None


def buckets() -> Buckets:
    """Shared ones, where this process is one of a server that shares them."""
    handle = os.environ.get(HANDLE, "")
    if handle.isdecimal() and _is_ours(int(handle)):
        return SharedBuckets(int(handle))
    return OwnBuckets()


def _is_ours(handle: int) -> bool:
    """Whether the number still means the memory: a process that was started anew may have another file there."""
    try:
        leads_to = str(Path(f"/proc/self/fd/{handle}").readlink())
        return leads_to.startswith(f"/memfd:{NAME}") and os.fstat(handle).st_size >= _LONGEST
    except OSError:
        return False
