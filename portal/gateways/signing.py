"""Secrets that must be read again, sealed with the portal's own key; and what is signed with them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from standardwebhooks.webhooks import Webhook

from portal.config import Settings

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class SecretLost(Exception):
    """Sealed with a key that neither `PORTAL_SECRET_KEY` nor its fallbacks know."""


class Seal:
    """Closes secrets for the database, and opens them to sign. The key is made from `PORTAL_SECRET_KEY`."""

    def __init__(self, settings: Settings) -> None:
        self._keys = [_key(key.get_secret_value()) for key in (settings.secret_key, *settings.secret_key_fallbacks)]

    def close(self, secret: str) -> str:
        return jwe.encrypt_compact(_HEADER, secret.encode(), self._keys[0])

    def open(self, sealed: str) -> str:
        """Raises SecretLost."""
        for key in self._keys:
            if secret := _opened(sealed, key):
                return secret
        raise SecretLost

    def renewed(self, sealed: str) -> str:
        """The same secret closed with the present key; as it is where it was, or where no key opens it."""
        if _opened(sealed, self._keys[0]):
            return sealed
        try:
            return self.close(self.open(sealed))
        except SecretLost:
            return sealed


def signed(message_id: str, body: str, secrets: Sequence[str], *, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: one signature for each secret, over id, moment and the very bytes sent."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, at, body) for secret in secrets),
    }


def _opened(sealed: str, key: OctKey) -> str | None:
    try:
        plain = jwe.decrypt_compact(sealed, key).plaintext
    except (JoseError, ValueError):
        return None
    return plain.decode() if plain else None


def _key(secret_key: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(b"webhook secrets\x00" + secret_key.encode()).digest())
