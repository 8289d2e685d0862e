"""A statement issued: its number taken, everything frozen, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.db import locked, transaction
from portal.domain import audit, outbox
from portal.domain.audit import Actor
from portal.domain.billing.catalogue import Audience, State
from portal.domain.billing.drafts import draft_for
from portal.domain.billing.freezing import freeze_agency_statement, freeze_client_statement
from portal.domain.billing.lines import Draft, Line
from portal.domain.billing.models import FrozenAsset, Statement, StatementLine
from portal.domain.billing.numbers import take_number
from portal.domain.billing.reading import draft_as_issued
from portal.domain.billing.wholesale import Wholesale, wholesale_of
from portal.domain.settings import PaymentOption
from portal.domain.tenants import Agency, Client, period_labelled
from portal.languages import speaking

FrozenBrand = tuple[dict[str, Any], dict[str, bytes]]
"""A brand as `branding.freeze` gives it: plain values, and its pictures by SHA-256."""


def issue_for_client(client: Client, label: str, *, brand: FrozenBrand, by: Actor, now: datetime) -> None:
    """The client's statement of a finished month, once.

    None any more where the agency's statement is issued already: what the client costs would be on neither.
    """
    agency = client.agency
    with transaction():
        locked(Agency.select(Agency.id).where(Agency.id == agency.id)).get()
        if is_issued(Audience.CLIENT, str(client.id), label):
            return
        if is_issued(Audience.AGENCY, str(agency.id), label, client.currency):
            return
        draft = draft_for(client, label, now=now)
        number = take_number(agency, "", label)
        state = _state_of(draft)
        frozen = freeze_client_statement(draft, number=number, state=state, brand=brand[0], now=now)
        statement = Statement.create(
            agency=agency,
            audience=Audience.CLIENT.value,
            client=client,
            owner=str(client.id),
            number=number,
            period=label,
            state=state.value,
            currency=client.currency,
            payer="client" if draft.payment_option == PaymentOption.CLIENT_CARD else "agency",
            payee=draft.payee.value,
            payment_option=draft.payment_option.value,
            net=draft.net,
            tax=draft.tax,
            total=draft.total,
            due=max(0, draft.total),
            issued_at=now,
            frozen={**frozen, "assets": sorted(brand[1])},
        )
        _keep_assets(brand[1])
        for position, line in enumerate([*draft.lines, *draft.left_out], 1):
            _write_line(statement, position, line)
        _announce(statement, by, now)


def issue_for_agency(
    agency: Agency,
    currency: str,
    label: str,
    *,
    brand: FrozenBrand,
    by: Actor,
    now: datetime,
) -> None:
    """The agency's own statement of a finished month, once, from what was issued for its clients."""
    with transaction():
        locked(Agency.select(Agency.id).where(Agency.id == agency.id)).get()
        if is_issued(Audience.AGENCY, str(agency.id), label, currency):
            return
        with speaking(agency.language):
            issued = [row for row in client_statements(agency, label) if row.currency == currency]
            wholesale = wholesale_of(agency, currency, [draft_as_issued(row) for row in issued])
        number = take_number(agency, "A", label)
        state = State.DUE if wholesale.due else State.SETTLED
        frozen = freeze_agency_statement(
            agency,
            currency,
            period_labelled(agency, label),
            wholesale,
            number=number,
            state=state,
            brand=brand[0],
            now=now,
        )
        statement = Statement.create(
            agency=agency,
            audience=Audience.AGENCY.value,
            client=None,
            owner=str(agency.id),
            number=number,
            period=label,
            state=state.value,
            currency=currency,
            payer="agency",
            payee="operator",
            net=wholesale.due,
            total=wholesale.due,
            due=wholesale.due,
            remitted=wholesale.remitted,
            issued_at=now,
            frozen={
                **frozen,
                "assets": sorted(brand[1]),
                "carry": {"cost": wholesale.carry_cost, "rest": wholesale.carry_rest},
            },
        )
        _keep_assets(brand[1])
        _write_wholesale(statement, wholesale)
        _announce(statement, by, now)


def _state_of(draft: Draft) -> State:
    if draft.payment_option == PaymentOption.AGENCY_CARD:
        return State.AGENCY_INVOICED
    return State.DUE if draft.total > 0 else State.SETTLED


def client_statements(agency: Agency, label: str) -> list[Statement]:
    """What was issued for the agency's clients, by the client's name; clients loaded."""
    rows = (
        Statement.select(Statement, Client)
        .join(Client)
        .where((Statement.agency == agency) & (Statement.period == label))
        .order_by(Client.sort_name, Client.id)
    )
    found = list(rows)
    for row in found:
        assert row.client is not None, "joined"
        row.agency = row.client.agency = agency
    return found


def is_issued(audience: Audience, owner: str, label: str, currency: str | None = None) -> bool:
    """Whether the statement is there; `owner` is the id of its client, or of an agency, which has one a currency."""
    issued = (Statement.audience == audience.value) & (Statement.owner == owner) & (Statement.period == label)
    if currency:
        issued &= Statement.currency == currency
    return Statement.select().where(issued).exists()


def _keep_assets(assets: dict[str, bytes]) -> None:
    for sha256, content in assets.items():
        FrozenAsset.insert(sha256=sha256, content=content).on_conflict_ignore().execute()


def _write_line(statement: Statement, position: int, line: Line) -> None:
    StatementLine.create(
        statement=statement,
        position=position,
        kind=line.kind.value,
        label=line.label,
        service=line.service.key if line.service else None,
        limit=line.limit,
        used=line.used,
        excess=line.excess,
        block=line.block,
        blocks=line.blocks,
        unit_price=line.unit_price,
        unit_cost=line.unit_cost,
        amount=line.amount,
        cost=line.cost,
        collected=line.collected,
        detail=line.detail,
    )


def _write_wholesale(statement: Statement, wholesale: Wholesale) -> None:
    for position, line in enumerate(wholesale.lines, 1):
        source = line.source
        StatementLine.create(
            statement=statement,
            position=position,
            kind=line.kind.value,
            label=line.label,
            client=line.client,
            service=source.service.key if source and source.service else None,
            limit=source.limit if source else None,
            used=source.used if source else None,
            excess=source.excess if source else None,
            block=source.block if source else None,
            blocks=source.blocks if source else None,
            unit_price=source.unit_cost if source else None,
            amount=line.amount,
            detail={**line.detail, "statement": line.statement},
        )


def _announce(statement: Statement, by: Actor, now: datetime) -> None:
    outbox.put("statement.render", key=f"render:{statement.id}", now=now, statement=str(statement.id))
    audit.record(
        "statement.issued",
        by=by,
        now=now,
        agency_id=statement.agency_id,
        client_id=statement.client_id,
        subject=statement.number,
        total=statement.total,
        currency=statement.currency,
        state=statement.state,
    )
