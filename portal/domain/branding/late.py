"""Drawings that were not done in time: left alone for a while, then tried again, ever more seldom."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from portal.domain.branding.drawing_tree import DrawingLate

FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds until a late drawing is tried again; twice as many each time."""
_MOST = 500

_late: OrderedDict[str, tuple[float, float]] = OrderedDict()
"""By SHA-256: not before when, and how long that pause was."""
_lock = Lock()


def patiently(sha256: str, draw: Callable[[], bytes]) -> bytes:
    """What `draw` makes of the drawing; at once DrawingLate while it rests after one."""
    with _lock:
        until, pause = _late.get(sha256, (0.0, 0.0))
    if time.monotonic() < until:
        raise DrawingLate("brand_drawing_heavy")
    try:
        drawn = draw()
    except DrawingLate:
        _rest(sha256, min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE))
        raise
    with _lock:
        _late.pop(sha256, None)
    return drawn


def _rest(sha256: str, pause: float) -> None:
    with _lock:
        _late[sha256] = (time.monotonic() + pause, pause)
        if len(_late) > _MOST:
            _late.popitem(last=False)
