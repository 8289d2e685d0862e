"""How fast one credential may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any
from uuid import UUID

from portal.blueprints.api.problems import Problem
from portal.domain.accounts import Machine

RATE = 100
"""Requests a second that every credential has, in each process of the web server."""
BURST = 200


class Pace:
    """A bucket for each credential: holds `burst` requests, refilled with `rate` a second."""

    def __init__(self, rate: int = RATE, burst: int = BURST, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self._buckets: dict[UUID, tuple[float, float]] = {}
        self._lock = Lock()

    def wait(self, credential_id: UUID) -> float:
        """Take one request; 0 when there was one, else the seconds until there is one again."""
        with self._lock:
            now = self.clock()
            filled, at = self._buckets.get(credential_id, (float(self.burst), now))
            filled = min(self.burst, filled + (now - at) * self.rate)
            granted = filled >= 1
            self._buckets[credential_id] = (filled - granted, now)
        return 0.0 if granted else (1 - filled) / self.rate


_pace = Pace()


def keep_pace(credential_id: UUID) -> None:
    """Count one request of the credential. Raises Problem with Retry-After when it asks too fast."""
    seconds = _pace.wait(credential_id)
    if seconds:
        raise Problem("too_many_requests", rate=RATE, headers={"Retry-After": str(math.ceil(seconds))})


def paced(view: Callable[..., Any]) -> Callable[..., Any]:
    """Below `@machine`: the view is asked no faster than its credential may ask."""

    @wraps(view)
    def kept(machine: Machine, **arguments: Any) -> Any:
        keep_pace(machine.credential_id)
        return view(machine, **arguments)

    return kept
