"""Sign-in with a provider (OpenID Connect)."""

from __future__ import annotations

from portal.audit_words.words import Words

WORDS: dict[str, Words] = {}
