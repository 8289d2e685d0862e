"""The calls of the API in the order in which a newcomer reads them. Paths, verbs and scopes are those of the routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from portal.blueprints.api import examples, schemas, statement_schemas, usage_schemas


@dataclass(frozen=True)
class Operation:
    """One call, by what the route does not say. `problems` are the codes that only some calls answer with."""

    group: str
    summary: str
    text: str = ""
    answer: type[BaseModel] | None = None
    status: int = 200
    content: str = "application/json"
    headers: tuple[str, ...] = ()
    example: Any = None
    body: type[BaseModel] | None = None
    body_content: str = "application/json"
    body_example: Any = None
    query: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    refusals: dict[int, type[BaseModel]] = field(default_factory=dict)
    """Statuses whose problem document says more than others."""


_PAGE = ("bad_limit", "bad_cursor")
_FIELDS = ("not_an_object", "invalid")

GROUPS = {
    "Tokens": "OAuth 2.0 client credentials. A token lives an hour.",
    "Usage": "What was used, and what may be used.",
    "Clients": "The clients of the agency, and their settings.",
    "Statements": "What was issued, as it was issued.",
    "Description": "This description.",
}

OPERATIONS: dict[str, Operation] = {
    "api.oauth.token": Operation(
        "Tokens",
        "Get a token",
        "Id and secret go by HTTP Basic, or in the body. Keep the token until an answer is 401 or its time is over.",
        answer=usage_schemas.Token,
        example=examples.TOKEN,
        body=usage_schemas.TokenRequest,
        body_content="application/x-www-form-urlencoded",
        body_example={"grant_type": "client_credentials", "scope": "usage:write"},
        refusals={400: usage_schemas.TokenError, 401: usage_schemas.TokenError},
    ),
    "api.usage.create": Operation(
        "Usage",
        "Report usage",
        "Each event counts once, for ever: send a batch again, word for word, after a lost answer. "
        "200 whenever the batch could be read; the good events count whatever the others are.",
        answer=usage_schemas.Outcome,
        example=examples.OUTCOME,
        body=usage_schemas.Batch,
        body_example=examples.BATCH,
        problems=("not_a_batch", "no_events", "too_many_events"),
    ),
    "api.consume.create": Operation(
        "Usage",
        "Ask and count in one step",
        "Counted now or not at all. The same id and body after a success gives the first answer again and counts "
        "nothing; a refusal is not kept, so the same id may be tried again.",
        answer=usage_schemas.Consumed,
        example=examples.CONSUMED,
        body=usage_schemas.Consume,
        body_example=examples.CONSUME,
        problems=(*_FIELDS, "ceiling_reached", "service_disabled", "client_suspended", "id_conflict"),
        refusals={409: usage_schemas.Refused},
    ),
    "api.services.show": Operation(
        "Usage",
        "Read what a client may use",
        "The question to ask before serving. Never older than the last answered POST.",
        answer=usage_schemas.Entitlement,
        example=examples.ENTITLEMENT,
    ),
    "api.clients.index": Operation(
        "Clients",
        "List the clients",
        "Who joined first comes first.",
        answer=schemas.ClientPage,
        example={"items": [examples.CLIENT], "next": None},
        query=("limit", "cursor"),
        problems=_PAGE,
    ),
    "api.clients.create": Operation(
        "Clients",
        "Open a client",
        "With its first app, and settings as every new client has them. With a slug it can be sent again after a "
        "lost answer: the second time the slug is taken.",
        answer=schemas.Client,
        status=201,
        headers=("Location",),
        example=examples.CLIENT,
        body=schemas.NewClient,
        body_example=examples.NEW_CLIENT,
        problems=_FIELDS,
    ),
    "api.clients.show": Operation(
        "Clients", "Read a client", "By id or slug.", answer=schemas.Client, example=examples.CLIENT
    ),
    "api.settings.show": Operation(
        "Clients",
        "Read the settings",
        "As they were saved. The ETag is their version.",
        answer=schemas.Settings,
        headers=("ETag",),
        example=examples.SETTINGS,
    ),
    "api.settings.save": Operation(
        "Clients",
        "Change the settings",
        "Send any part; what is left out stays. All of it is saved, or nothing. With If-Match it is saved only "
        "over the version you have read.",
        answer=schemas.Settings,
        headers=("ETag",),
        example=examples.SETTINGS,
        body=schemas.SettingsChange,
        body_example=examples.CHANGE,
        query=("If-Match",),
        problems=(*_FIELDS, "settings_changed"),
    ),
    "api.statements.index": Operation(
        "Statements",
        "List statements",
        "Whole ones. What was issued first comes first.",
        answer=statement_schemas.StatementPage,
        example={"items": [examples.STATEMENT], "next": None},
        query=("period", "audience", "client", "limit", "cursor"),
        problems=(*_PAGE, "bad_period", "bad_audience", "not_found"),
    ),
    "api.statements.show": Operation(
        "Statements",
        "Read a statement",
        "Client statements and the agency's own alike.",
        answer=statement_schemas.Statement,
        example=examples.STATEMENT,
    ),
    "api.statements.pdf": Operation(
        "Statements",
        "Get the PDF",
        "The file as it was made once and kept, the same bytes every time.",
        content="application/pdf",
        headers=("Content-Disposition",),
        problems=("pdf_not_ready",),
    ),
    "api.description.document": Operation("Description", "The OpenAPI document", "For programs."),
    "api.description.page": Operation("Description", "This page", "For people.", content="text/html"),
}
