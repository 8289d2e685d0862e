"""Work that one thread of a process does at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec

P = ParamSpec("P")


def alone(work: Callable[P, int]) -> Callable[P, int]:
    """How much was done: 0 at once where another thread of this process is at it, for it finds what is new."""
    at_it = Lock()

    @wraps(work)
    def worked(*arguments: P.args, **options: P.kwargs) -> int:
        if not at_it.acquire(blocking=False):
            return 0
        try:
            return work(*arguments, **options)
        finally:
            at_it.release()

    return worked
