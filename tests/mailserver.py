"""A real SMTP server that keeps what it is given."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.databases import free_port


class Letter:
    """One message as it arrived: envelope, headers, and both of its bodies."""

    def __init__(self, envelope: Envelope) -> None:
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = envelope.original_content or b""
        self.message: EmailMessage = message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return part.get_content().replace("\r\n", "\n") if part else ""


class MailServer:
    """`letters` in the order of their arrival; `refuse` answers every recipient with an error of that code, and
    `refuse_sender` every sender. With a `context` nothing is taken without STARTTLS, with a `password` nobody else.
    """

    def __init__(self, context: ssl.SSLContext | None = None, password: str = "") -> None:
        self.letters: list[Letter] = []
        self.refuse = 0
        self.refuse_sender = 0
        options: dict[str, Any] = {"tls_context": context, "require_starttls": True} if context else {}
        if password:
            options |= {"auth_required": True, "authenticator": _knows(password), "auth_require_tls": bool(context)}
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **options)
        self._controller.start()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if address in letter.recipients]

    def stop(self) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return f"{self.refuse_sender} not for this address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return f"{self.refuse} refused by the test"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(Letter(envelope))
        return "250 OK"


def _knows(password: str) -> Callable[..., AuthResult]:
    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    return check


@pytest.fixture
def mailserver() -> Iterator[MailServer]:
    """A mail server of this test's own."""
    server = MailServer()
    yield server
    server.stop()
