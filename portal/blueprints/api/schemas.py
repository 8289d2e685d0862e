"""Bodies of requests and answers, as models: requests are read by them, the description is made of them all."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.domain.settings import MOST_UNITS

MOST_MONEY = 10**12 - 1

Id = Annotated[str, Field(pattern=r"^[!-~]{1,128}$", description="The name you give the event, unique in the agency.")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
Money = Annotated[int, Field(description="In minor units of the currency: 900 is R$ 9,00.")]
Price = Annotated[int, Field(ge=0, le=MOST_MONEY, description="In minor units of the currency: 900 is R$ 9,00.")]
Units = Annotated[int, Field(ge=0, le=MOST_UNITS)]
Thresholds = Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(min_length=1, max_length=5)]
Card = Literal["agency_card", "client_card"]
AtLimit = Literal["bill", "ceiling", "stop"]
Manager = Literal["agency", "client"]


class Body(BaseModel):
    """Nothing is turned into something else, and no field is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid")


def _without_defaults(schema: dict[str, Any]) -> None:
    """A field of a change that is left out stays as it is; it has no default."""
    for part in schema["properties"].values():
        part.pop("default", None)


class Change(Body):
    """Any part of it; a field that is left out stays as it is."""

    model_config = ConfigDict(strict=True, extra="forbid", json_schema_extra=_without_defaults)


class Client(Body):
    id: str = Field(json_schema_extra={"format": "uuid"})
    slug: Slug
    name: str
    email: str | None
    currency: Currency
    began_on: str = Field(json_schema_extra={"format": "date"})
    suspended: bool


class NewClient(Body):
    name: str = Field(min_length=1, max_length=120)
    slug: Slug | None = Field(None, description="The client's address. Made of the name unless given.")
    currency: Currency | None = Field(None, description="ISO 4217. The agency's own unless given.")
    email: str | None = Field(None, max_length=254, json_schema_extra={"format": "email"})


class ClientPage(Body):
    items: list[Client]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class SalesOptimizer(Body):
    managed_by: Manager
    enabled: bool


class SalesOptimizerChange(Change):
    managed_by: Manager = "agency"
    enabled: bool = False


class ServiceSettings(Body):
    enabled: bool
    limit: Units | None = Field(description="Units free of charge in a month; null: no limit.")
    at_limit: AtLimit = Field(description="bill the excess, bill it up to the ceiling, or stop at the limit.")
    ceiling: Units | None = Field(description="Where at_limit is ceiling: beyond it nothing is counted.")
    alert_at: Thresholds = Field(description="Percent of the limit at which people are told.")
    price: Price | None = Field(description="Of one block, in minor units; null: the agency's default.")
    block: int = Field(ge=1, description="Units in a block; a started one counts whole. Read-only.")


class ServiceChange(Change):
    enabled: bool = False
    limit: Units | None = None
    at_limit: AtLimit = "bill"
    ceiling: Units | None = None
    alert_at: Thresholds | None = Field(default=None, description="null: the agency's default.")
    price: Price | None = None


class ServicePrice(Body):
    price: Money = Field(description="Of one block, in minor units, the agency's default where the client has none.")


class InForce(Body):
    """What counts this month. Read-only."""

    period: Month
    payment_option: Card
    licence_price: Money
    services: dict[str, ServicePrice]


class Settings(Body):
    """As saved. Limits and switches count at once; prices and payment_option from next month on, see in_force."""

    direct_support: bool
    payment_option: Card
    licence_price: Price
    sales_optimizer: SalesOptimizer
    services: dict[str, ServiceSettings]
    in_force: InForce


class SettingsChange(Change):
    direct_support: bool = False
    payment_option: Card = "client_card"
    licence_price: Price = 0
    sales_optimizer: SalesOptimizerChange = SalesOptimizerChange()
    services: dict[str, ServiceChange] = {}
