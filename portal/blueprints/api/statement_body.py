"""A statement as JSON; amounts in minor units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.domain.billing import Audience, LineKind, Statement, StatementLine

_COUNTED = ("limit", "used", "excess", "block", "blocks", "unit_price")
_OF_ITS_KIND = ("period", "days", "of_days", "every_months", "next_on")


def described(statement: Statement, lines: Sequence[StatementLine]) -> dict[str, Any]:
    """The statement with these lines, which are those that add up to its net."""
    own = statement.audience == Audience.AGENCY
    return {
        "number": statement.number,
        "audience": statement.audience,
        "client": statement.client.slug if statement.client else None,
        "period": statement.period,
        "state": statement.state,
        "currency": statement.currency,
        "payer": statement.payer,
        "payee": statement.payee,
        "payment_option": statement.payment_option or None,
        "lines": [_of_agency(line) if own else _of_client(line) for line in lines],
        "net": statement.net,
        "tax": statement.tax,
        "total": statement.total,
        "due": statement.due,
        **({"remitted": statement.remitted} if own else {}),
        "paid": statement.paid,
        "outstanding": statement.outstanding,
    }


def _of_client(line: StatementLine) -> dict[str, Any]:
    """An excess with all its numbers; of the other kinds what they have, with the words of the statement."""
    if line.kind == LineKind.EXCESS:
        counted = {name: getattr(line, name) for name in _COUNTED}
        return {"kind": line.kind, "service": line.service, **counted, "amount": line.amount}
    return {"kind": line.kind, "label": line.label, **_held(line), "amount": line.amount}


def _of_agency(line: StatementLine) -> dict[str, Any]:
    named = {
        "client": line.client.slug if line.client else None,
        "statement": line.detail.get("statement") or line.detail.get("carried"),
    }
    return {"kind": line.kind, **named, "label": line.label, **_held(line), "amount": line.amount}


def _held(line: StatementLine) -> dict[str, Any]:
    """What the line has of service, numbers and what only its kind knows."""
    found = {"service": line.service, **{name: getattr(line, name) for name in _COUNTED}}
    found |= {name: line.detail.get(name) for name in _OF_ITS_KIND}
    return {name: value for name, value in found.items() if value is not None}
