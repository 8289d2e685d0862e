"""What takes long to make, made once: the newest are kept, and only who asks for the same one waits for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most so many things by key, the one longest unused given up first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[K, V] = OrderedDict()
        self._turns: dict[K, Lock] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The thing, made by the first who asks; what `make` raises is not kept."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
            turn = self._turns.setdefault(key, Lock())
        with turn:
            with self._lock:
                if key in self._things:
                    return self._things[key]
            try:
                made = make()
                self._put(key, made)
            finally:
                with self._lock:
                    self._turns.pop(key, None)
        return made

    def _put(self, key: K, made: V) -> None:
        with self._lock:
            self._things[key] = made
            if len(self._things) > self._most:
                self._things.popitem(last=False)
