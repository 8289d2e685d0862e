"""The way to oneself: whether a host leads to this very installation, found out over the network as anybody would."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time

from portal.config import Settings
from portal.gateways.egress import Egress, NoAnswer
from portal.gateways.targets import AddressRefused

PATH = "/.well-known/host-proof/"
_QUESTION = re.compile(r"(([0-9]{1,12})\.[A-Za-z0-9_-]{22})\.([0-9a-f]{64})")
SECONDS = 60
"""So long a question is answered; clocks of two machines may differ by as much."""


class Prober:
    """`probe(host)` is "" where the host leads here, else the reason why it does not:

    probe_address (where it leads nothing is sent to), probe_timeout, probe_no_host, probe_no_connection, probe_no_tls,
    probe_broken, or probe_elsewhere (somebody else answers).
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, host: str) -> str:
        nonce = question(host, self._settings)
        try:
            answer = Egress(self._settings).get(self._settings.address_of(host) + PATH + nonce, {})
        except AddressRefused:
            return "probe_address"
        except NoAnswer as none:
            return f"probe_{none.code}"
        expected = answer_to(nonce, host, self._settings).encode()
        same = answer.status == 200 and hmac.compare_digest(answer.body.strip(), expected)
        return "" if same else "probe_elsewhere"


def question(host: str, settings: Settings) -> str:
    """A nonce that only this installation can ask with, about that host and for now."""
    said = f"{int(time.time())}.{secrets.token_urlsafe(16)}"
    return f"{said}.{_signed('question', host, said, settings)}"


def is_question(nonce: str, host: str, settings: Settings) -> bool:
    """Whether we ask ourselves: nobody else hears even which hosts are asked for."""
    found = _QUESTION.fullmatch(nonce)
    if not found or abs(time.time() - int(found[2])) > SECONDS:
        return False
    return hmac.compare_digest(found[3], _signed("question", host, found[1], settings))


def answer_to(nonce: str, host: str, settings: Settings) -> str:
    """What only this installation can say about a host, for one question."""
    return _signed("proof", host, nonce, settings)


def _signed(what: str, host: str, text: str, settings: Settings) -> str:
    key = hashlib.sha256(f"host {what}\x00{settings.secret_key.get_secret_value()}".encode()).digest()
    return hmac.new(key, f"{host}\x00{text}".encode(), "sha256").hexdigest()
