"""Statements as the API shows them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from portal.blueprints.api.schemas import Body, Card, Currency, Money, Month, Units


def _where_it_applies(schema: dict[str, Any]) -> None:
    """What a kind does not have is left out of the line."""
    for part in schema["properties"].values():
        part.pop("default", None)


class StatementLine(Body):
    """A line holds what its kind has: an excess everything from limit to unit_price, a licence the amount."""

    model_config = ConfigDict(json_schema_extra=_where_it_applies)

    kind: Literal["licence", "excess", "sold_service", "add_on", "adjustment", "cost", "collected", "collected_cost"]
    client: str | None = Field(None, description="On agency statements: the client's slug.")
    statement: str | None = Field(None, description="On agency statements: the number of the client's statement.")
    label: str | None = Field(None, description="In the language of the statement.")
    service: str | None = None
    limit: Units | None = None
    used: Units | None = None
    excess: Units | None = None
    block: int | None = None
    blocks: int | None = Field(None, description="Started blocks.")
    unit_price: Money | None = Field(None, description="Of one block; on agency statements its cost.")
    period: Month | None = Field(None, description="Of an adjustment: the month it belongs to.")
    days: int | None = Field(None, description="Of a licence of part of a month, with of_days.")
    of_days: int | None = None
    every_months: int | None = Field(None, description="Of a service that is sold again and again.")
    next_on: str | None = None
    amount: Money


class Statement(Body):
    """`due` is what was asked for at issue and never changes."""

    number: str
    audience: Literal["client", "agency"]
    client: str | None = Field(description="The client's slug; null on agency statements.")
    period: Month
    state: str = Field(description="due, agency_invoiced, settled, …")
    currency: Currency
    payer: Literal["client", "agency"]
    payee: Literal["operator", "agency"]
    payment_option: Card | None
    lines: list[StatementLine]
    net: Money
    tax: Money
    total: Money
    due: Money
    remitted: Money = Field(0, description="On agency statements: what the operator pays to the agency.")
    paid: Money
    outstanding: Money


class StatementPage(Body):
    items: list[Statement]
    next: str | None = Field(description="The cursor of the next page; null on the last.")
