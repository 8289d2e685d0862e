"""Texts that people type: tidied, and refused where they hold what nobody can see."""

from __future__ import annotations

import unicodedata
from typing import Any

_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
_TURNED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """One line, its spaces as they should be."""
    return " ".join(text.split())


def is_readable(text: str, *, lines: bool = False) -> bool:
    """Whether nothing in it hides: no control characters, no halves of characters, no turned reading direction.

    PostgreSQL and UTF-8 could not store some of these at all. `lines` allows line breaks and tabs.
    """
    if lines:
        text = text.translate({ord(mark): None for mark in "\r\n\t"})
    return not any(c in _TURNED or unicodedata.category(c) in _INVISIBLE for c in text)


def holds_address(text: str) -> bool:
    """Whether a web address is in it."""
    return "://" in text or "www." in text.casefold()


def name_problem(name: str, *, most: int) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with a tidied name, as code and values; None when it is good."""
    if not name:
        return ("name_missing", {})
    if len(name) > most:
        return ("too_long", {"most": most})
    if not is_readable(name):
        return ("bad_characters", {})
    return None
