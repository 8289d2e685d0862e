from __future__ import annotations

from enum import StrEnum

from portal.languages import N_, Text


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES: dict[State, Text] = {
    State.OPEN: N_("Waiting"),
    State.DONE: N_("Fulfilled"),
    State.DECLINED: N_("Declined"),
}

OFFER = "offer"
"""The kind of a request that answers the offer before a locked section."""
