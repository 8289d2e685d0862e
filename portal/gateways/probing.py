"""The way to oneself: whether a host leads to this very installation, found out over the network as anybody would."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from portal.config import Settings
from portal.gateways.egress import Egress, NoAnswer
from portal.gateways.targets import AddressRefused

PATH = "/.well-known/host-proof/"
_NONCE = re.compile(r"[A-Za-z0-9_-]{22,64}")


class Prober:
    """`probe(host)` is "" where the host leads here, else the reason why it does not:

    probe_address (where it leads nothing is sent to), probe_timeout, probe_no_host, probe_no_connection, probe_no_tls,
    probe_broken, or probe_elsewhere (somebody else answers).
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, host: str) -> str:
        nonce = secrets.token_urlsafe(24)
        try:
            answer = Egress(self._settings).get(self._settings.address_of(host) + PATH + nonce, {})
        except AddressRefused:
            return "probe_address"
        except NoAnswer as none:
            return f"probe_{none.code}"
        expected = answer_to(nonce, host, self._settings).encode()
        same = answer.status == 200 and hmac.compare_digest(answer.body.strip(), expected)
        return "" if same else "probe_elsewhere"


def is_nonce(text: str) -> bool:
    return bool(_NONCE.fullmatch(text))


def answer_to(nonce: str, host: str, settings: Settings) -> str:
    """What only this installation can say about a host, for one question."""
    key = hashlib.sha256(b"host proof\x00" + settings.secret_key.get_secret_value().encode()).digest()
    return hmac.new(key, f"{host}\x00{nonce}".encode(), "sha256").hexdigest()
