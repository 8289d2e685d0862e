from __future__ import annotations

import re
import unicodedata

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
RESERVED = frozenset({"www", "api", "mail", "operator", "agency", "static", "admin", "portal"})


def is_slug(text: str) -> bool:
    """Whether the text may stand in a host name and a path."""
    return bool(_SLUG.fullmatch(text)) and "--" not in text and text not in RESERVED


def slug_from(name: str) -> str:
    """The slug that a name suggests, `Cantina da Praça` → `cantina-da-praca`; may be empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")


def sort_name(name: str) -> str:
    """The form of a name that lists are sorted and searched by: no accents, no case."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
