"""Which letter goes to whom, in which brand and language. Sending is a job; nothing here waits."""

from portal.domain.mail.actions import forget, forget_about, post, post_to, reword, was_posted, withhold
from portal.domain.mail.catalogue import LETTERS

__all__ = ["LETTERS", "forget", "forget_about", "post", "post_to", "reword", "was_posted", "withhold"]
