"""One letter as it goes over the wire, built from plain values; and how handing one over may fail."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from uuid import uuid4

NAME_LENGTH = 100
SUBJECT_LENGTH = 240

_ONE_ADDRESS = re.compile(r"""[^@\s,;:<>()\[\]\\"]+@[^@\s,;:<>()\[\]\\"]+""")


class Temporary(Exception):
    """The letter could not be handed over now; worth another try."""


class Unreached(Temporary):
    """The server itself is the trouble, whoever the letter is for."""


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
