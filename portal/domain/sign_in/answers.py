"""What a device answered, read with care: it comes from whoever wants to send it."""

from __future__ import annotations

import json
import re
from typing import Any

from webauthn.helpers.exceptions import WebAuthnException

LONGEST_ANSWER = 20_000
STRANGE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the library raises for an answer that no device gives."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,1024}")


def read(answer: str) -> dict[str, Any] | None:
    """The answer with the name of its key (`id`); None for what is none."""
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        return None
    named = found.get("id") if isinstance(found, dict) else None
    return found if isinstance(named, str) and _ID.fullmatch(named) else None


def transports_of(read_answer: dict[str, Any]) -> list[str]:
    """By which ways the device says it can be reached."""
    response = read_answer.get("response")
    said = response.get("transports") if isinstance(response, dict) else None
    names = said[:8] if isinstance(said, list) else []
    return [name[:20] for name in names if isinstance(name, str) and name.isascii()]
