"""Everything a statement prints, as plain values: written once at issue, for ever the same however often printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain import periods
from portal.domain.billing.catalogue import LineKind, State
from portal.domain.billing.lines import Draft, Line
from portal.domain.billing.wholesale import Wholesale, WholesaleLine
from portal.domain.settings import PaymentOption
from portal.domain.tenants import Agency, Client, Payee, Period, the_operator
from portal.languages import speaking

SCHEMA = 1

_OF_A_SOURCE = (
    *("service", "unit", "limit", "used", "excess", "block", "blocks"),
    *("unit_price", "days", "of_days", "every_months", "next_on", "note"),
)


def freeze_client_statement(
    draft: Draft, *, number: str, state: State, brand: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """A client's statement, in the client's language."""
    client, agency = draft.client, draft.client.agency
    with speaking(client.language):
        lines = [_client_line(line) for line in draft.lines]
    own_card = draft.payment_option == PaymentOption.CLIENT_CARD
    return {
        **_head("client", number, client.language, client.currency, draft.period, state, brand, now),
        "issuer": _party(agency.legal_name, agency.address, agency.email),
        "client": _party(client.name, client.address, client.email),
        "payer": "client" if own_card else "agency",
        "payee": _payee(draft, agency) if own_card else None,
        "payment_option": draft.payment_option.value,
        "collects": draft.collects,
        "lines": lines,
        "net": draft.net,
        "tax_label": draft.tax_label or None,
        "tax_rate": draft.tax_rate or None,
        "tax": draft.tax,
        "total": draft.total,
        "due": max(0, draft.total),
    }


def freeze_agency_statement(
    agency: Agency,
    currency: str,
    period: Period,
    wholesale: Wholesale,
    *,
    number: str,
    state: State,
    brand: dict[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """An agency's own statement, in the agency's language; the operator issues it."""
    operator = the_operator()
    with speaking(agency.language):
        lines = [_wholesale_line(line) for line in wholesale.lines]
    sums = {
        kind: sum(line.amount for line in wholesale.lines if line.kind == kind)
        for kind in (LineKind.COLLECTED, LineKind.COLLECTED_COST, LineKind.ADJUSTMENT)
    }
    return {
        **_head("agency", number, agency.language, currency, period, state, brand, now),
        "issuer": _party(operator.legal_name, operator.address, ""),
        "client": _party(agency.legal_name, agency.address, agency.email),
        "payer": "agency" if wholesale.due or not wholesale.remitted else "operator",
        "payee": {"kind": "operator", **_named(operator.legal_name, operator.address)},
        "payment_option": None,
        "collects": None,
        "lines": lines,
        "due": wholesale.due,
        "collected": sums[LineKind.COLLECTED],
        "collected_cost": sums[LineKind.COLLECTED_COST],
        "adjustment": sums[LineKind.ADJUSTMENT],
        "remitted": wholesale.remitted,
    }


def _head(
    audience: str,
    number: str,
    language: str,
    currency: str,
    period: Period,
    state: State,
    brand: dict[str, Any],
    now: datetime,
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "audience": audience,
        "number": number,
        "language": language,
        "currency": currency,
        "period": {
            "key": period.label,
            "starts_on": periods.first_day(period.label).isoformat(),
            "ends_on": periods.last_day(period.label).isoformat(),
            "zone": period.zone,
        },
        "issued_on": periods.local_day(now, period.zone).isoformat(),
        "state": state.value,
        "url": None,
        "notes": [],
        "brand": brand,
    }


def _client_line(line: Line) -> dict[str, Any]:
    service = line.service
    return {
        "kind": line.kind.value,
        "label": line.label,
        "amount": line.amount,
        "service": service.key if service else None,
        "unit": service.unit() if service else None,
        "gauge": bool(service and service.is_gauge),
        "limit": line.limit,
        "used": line.used,
        "excess": line.excess,
        "block": line.block,
        "blocks": line.blocks,
        "unit_price": line.unit_price,
        "days": line.detail.get("days"),
        "of_days": line.detail.get("of_days"),
        "every_months": line.detail.get("every_months"),
        "next_on": line.detail.get("next_on"),
        "period": line.detail.get("period"),
        "note": None,
    }


def _wholesale_line(line: WholesaleLine) -> dict[str, Any]:
    if line.source:
        shown = {**_client_line(line.source), "unit_price": line.source.unit_cost}
    else:
        shown = dict.fromkeys(_OF_A_SOURCE) | {"gauge": False, "period": line.detail.get("period")}
    return {
        **shown,
        "kind": line.kind.value,
        "label": line.label,
        "amount": line.amount,
        "client": _client_reference(line.client),
        "statement": line.statement,
    }


def _client_reference(client: Client | None) -> dict[str, str] | None:
    return {"id": str(client.id), "name": client.name} if client else None


def _payee(draft: Draft, agency: Agency) -> dict[str, Any]:
    if draft.payee == Payee.AGENCY:
        return {"kind": "agency", **_named(agency.legal_name, agency.address)}
    operator = the_operator()
    return {"kind": "operator", **_named(operator.legal_name, operator.address)}


def _named(name: str, address: str) -> dict[str, Any]:
    return {"name": name, "address": [line for line in address.split("\n") if line.strip()], "tax_id": None}


def _party(name: str, address: str, contact: str) -> dict[str, Any]:
    return {**_named(name, address), "contact": contact or None}
