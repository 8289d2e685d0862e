"""Which letter goes to whom, in which brand and language. Sending is a job; nothing here waits."""

from portal.domain.mail.actions import forget, post, was_posted
from portal.domain.mail.catalogue import LETTERS

__all__ = ["LETTERS", "forget", "post", "was_posted"]
