"""A real SMTP server that keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

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
    """`letters` in the order of their arrival; `refuse` answers every recipient with an error of that code."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refuse = 0
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if address in letter.recipients]

    def stop(self) -> None:
        self._controller.stop()

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


@pytest.fixture
def mailserver() -> Iterator[MailServer]:
    """A mail server of this test's own."""
    server = MailServer()
    yield server
    server.stop()
