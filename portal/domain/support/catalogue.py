from __future__ import annotations

from enum import StrEnum

from portal.languages import N_, Text

LONGEST_SUBJECT = 150
LONGEST_TEXT = 5000
MOST_WAITING = 20
"""So many conversations of one app may wait for an answer at once."""
MOST_A_DAY = 10
"""So many conversations one app may begin within 24 hours, whatever became of them."""
MOST_MESSAGES = 200
"""So long may a conversation get."""


class State(StrEnum):
    """Where a conversation stands; `open` waits for the operator."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES: dict[State, Text] = {
    State.OPEN: N_("Waiting for an answer"),
    State.ANSWERED: N_("Answered"),
    State.CLOSED: N_("Closed"),
}


class Side(StrEnum):
    """Who wrote a message: somebody of the client, staff of the agency, or the operator."""

    CONTRIBUTOR = "contributor"
    STAFF = "staff"
    OPERATOR = "operator"
