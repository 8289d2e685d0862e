"""Where letters go: to the SMTP server, or on a machine without one into a folder to look at."""

from __future__ import annotations

import base64
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

from portal.gateways.smtp import Outgoing, Temporary, message, send

if TYPE_CHECKING:
    from portal.config import Settings

_ID = re.compile(r"\d{20}-[0-9a-f]{8}")
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Received:
    """A letter in the folder. `html` shows its own pictures as `data:` addresses."""

    id: str
    subject: str
    sender: str
    to: str
    reply_to: str
    date: datetime | None
    text: str = field(repr=False, default="")
    html: str = field(repr=False, default="")
    headers: tuple[tuple[str, str], ...] = field(repr=False, default=())


def post(outgoing: Outgoing, settings: Settings) -> None:
    """Send a letter by `PORTAL_SMTP_URL`, or keep it in the folder. Raises Temporary or Permanent."""
    if settings.smtp_url is not None:
        send(outgoing, settings.smtp_url.get_secret_value())
    elif settings.production:
        raise Temporary("PORTAL_SMTP_URL is not set, so no letter can leave")
    else:
        keep(outgoing, folder_of(settings))


def folder_of(settings: Settings) -> Path:
    """Where letters are kept on a machine without SMTP."""
    return settings.data_dir / "mail"


def keep(outgoing: Outgoing, folder: Path) -> str:
    """Put a letter into the folder whole or not at all; the oldest make room. Returns its id."""
    data = message(outgoing).as_bytes()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    unfinished = folder / f".{name}"
    try:
        unfinished.write_bytes(data)
        unfinished.replace(folder / f"{name}.eml")
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Temporary(f"the letter could not be kept: {error}") from None
    for old in _ids(folder)[_KEPT:]:
        (folder / f"{old}.eml").unlink(missing_ok=True)
    return name


def list_messages(folder: Path, *, limit: int = 100) -> list[Received]:
    """The newest letters first, without their bodies."""
    found = (_parsed(folder, name, bodies=False) for name in _ids(folder)[:limit])
    return [letter for letter in found if letter is not None]


def read_message(folder: Path, message_id: str) -> Received | None:
    """One letter with its bodies; None when there is no such letter."""
    if not _ID.fullmatch(message_id):
        return None
    return _parsed(folder, message_id, bodies=True)


def _ids(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted((path.stem for path in folder.glob("*.eml") if _ID.fullmatch(path.stem)), reverse=True)


def _parsed(folder: Path, name: str, *, bodies: bool) -> Received | None:
    try:
        letter = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=default)
    except FileNotFoundError:
        return None
    date = letter["Date"]
    return Received(
        id=name,
        subject=str(letter["Subject"] or ""),
        sender=str(letter["From"] or ""),
        to=str(letter["To"] or ""),
        reply_to=str(letter["Reply-To"] or ""),
        date=date.datetime if date else None,
        text=_body(letter, "plain") if bodies else "",
        html=_pictured(letter, _body(letter, "html")) if bodies else "",
        headers=tuple((key, str(value)) for key, value in letter.items()) if bodies else (),
    )


def _body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _pictured(letter: EmailMessage, html: str) -> str:
    for part in letter.walk():
        cid = str(part["Content-ID"] or "").strip("<> ")
        if cid and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{data}")
    return html
