"""Who hears that a statement is ready."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.db import transaction
from portal.domain import mail, rights, webhooks
from portal.domain.accounts import Person, owners_of
from portal.domain.billing.models import Statement
from portal.domain.settings import PaymentOption
from portal.domain.tenants import App


class StatementLinks(Protocol):
    """Where a statement's page is; given by the edge, for the domain knows no addresses."""

    def statement_of_agency(self, statement: Statement) -> str: ...

    def statement_in_office(self, app: App, statement: Statement) -> str: ...


def tell_ready(statement_id: UUID, *, links: StatementLinks, now: datetime) -> None:
    """Write one letter for each reader: the client's people who may see `statements` now, or the agency's owners.

    A statement that the agency invoices itself is told to nobody at the client.
    """
    statement = Statement.get_by_id(statement_id)
    with transaction():
        _post_event(statement, now)
        if statement.client is None:
            for owner in owners_of(statement.agency):
                _post(statement, owner, None, links.statement_of_agency(statement), now)
        elif statement.payment_option == PaymentOption.CLIENT_CARD.value:
            for reader in rights.readers_of(statement.client, "statements", now=now):
                link = links.statement_in_office(reader.app, statement)
                _post(statement, reader.person, statement.agency_id, link, now)


def _post(statement: Statement, person: Person, agency_id: UUID | None, link: str, now: datetime) -> None:
    mail.post(
        "statement_issued",
        to=person.email,
        name=person.name,
        language=person.language,
        agency_id=agency_id,
        key=str(statement.id),
        now=now,
        statement=str(statement.id),
        link=link,
    )


def _post_event(statement: Statement, now: datetime) -> None:
    """Tell the agency's other systems, whoever pays."""
    data = {
        "number": statement.number,
        "id": str(statement.id),
        "audience": statement.audience,
        "client": statement.client.slug if statement.client else None,
        "period": statement.period,
        "state": statement.state,
        "currency": statement.currency,
        "net": statement.net,
        "tax": statement.tax,
        "total": statement.total,
        "due": statement.due,
        "pdf_sha256": statement.pdf_sha256,
    }
    webhooks.post(statement.agency_id, "statement.issued", data, key=str(statement.id), now=now)
