"""Letters by the mail server of an agency: an address that somebody else chose, judged like all of them."""

from __future__ import annotations

import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from portal.gateways.egress import Egress, NoAnswer
from portal.gateways.smtp import Outgoing, Permanent, Temporary, message
from portal.gateways.targets import AddressRefused

PORTS = (587, 465, 25, 2525)
SECONDS = 10
LONGEST_SECONDS = 15
"""All together, from the first look-up on: a server that dribbles must not hold the worker."""

_ENHANCED = re.compile(r"\d{3} [245]\.\d{1,3}\.\d{1,3}\b")
_OF_MAILBOX = re.compile(r"\d{3} 5\.(?:1\.(?![78]\b)|2\.)")
"""The codes of RFC 3463 about the recipient's address or mailbox; 5.1.7 and 5.1.8 are about the sender's."""
_MOST_SAID = 200
_MOST_HEARD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters are handed over. `security`: "tls" from the first byte, or "starttls", which must be offered."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str = field(default="", repr=False)


class ServerTrouble(Temporary):
    """The server took nothing, whoever it was for. `code` has its words at the edge, `said` is the server's own.

    `unsure`: it broke off after the letter was said, and may have taken it.
    """

    def __init__(self, code: str, said: str = "", *, unsure: bool = False) -> None:
        super().__init__(f"{code} {said}".strip())
        self.code, self.said, self.unsure = code, said, unsure


def check(server: Server, egress: Egress) -> None:
    """Whether anything would be sent there, as far as can be known without a connection. Raises AddressRefused."""
    egress.check_place(server.host, server.port, ports=PORTS)


def deliver(outgoing: Outgoing, server: Server, egress: Egress) -> None:
    """Hand one letter over. Raises ServerTrouble; Temporary or Permanent where it is about this very recipient.

    Only what the server says of the recipient's mailbox is about the recipient.
    """
    letter = message(outgoing)
    sender, to = letter["From"].addresses[0].addr_spec, letter["To"].addresses[0].addr_spec
    with _signed_in(server, egress, outgoing.message_id_domain) as smtp:
        try:
            smtp.send_message(letter, sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            ((code, reason),) = error.recipients.values()
            raise _of_recipient(code, _text(code, reason)) from None
        except smtplib.SMTPSenderRefused as error:
            raise ServerTrouble("sender_refused", _text(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPDataError as error:
            raise ServerTrouble("letter_refused", _text(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Permanent(str(error)) from None


def _of_recipient(code: int, said: str) -> Exception:
    """Whether a refusal speaks of this recipient or of how the server is set up: a relay denied is no bad address."""
    if 400 <= code < 500 and code != 421:
        return Temporary(said)
    if 550 <= code <= 553 and (not _ENHANCED.match(said) or _OF_MAILBOX.match(said)):
        return Permanent(said)
    return ServerTrouble("letter_refused", said)


@contextmanager
def _signed_in(server: Server, egress: Egress, own_name: str) -> Iterator[smtplib.SMTP]:
    until = time.monotonic() + LONGEST_SECONDS
    try:
        line = egress.line(server.host, server.port, ports=PORTS)
    except (AddressRefused, NoAnswer) as refused:
        raise ServerTrouble(refused.code) from None
    watched = line.dup()
    watch = Timer(max(0.0, until - time.monotonic()), _shut, [watched])
    watch.daemon = True
    watch.start()
    try:
        with _judged(line), closing(_greeted(server, line, own_name)) as smtp:
            _sign_in(smtp, server)
            yield smtp
    finally:
        watch.cancel()
        watched.close()


def _greeted(server: Server, line: socket.socket, own_name: str) -> smtplib.SMTP:
    """A conversation that is encrypted; without that nothing more is said."""
    context = ssl.create_default_context()
    if server.security == "tls":
        line = context.wrap_socket(line, server_hostname=server.host)
    smtp = _Connected(line, server.host, own_name)
    smtp.ehlo()
    if server.security == "starttls":
        if not smtp.has_extn("starttls"):
            raise ServerTrouble("no_starttls")
        smtp.starttls(context=context)
        smtp.ehlo()
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not server.username:
        return
    try:
        smtp.login(server.username, server.password)
    except smtplib.SMTPAuthenticationError as error:
        raise ServerTrouble("login_refused", _text(error.smtp_code, error.smtp_error)) from None
    except smtplib.SMTPNotSupportedError:
        raise ServerTrouble("login_not_offered") from None


@contextmanager
def _judged(line: socket.socket) -> Iterator[None]:
    """Whatever breaks while speaking with the server, by its code."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise ServerTrouble("broken", _text(error.smtp_code, error.smtp_error)) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise ServerTrouble(_code(error)) from None
    finally:
        line.close()


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _code(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "bad_certificate"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "timeout"
    return "no_tls" if isinstance(error, ssl.SSLError) else "broken"


def _text(code: int, reason: bytes | str) -> str:
    said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return " ".join(f"{code} {said}".split())[:_MOST_SAID]


class _Connected(smtplib.SMTP):
    """smtplib's client over a socket whose other end was judged; it listens to so much, and to no more."""

    def __init__(self, line: socket.socket, host: str, own_name: str) -> None:
        self._line = line
        super().__init__(host, 1, local_hostname=own_name, timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        self._line.settimeout(timeout)
        return self._line

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except (smtplib.SMTPException, OSError) as error:
            raise ServerTrouble(_code(error), unsure=True) from None

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            assert self.sock is not None, "it was connected when it was made"
            self.file = _Measured(self.sock.makefile("rb"))
        return super().getreply()


class _Measured:
    """The answers of a server, line by line, until they are too much: a reply of many lines is kept in memory."""

    def __init__(self, lines: io.BufferedReader) -> None:
        self._lines, self._left = lines, _MOST_HEARD

    def readline(self, size: int) -> bytes:
        line = self._lines.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("the server says more than a mail server has to")
        return line

    def close(self) -> None:
        self._lines.close()
