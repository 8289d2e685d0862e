"""An agency's letters by its own mail server: which one, whether it works, and what the DNS says of its domain."""

from portal.domain.sending.actions import (
    Wish,
    forget,
    note_tried,
    note_written,
    renew_seals,
    save,
    set_used,
)
from portal.domain.sending.models import Sender
from portal.domain.sending.queries import sender_in_use, sender_of
from portal.domain.sending.records import Finding, Records, read_records
from portal.domain.sending.turns import give_back, is_resting, note_failing, note_sent, take_turn

__all__ = [
    "Finding",
    "Records",
    "Sender",
    "Wish",
    "forget",
    "give_back",
    "is_resting",
    "note_failing",
    "note_sent",
    "note_tried",
    "note_written",
    "read_records",
    "renew_seals",
    "save",
    "sender_in_use",
    "sender_of",
    "set_used",
    "take_turn",
]
