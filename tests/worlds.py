"""Worlds that many tests begin with: built once by a worker, shown again to each test as they were.

    @pytest.fixture
    def house(database) -> House:
        return built(database, _house)

The things that `_house` returns come as copies. The clock stays as the test has moved it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, TypeVar

from portal.clock import ClockOffset
from tests.databases import Postgres
from tests.journal import Sqlite

T = TypeVar("T")

_known: dict[str, tuple[Any, bytes]] = {}


def built(database: Sqlite | Postgres, build: Callable[[], T]) -> T:
    """What `build` makes of an empty database. Where somebody has written already, it is built as ever."""
    if not database.is_empty():
        return build()
    name = f"{build.__module__}.{build.__qualname__}"
    if name not in _known:
        made = build()
        _known[name] = (database.picture(), pickle.dumps(made))
        return made
    picture, things = _known[name]
    moved = ClockOffset.get_or_none()
    ClockOffset.delete().execute()
    database.show(picture)
    ClockOffset.delete().execute()
    if moved:
        ClockOffset.create(**moved.__data__)
    found: T = pickle.loads(things)
    return found
