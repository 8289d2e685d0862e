"""How fast one credential may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g

from portal.blueprints.api.buckets import Bucket, Buckets, OwnBuckets, buckets
from portal.blueprints.api.problems import Problem
from portal.domain.accounts import Machine

RATE = 100
"""Requests a second that every credential has."""
BURST = 200

bp = Blueprint("pace", __name__)


class Pace:
    """A bucket for each credential: holds `burst` requests, refilled with `rate` a second."""

    def __init__(
        self,
        rate: int = RATE,
        burst: int = BURST,
        clock: Callable[[], float] = time.monotonic,  # the same for all processes of a machine
        kept: Buckets | None = None,
    ) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self.policy = f'"credential";q={burst};w={math.ceil(burst / rate)}'
        self._buckets = kept or OwnBuckets()

    def take(self, credential_id: UUID) -> tuple[bool, float]:
        """Take one request: whether there was one, and how many are left."""
        granted = False

        def taken(bucket: Bucket | None) -> Bucket:
            nonlocal granted
            now = self.clock()
            filled, at = bucket or (float(self.burst), now)
            filled = min(self.burst, filled + (now - at) * self.rate)
            granted = filled >= 1
            return filled - granted, now

        left, _at = self._buckets.change(credential_id, taken)
        return granted, left

    def wait(self, credential_id: UUID) -> float:
        """Take one request; 0 when there was one, else the seconds until there is one again."""
        granted, left = self.take(credential_id)
        return 0.0 if granted else (1 - left) / self.rate


_pace = Pace(kept=buckets())


def keep_pace(credential_id: UUID) -> None:
    """Count one request of the credential. Raises Problem with Retry-After when it asks too fast."""
    granted, left = _pace.take(credential_id)
    g.left_of_pace = left
    if not granted:
        seconds = math.ceil((1 - left) / _pace.rate)
        raise Problem("too_many_requests", rate=RATE, headers={"Retry-After": str(seconds)})


def paced(view: Callable[..., Any]) -> Callable[..., Any]:
    """Below `@machine`: the view is asked no faster than its credential may ask."""

    @wraps(view)
    def kept(machine: Machine, **arguments: Any) -> Any:
        keep_pace(machine.credential_id)
        return view(machine, **arguments)

    return kept


@bp.after_app_request
def _tell(response: Response) -> Response:
    """Every answer to a known credential says what is left (draft-ietf-httpapi-ratelimit-headers)."""
    left = g.get("left_of_pace")
    if left is None and isinstance(who := g.get("who"), Machine):
        left = g.left_of_pace = _pace.take(who.credential_id)[1]  # refused before it was counted
    if left is not None:
        seconds = math.ceil((_pace.burst - left) / _pace.rate)
        response.headers["RateLimit-Policy"] = _pace.policy
        response.headers["RateLimit"] = f'"credential";r={int(left)};t={seconds}'
    return response
