"""The mail server entered, tried out, put to use, given up; and what happened when a letter was handed to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.db import transaction
from portal.domain import audit
from portal.domain.accounts import Staff, clean_email
from portal.domain.errors import Invalid, Refused
from portal.domain.rights import Permission, stand
from portal.domain.sending.models import Sender
from portal.domain.sending.queries import sender_of
from portal.domain.sending.records import Records

Seal = Callable[[str], str]
"""Makes of a secret what may be kept; given by the edge, which has the key."""

SECURITIES = ("starttls", "tls")
_LONGEST = 200
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Wish:
    """A mail server as the form has it. An empty `password` keeps the one there is, for the same place and user."""

    host: str
    port: int | None
    security: str
    username: str
    password: str
    from_address: str
    selector: str


def save(wish: Wish, *, by: Staff, seal: Seal, now: datetime) -> Sender:
    """Enter the agency's mail server, or bring it to what is wished. The edge has judged its address.

    Whatever decides how letters leave has to be tried out anew before it is used. Raises Invalid at the field.
    """
    with transaction():
        stand(by, Permission.PRICES)
        row = sender_of(by.agency)
        values = _checked(row, wish)
        changed = sorted(name for name, value in values.items() if row is None or getattr(row, name) != value)
        if wish.password or (row and row.password and not wish.username):
            values["password"] = seal(wish.password) if wish.password else ""
            changed.append("password")
        if row is not None and not changed:
            return row
        if changed != ["selector"]:
            values |= {"proven_at": None, "used": False, "held_until": None}
            values |= {"failing_since": None, "failing_because": ""}
        values |= {"changed_at": now, "records": None, "records_at": None}
        if row is None:
            row = Sender.create(agency=by.agency, created_at=now, **{"password": "", **values})
        else:
            Sender.update(**values).where(Sender.id == row.id).execute()
            row = Sender.get_by_id(row.id)
        _record("sender.saved", row, by, now, changed=changed)
    return row


def note_tried(sender: Sender, *, by: Staff, now: datetime) -> None:
    """The server took a test message with these settings. Settings changed meanwhile are not proven by it."""
    with transaction():
        stand(by, Permission.PRICES)
        mine = (Sender.id == sender.id) & (Sender.changed_at == sender.changed_at)
        well = {"held_until": None, "failing_since": None, "failing_because": ""}
        if Sender.update(proven_at=now, **well).where(mine).execute():
            _record("sender.tried", sender, by, now)


def set_used(sender: Sender, *, used: bool, by: Staff, now: datetime) -> None:
    """Send by this server, or not any more. Raises Refused for one that has never taken a message as it is set."""
    with transaction():
        stand(by, Permission.PRICES)
        mine = (Sender.id == sender.id) & (Sender.used != used)
        if used:
            mine &= Sender.proven_at.is_null(False)
        if Sender.update(used=used).where(mine).execute():
            _record("sender.used" if used else "sender.unused", sender, by, now)
        elif used and not Sender.get_by_id(sender.id).used:
            raise Refused("sender_unproven")


def forget(*, by: Staff, now: datetime) -> None:
    """Remove server and password. Letters leave by the installation again; twice changes nothing."""
    with transaction():
        stand(by, Permission.PRICES)
        row = sender_of(by.agency)
        if row is not None:
            Sender.delete().where(Sender.id == row.id).execute()
            _record("sender.removed", row, by, now)


def note_written(sender: Sender, records: Records, *, now: datetime) -> None:
    """Keep what the DNS said of the domain, for the page."""
    kept = [asdict(finding) for finding in records]
    Sender.update(records=kept, records_at=now).where(Sender.id == sender.id).execute()


def renew_seals(renewed: Seal) -> int:
    """Seal every password with the present key; how many had another one."""
    changed = 0
    for row in list(Sender.select().where(Sender.password != "")):
        password = renewed(row.password)
        if password != row.password:
            mine = (Sender.id == row.id) & (Sender.password == row.password)
            changed += Sender.update(password=password).where(mine).execute()
    return changed


def _checked(row: Sender | None, wish: Wish) -> dict[str, Any]:
    """The columns of the wish. Raises Invalid with everything that is wrong."""
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    host, selector = wish.host.strip().lower().removesuffix("."), wish.selector.strip().lower()
    address = ""
    try:
        address = clean_email(wish.from_address, field="from_address")
    except Invalid as error:
        problems |= error.problems
    if not _HOST.fullmatch(host) or len(host) > 253:
        problems["host"] = ("bad_mail_host", {})
    if wish.port is None or not 1 <= wish.port <= 65535:
        problems["port"] = ("bad_mail_port", {})
    if wish.security not in SECURITIES:
        problems["security"] = ("choose_one", {})
    if not re.fullmatch(rf"[!-~]{{0,{_LONGEST}}}", wish.username):
        problems["username"] = ("bad_mail_user", {"most": _LONGEST})
    if not address.isascii():
        problems["from_address"] = ("email_bad", {})
    if selector and not _SELECTOR.fullmatch(selector):
        problems["selector"] = ("bad_selector", {})
    place = (host, wish.port, wish.security, wish.username)
    if problem := _password_problem(row, wish, place):
        problems["password"] = problem
    if problems:
        raise Invalid(problems)
    return {
        "host": host,
        "port": wish.port,
        "security": wish.security,
        "username": wish.username,
        "from_address": address,
        "selector": selector,
    }


def _password_problem(
    row: Sender | None, wish: Wish, place: tuple[str, int | None, str, str]
) -> tuple[str, dict[str, Any]] | None:
    """A password goes to the place and user it was entered for, and to no other: another port is another program."""
    if not re.fullmatch(rf"[^\x00-\x1f\x7f]{{0,{_LONGEST}}}", wish.password):
        return ("too_long", {"most": _LONGEST})
    if not wish.username:
        return ("mail_password_alone", {}) if wish.password else None
    if wish.password:
        return None
    if row is None or not row.password:
        return ("mail_password_missing", {})
    if (row.host, row.port, row.security, row.username) != place:
        return ("mail_password_again", {})
    return None


def _record(action: str, row: Sender, by: Staff, now: datetime, **details: Any) -> None:
    audit.record(
        action, by=by.actor, now=now, agency_id=by.agency.id, subject=row.from_address, server=row.host, **details
    )
