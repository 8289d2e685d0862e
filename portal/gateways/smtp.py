"""Letters on their way: handed to the SMTP server of the installation."""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Timer
from urllib.parse import unquote, urlsplit

from portal.gateways.letter import Outgoing, Permanent, Temporary, Unreached, message

__all__ = ["Outgoing", "Permanent", "Temporary", "Unreached", "message", "send"]

TIMEOUT_SECONDS = 20
"""So long a server may say nothing."""
LONGEST_SECONDS = 60
"""All that is said to it about one letter: one that dribbles must not hold who sends."""
_FAREWELL_SECONDS = 2


def send(outgoing: Outgoing, smtp_url: str) -> None:
    """Hand one letter to the server at `smtp://[user:password@]host[:port]` or `smtps://…`.

    With `smtp://` the connection is encrypted where the server offers it, and credentials are never
    sent without that, except to this very machine. Raises Temporary (Unreached) or Permanent.
    """
    letter = message(outgoing)
    try:
        with closing(_connected(smtp_url, outgoing.message_id_domain)) as server, _watched(server):
            server.send_message(letter, letter["From"].addresses[0].addr_spec, [letter["To"].addresses[0].addr_spec])
            _take_leave(server)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, reason),) = error.recipients.values()
        raise _judged(code, reason) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _judged(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Permanent(str(error)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unreached(f"{type(error).__name__}: {error}"[:300]) from None


@contextmanager
def _watched(server: smtplib.SMTP) -> Iterator[None]:
    """Hang up on the server where it takes too long in all."""

    def hang_up() -> None:
        with suppress(OSError):
            if server.sock is not None:
                server.sock.shutdown(socket.SHUT_RDWR)

    watch = Timer(LONGEST_SECONDS, hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _take_leave(server: smtplib.SMTP) -> None:
    """The letter is taken: whatever is said or not said now, it is not sent again."""
    with suppress(smtplib.SMTPException, OSError):
        assert server.sock is not None, "it just took a letter"
        server.sock.settimeout(_FAREWELL_SECONDS)
        server.quit()


def _connected(smtp_url: str, own_name: str) -> smtplib.SMTP:
    parts = urlsplit(smtp_url)
    host = parts.hostname or ""
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise Unreached("PORTAL_SMTP_URL is not smtp://host or smtps://host")
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, local_hostname=own_name, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, local_hostname=own_name, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo()
        encrypted = parts.scheme == "smtps"
        if not encrypted and not _is_here(host) and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            encrypted = True
        if parts.username:
            if not encrypted and not _is_here(host):
                raise Unreached("the server offers no encryption, so it is not given the password")
            _sign_in(server, unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Whatever goes wrong here is a matter of settings: the letter waits until they are right."""
    try:
        server.login(user, password)
    except smtplib.SMTPNotSupportedError as error:
        raise Unreached(str(error)) from None


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _judged(code: int, reason: bytes | str) -> Temporary | Permanent:
    said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return (Permanent if 500 <= code < 600 else Temporary)(f"{code} {said}"[:300])
