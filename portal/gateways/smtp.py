"""Letters on their way: one message built from plain values, handed to an SMTP server."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from urllib.parse import unquote, urlsplit
from uuid import uuid4

TIMEOUT_SECONDS = 20
NAME_LENGTH = 100
SUBJECT_LENGTH = 240

_ONE_ADDRESS = re.compile(r"""[^@\s,;:<>()\[\]\\"]+@[^@\s,;:<>()\[\]\\"]+""")


class Temporary(Exception):
    """The letter could not be handed over now; worth another try."""


class Permanent(Exception):
    """The letter will never be taken as it is."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter to one person.

    `images` are PNG by the content id that `html` refers to. `reference` names the letter in its
    Message-ID, so that a second attempt is recognised as the same letter; empty: a random one.
    """

    to: str
    subject: str
    text: str
    html: str
    from_address: str
    from_name: str
    message_id_domain: str
    to_name: str = ""
    reply_to: str | None = None
    reference: str = ""
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


def message(outgoing: Outgoing) -> EmailMessage:
    """The letter as it goes over the wire. Raises Permanent when a value has no place in a header."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = _cut(_header("subject", outgoing.subject), SUBJECT_LENGTH)
    letter["From"] = _address("from", outgoing.from_name, outgoing.from_address)
    letter["To"] = _address("to", outgoing.to_name, outgoing.to)
    if outgoing.reply_to:
        letter["Reply-To"] = _address("reply_to", outgoing.from_name, outgoing.reply_to)
    letter["Date"] = localtime()
    reference = _header("reference", outgoing.reference) or uuid4().hex
    letter["Message-ID"] = f"<{reference}@{_header('message_id_domain', outgoing.message_id_domain)}>"
    letter["Auto-Submitted"] = "auto-generated"
    for name, value in outgoing.headers.items():
        letter[_header("header", name)] = _header(name, value)
    _fill(letter, outgoing)
    return letter


def send(outgoing: Outgoing, smtp_url: str) -> None:
    """Hand one letter to the server at `smtp://[user:password@]host[:port]` or `smtps://…`.

    With `smtp://` the connection is encrypted where the server offers it, and credentials are never
    sent without that, except to this very machine. Raises Temporary or Permanent.
    """
    letter = message(outgoing)
    try:
        with _connected(smtp_url, outgoing.message_id_domain) as server:
            server.send_message(letter, letter["From"].addresses[0].addr_spec, [letter["To"].addresses[0].addr_spec])
    except smtplib.SMTPRecipientsRefused as error:
        ((code, reason),) = error.recipients.values()
        raise _judged(code, reason) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _judged(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Permanent(str(error)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Temporary(f"{type(error).__name__}: {error}"[:300]) from None


def _connected(smtp_url: str, own_name: str) -> smtplib.SMTP:
    parts = urlsplit(smtp_url)
    host = parts.hostname or ""
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise Temporary("PORTAL_SMTP_URL is not smtp://host or smtps://host")
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
                raise Temporary("the server offers no encryption, so it is not given the password")
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
        raise Temporary(str(error)) from None


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


def _fill(letter: EmailMessage, outgoing: Outgoing) -> None:
    letter.set_content(outgoing.text, cte="quoted-printable")
    letter.add_alternative(outgoing.html, subtype="html", cte="quoted-printable")
    html = letter.get_payload()[1]  # type: ignore[index]
    for cid, data in outgoing.images.items():
        html.add_related(  # type: ignore[union-attr]
            data, "image", "png", cid=f"<{_header('cid', cid)}>", filename=f"{cid.partition('@')[0]}.png",
            disposition="inline",
        )  # fmt: skip
    for part in letter.walk():
        if part.is_multipart():
            part.set_boundary(uuid4().hex)  # a library's own kind of boundary tells which library it was


def _address(what: str, name: str, address: str) -> Address:
    if not _ONE_ADDRESS.fullmatch(address):
        raise Permanent(f"{what} is not one e-mail address")
    local, _, domain = _header(what, address).rpartition("@")
    try:
        domain = domain.encode("idna").decode()
        return Address(display_name=_cut(_header(f"{what} name", name), NAME_LENGTH), username=local, domain=domain)
    except (ValueError, IndexError):
        raise Permanent(f"{what} is not one e-mail address") from None


def _header(what: str, value: str) -> str:
    """The value, if it is one line: what ends a line anywhere in the world ends the letter here.

    Text that only looks encoded (`=?utf-8?q?…?=`) stays the text it is.
    """
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        raise Permanent(f"{what} holds a line break or a control character")
    return value.replace("=?", "= ?")


def _cut(value: str, length: int) -> str:
    return value if len(value) <= length else value[: length - 1].rstrip() + "…"
