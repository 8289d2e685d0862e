"""The audit trail in sentences. An action that is written down has its line in one file of this folder.

Dashboard, back office and files of the trail all say what stands here. To add an action, add a line to the
file of its area (`Words` says what it holds) and the Portuguese sentence to that area's `.po` file.
"""

from portal.audit_words.table import WORDS
from portal.audit_words.telling import (
    box_in_words,
    boxes_in_words,
    grouped,
    icon,
    in_words,
    marked,
    named,
    runs,
    sentence,
    subject,
    who,
    words_of,
)
from portal.audit_words.words import ABOUT, Entry, Words

__all__ = [
    "ABOUT",
    "WORDS",
    "Entry",
    "Words",
    "box_in_words",
    "boxes_in_words",
    "grouped",
    "icon",
    "in_words",
    "marked",
    "named",
    "runs",
    "sentence",
    "subject",
    "who",
    "words_of",
]
