"""What must leave the house or be done later, written in the transaction of its cause.

What was rolled back is never sent; what was committed is sent at least once, by a worker
that claims each row with a conditional update.
"""

from portal.domain.outbox.actions import (
    LANE,
    claim,
    discard,
    drop_key,
    fail,
    finish,
    put,
    renew,
    retry_at,
    ring_with,
)
from portal.domain.outbox.erasing import beginning, drop, ending, reword, unfinished
from portal.domain.outbox.lanes import lanes_due, move, move_waiting
from portal.domain.outbox.models import Message
from portal.domain.outbox.queries import dead, due_count, is_known, next_of, put_as

__all__ = [
    "LANE",
    "Message",
    "beginning",
    "claim",
    "dead",
    "discard",
    "drop",
    "drop_key",
    "due_count",
    "ending",
    "fail",
    "finish",
    "is_known",
    "lanes_due",
    "move",
    "move_waiting",
    "next_of",
    "put",
    "put_as",
    "renew",
    "retry_at",
    "reword",
    "ring_with",
    "unfinished",
]
