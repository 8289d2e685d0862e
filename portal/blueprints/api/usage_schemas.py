"""Bodies of usage, consume and entitlement, and what is said of tokens and refusals."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from portal.blueprints.api.schemas import AtLimit, Body, Currency, Id, Manager, Money, Month, Units
from portal.domain.settings import MOST_UNITS

Quantity = Annotated[int, Field(ge=1, le=MOST_UNITS, description="Of a counter: how many more.")]
Value = Annotated[int, Field(ge=0, le=MOST_UNITS, description="Of a gauge: how many there are now.")]


def _one_of(*names: str) -> Any:
    """The schema of an object that holds exactly one of these fields."""

    def tell(schema: dict[str, Any]) -> None:
        schema["oneOf"] = [{"required": [name]} for name in names]
        for name in names:
            schema["properties"][name].pop("default", None)

    return tell


class TokenRequest(Body):
    grant_type: Literal["client_credentials"]
    scope: str | None = Field(None, description="Some of the credential's scopes, separated by spaces; else all.")
    client_id: str | None = Field(None, description="Where HTTP Basic is not used.")
    client_secret: str | None = Field(None, description="Where HTTP Basic is not used.")


class Token(Body):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    scope: str


class TokenError(Body):
    """RFC 6749 §5.2."""

    error: Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]
    error_description: str | None = None


class Event(Body):
    """What one client used: `quantity` of a counter, `value` of a gauge."""

    model_config = ConfigDict(json_schema_extra=_one_of("quantity", "value"))

    id: Id
    client: str = Field(description="Id or slug of the client.")
    service: str = Field(description="Key of a counter or gauge.")
    quantity: int = Field(0, ge=-MOST_UNITS, le=MOST_UNITS, description="Of a counter. Below zero with corrects alone.")
    value: Value = 0
    at: str = Field(description="When it happened, with its offset.", json_schema_extra={"format": "date-time"})
    corrects: Id | None = Field(None, description="The id of the event that was wrong.")


class Batch(Body):
    events: list[Event] = Field(min_length=1, max_length=1000)


class Rejection(Body):
    index: int = Field(description="The place in events, from 0.")
    id: str | None
    code: Literal[
        "id_conflict", "ceiling_reached", "service_disabled", "client_suspended", "unknown_client",
        "unknown_service", "too_early", "too_old", "invalid",
    ]  # fmt: skip
    detail: str


class Outcome(Body):
    accepted: int
    duplicates: int
    rejected: list[Rejection]


class Consume(Body):
    """`quantity` of a counter, `value` of a gauge."""

    model_config = ConfigDict(json_schema_extra=_one_of("quantity", "value"))

    id: Id
    quantity: Quantity | None = None
    value: Value | None = None


class Left(Body):
    """Where the client stands; null where nothing is limited."""

    used: Units
    current: Units
    limit: Units | None
    ceiling: Units | None
    remaining: Units | None = Field(description="Units up to the limit; null without one.")
    excess: Units
    period: Month


class Consumed(Left):
    client: str
    service: str
    id: Id


class Entitlement(Body):
    """For services that are only switched on and off the numbers are null."""

    client: str
    service: str
    enabled: bool = Field(description="Whether to serve at all: switched on, and the client not suspended.")
    managed_by: Manager = Field(description="Who switches it.")
    used: Units | None = Field(description="Of this month; of a gauge its peak.")
    current: Units | None = Field(description="Of a gauge the present value; of a counter the same as used.")
    limit: Units | None = Field(description="Units free of charge; null: no limit.")
    at_limit: AtLimit | None
    ceiling: Units | None
    remaining: Units | None
    excess: Units | None
    unit_price: Money | None = Field(description="Of one block, in minor units.")
    block: int | None
    currency: Currency
    period: Month


class FieldError(Body):
    field: str
    detail: str


class Problem(Body):
    """RFC 9457. Programs read status and code; detail is for people."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": True})

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | None = Field(None, description="Which field, and why.")
    request_id: str | None = Field(None, description="Names an error of ours in our log.")


class Refused(Left):
    """A problem that says what is left as well."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": True})

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: Literal["ceiling_reached", "service_disabled", "client_suspended", "id_conflict"]
