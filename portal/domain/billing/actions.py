from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.db import locked, transaction
from portal.domain import audit, outbox, periods
from portal.domain.audit import Actor
from portal.domain.billing.catalogue import Audience, State
from portal.domain.billing.drafts import Draft, Line, draft_for
from portal.domain.billing.freezing import freeze_agency_statement, freeze_client_statement
from portal.domain.billing.models import FrozenAsset, Statement, StatementLine
from portal.domain.billing.numbers import take_number
from portal.domain.billing.reading import draft_as_issued
from portal.domain.billing.wholesale import Wholesale, wholesale_of
from portal.domain.branding import Brand, freeze
from portal.domain.errors import Refused
from portal.domain.settings import PaymentOption
from portal.domain.tenants import Agency, Client, agencies, clients_of, period_labelled
from portal.domain.tenants.models import Agency as AgencyRow
from portal.languages import speaking

GRACE = timedelta(days=3)

BrandOf = Callable[[Agency | None], Brand]
"""The brand of an agency, or the vendor's for None; given by the edge, which knows where themes live."""


def close_month(
    agency: Agency,
    label: str,
    *,
    brand_of: BrandOf,
    grace: timedelta = GRACE,
    at_once: bool = False,
    by: Actor,
    now: datetime,
) -> list[Statement]:
    """Issue the statements of a finished month; those issued already stay as they are and are returned too.

    One transaction a statement: after a fault the next call goes on where this one stopped. Raises
    Refused for a month that is not over, and for one whose grace runs unless `at_once`.
    """
    if not periods.is_label(label):
        raise Refused("bad_period", field="period")
    period = period_labelled(agency, label)
    if period.ends_at > now:
        raise Refused("month_not_over", field="period", period=label)
    if period.ends_at + grace > now and not at_once:
        raise Refused("grace_runs", field="period", period=label, until=period.ends_at + grace)
    clients = [c for c in clients_of(agency) if c.began_on <= periods.last_day(label)]
    for client in clients:
        client.agency = agency
        _issue_for_client(client, label, brand_of, by, now)
    for currency in sorted({client.currency for client in clients}):
        _issue_for_agency(agency, currency, label, [c for c in clients if c.currency == currency], brand_of, by, now)
    return list(
        Statement.select()
        .where((Statement.agency == agency) & (Statement.period == label))
        .order_by(Statement.audience.desc(), Statement.number)
    )


def due_for_closing(*, grace: timedelta = GRACE, now: datetime) -> list[tuple[Agency, str]]:
    """Months that are over, whose grace has ended and that were not closed yet, oldest first."""
    found = []
    for agency in agencies():
        clients = clients_of(agency)
        if not clients:
            continue
        first = min(client.began_on for client in clients).strftime("%Y-%m")
        for label in periods.labels_between(first, periods.label_of(now, agency.timezone)):
            over = period_labelled(agency, label).ends_at + grace <= now
            if over and not _is_closed(agency, label):
                found.append((agency, label))
    return sorted(found, key=lambda pair: (pair[1], pair[0].slug))


def keep_pdf(statement: Statement, *, name: str, sha256: str, now: datetime) -> bool:
    """Write down the statement's file, once; False when it was kept already."""
    with transaction():
        kept = (
            Statement.update(pdf_name=name, pdf_sha256=sha256, rendered_at=now)
            .where((Statement.id == statement.id) & Statement.rendered_at.is_null())
            .execute()
        )
        if kept:
            outbox.put("statement.ready", key=f"ready:{statement.id}", now=now, statement=str(statement.id))
    return bool(kept)


def _is_closed(agency: Agency, label: str) -> bool:
    """The agency's own statement is issued last: with it the month is closed."""
    return (
        Statement.select()
        .where(
            (Statement.agency == agency) & (Statement.period == label) & (Statement.audience == Audience.AGENCY.value)
        )
        .exists()
    )


def _issue_for_client(client: Client, label: str, brand_of: BrandOf, by: Actor, now: datetime) -> None:
    agency = client.agency
    with transaction():
        locked(AgencyRow.select(AgencyRow.id).where(AgencyRow.id == agency.id)).get()
        if _issued(Audience.CLIENT, str(client.id), label, client.currency):
            return
        draft = draft_for(client, label, now=now)
        brand, assets = freeze(brand_of(agency))
        number = take_number(agency, "", label)
        state = _state_of(draft)
        frozen = freeze_client_statement(draft, number=number, state=state, brand=brand, now=now)
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
            frozen={**frozen, "assets": sorted(assets)},
        )
        _keep_assets(assets)
        for position, line in enumerate([*draft.lines, *draft.left_out], 1):
            _write_line(statement, position, line)
        _announce(statement, by, now)


def _issue_for_agency(
    agency: Agency, currency: str, label: str, clients: list[Client], brand_of: BrandOf, by: Actor, now: datetime
) -> None:
    with transaction():
        locked(AgencyRow.select(AgencyRow.id).where(AgencyRow.id == agency.id)).get()
        if _issued(Audience.AGENCY, str(agency.id), label, currency):
            return
        with speaking(agency.language):
            wholesale = wholesale_of(agency, currency, label, [draft_as_issued(c, label) for c in clients])
        brand, assets = freeze(brand_of(None))
        number = take_number(agency, "A", label)
        state = State.DUE if wholesale.due else State.SETTLED
        frozen = freeze_agency_statement(
            agency,
            currency,
            period_labelled(agency, label),
            wholesale,
            number=number,
            state=state,
            brand=brand,
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
                "assets": sorted(assets),
                "carry": {"cost": wholesale.carry_cost, "rest": wholesale.carry_rest},
            },
        )
        _keep_assets(assets)
        _write_wholesale(statement, wholesale)
        _announce(statement, by, now)


def _state_of(draft: Draft) -> State:
    if draft.payment_option == PaymentOption.AGENCY_CARD:
        return State.AGENCY_INVOICED
    return State.DUE if draft.total > 0 else State.SETTLED


def _issued(audience: Audience, owner: str, label: str, currency: str) -> bool:
    return (
        Statement.select()
        .where(
            (Statement.audience == audience.value)
            & (Statement.owner == owner)
            & (Statement.period == label)
            & (Statement.currency == currency)
        )
        .exists()
    )


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
        block=line.service.block if line.service else None,
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
            block=source.service.block if source and source.service else None,
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
