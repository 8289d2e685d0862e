"""From a letter in the outbox to one on its way."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal import limit_words, rendering, sender_words, staff_words
from portal.browsers import browser_name
from portal.domain import billing, sending, tenants
from portal.domain.metering import Standing
from portal.domain.outbox import Message
from portal.domain.sending import Sender
from portal.gateways import mailbox
from portal.gateways.smtp import Outgoing
from portal.jobs.context import Context
from portal.languages import speaking

OWN, HOUSE = "mail.own:", "mail.house"
"""Topics of letters by an agency's own server (a lane for each agency), and of those that leave without it."""

STAFF_LETTERS = ("staff_invitation", "staff_news", "ownership")


def route(message: Message, *, now: datetime) -> str:
    """By which topic the letter leaves: that of an agency's own server, or of the installation's.

    A server that fails gets no letter but now and then: the others leave without waiting for it.
    """
    sender = _own_sender(message)
    if sender is not None and not sending.is_resting(sender, now):
        return f"{OWN}{sender.agency_id.hex}"
    return HOUSE


def send_by_house(message: Message, context: Context) -> None:
    """By the installation's server, waiting for it. Raises Temporary or Permanent."""
    mailbox.post(outgoing_by_house(message, context), context.settings)


def outgoing_by_house(message: Message, context: Context) -> Outgoing:
    """It has the Message-ID that it has by an agency's own server, should that have taken it."""
    outgoing, sender = outgoing_of(message, context), _own_sender(message)
    return replace(outgoing, message_id_domain=sender.domain) if sender else outgoing


def _own_sender(message: Message) -> Sender | None:
    """The agency's own mail server, where its clients' people are written to and it is in use."""
    agency = message.payload["agency"]
    return sending.sender_in_use(tenants.agency_by_id(UUID(agency))) if agency else None


def outgoing_of(message: Message, context: Context) -> Outgoing:
    """The letter as it will be sent: brand, sender and links of the house it comes from."""
    payload = message.payload
    agency = tenants.agency_by_id(UUID(payload["agency"])) if payload["agency"] else None
    brand = context.brand_of(agency)
    given = payload["values"]
    if "path" in given:  # a page of the house that the letter comes from
        given = {**given, "link": context.page_at(agency, given["path"])}
    values = _values(payload["letter"], given, payload["language"], internal=agency is None)
    letter = rendering.render_letter(payload["letter"], brand, payload["language"], values)
    host = context.mail_host_of(agency)
    return Outgoing(
        to=payload["to"],
        to_name=payload["name"],
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        images=letter.images,
        from_address=context.settings.mail_from if agency is None else f"no-reply@{host}",
        from_name=brand.sender_name,
        reply_to=brand.contact,
        message_id_domain=host,
        reference=message.id.hex,
    )


def _values(letter: str, values: dict[str, Any], language: str, *, internal: bool) -> dict[str, Any]:
    """What the letter's templates name, from what was written down."""
    if letter == "statement_issued":
        statement = billing.statement_by_id(UUID(values["statement"]))
        return {"statement": statement.frozen, "link": values["link"]}
    if letter in STAFF_LETTERS:
        with speaking(language):
            return staff_words.letter(letter, values)
    if "expires_at" in values:
        return {**values, "expires": datetime.fromisoformat(values["expires_at"])}
    if letter == "sender_failing":
        with speaking(language):
            return {**values, "because": sender_words.trouble(values["because"])}
    if letter == "sign_in_news":
        with speaking(language):
            told = {**values["values"], "browser": browser_name(values["values"]["browser"])}
        return {**values, "values": told, "moment": datetime.fromisoformat(values["at"])}
    if letter == "access_ending":
        return {**values, "ends": date.fromisoformat(values["ends_on"])}
    if letter in ("joined", "new_address"):
        return {**values, "moment": datetime.fromisoformat(values["moment"])}
    if letter.startswith("limit_"):
        with speaking(language):
            return _limit_values(letter.removeprefix("limit_"), values, audience="agency" if internal else "client")
    return values


def _limit_values(kind: str, values: dict[str, Any], *, audience: str) -> dict[str, Any]:
    """A letter about a limit in the words of the language in force; of a digest, each of its matters."""
    links: dict[str, Any] = {name: values[name] for name in ("link", "notices_link") if name in values}
    if kind == "digest":
        items = [_limit_values(item["kind"], item, audience=audience) for item in values["items"]]
        return {"day": values["day"], "items": items, **links}
    standing = Standing(**{field.name: values[field.name] for field in fields(Standing)})
    return {**limit_words.letter(standing, kind, audience=audience), **links}
