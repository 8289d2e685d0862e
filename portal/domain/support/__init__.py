"""Direct support: conversations between people of a client and the operator, kept whatever is switched off later."""

from portal.domain.support.actions import answer, close, reply, write
from portal.domain.support.catalogue import LONGEST_SUBJECT, LONGEST_TEXT, Side, State
from portal.domain.support.erasing import erase_person
from portal.domain.support.letters import tell_bundle
from portal.domain.support.models import SupportMessage, SupportThread
from portal.domain.support.queries import (
    Page,
    answered,
    is_open,
    messages_of,
    queue,
    thread_by_code,
    thread_of,
    threads_of,
)

__all__ = [
    "LONGEST_SUBJECT",
    "LONGEST_TEXT",
    "Page",
    "Side",
    "State",
    "SupportMessage",
    "SupportThread",
    "answer",
    "answered",
    "close",
    "erase_person",
    "is_open",
    "messages_of",
    "queue",
    "reply",
    "tell_bundle",
    "thread_by_code",
    "thread_of",
    "threads_of",
    "write",
]
