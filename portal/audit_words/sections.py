"""Section states, offers, requests, seeing as somebody."""

from __future__ import annotations

from portal.audit_words.words import Words

WORDS: dict[str, Words] = {}
