from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token. A plain hash is enough: the token is random and long."""
    return hashlib.sha256(token.encode()).hexdigest()
