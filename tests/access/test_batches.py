"""Many at once, one of them not his: all are refused and nothing is changed, however many are named (AZ-09)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.access.asking import Answer
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM

REFUSED = (400, 403, 404, 413, 422)
MANY = 10_000


@dataclass(frozen=True)
class Batch:
    """A route that takes many of a kind by one field. `own` and `foreign` are keys or patterns of the world."""

    method_and_path: str
    who: str
    field: str
    own: str
    foreign: str
    keys: bool = False
    """Whether they are ids of objects; else words of a catalogue."""


BATCHES = [
    Batch("POST /agency/changes/<bulk_id>/clients", "A.owner", "client", "A1", "B1", keys=True),
    Batch("POST /agency/staff/invitations/", "A.owner", "clients", "A1", "B1", keys=True),
    Batch("POST /agency/staff/invitations/review", "A.owner", "clients", "A1", "B1", keys=True),
    Batch("POST /agency/credentials/", "A.owner", "scopes", "usage:read", "operator"),
    Batch("POST /agency/webhooks/", "A.owner", "events", "limit.reached", "nobody.knows"),
    Batch("POST /agency/webhooks/<endpoint_id>/edit", "A.owner", "events", "limit.reached", "nobody.knows"),
    Batch("POST /office/<app>/team/<contributor_id>/rights", "A1.own", "boxes", "menus", "services"),
    Batch("POST /office/<app>/team/many/", "A1.own", "boxes", "menus", "services"),
    Batch("POST /office/<app>/team/new", "A1.own", "boxes", "menus", "services"),
]
NAMES = [batch.method_and_path for batch in BATCHES]


@pytest.mark.parametrize("batch", BATCHES, ids=NAMES)
def test_one_that_is_not_his_refuses_all_and_ten_thousand_are_refused(stage, batch):
    own, foreign = (_named(stage, name) if batch.keys else name for name in (batch.own, batch.foreign))
    strange = [str(uuid4()) for _ in range(MANY)]
    for sent in ([own, own, foreign], [foreign, own], [own, *strange], strange):
        answer = _send(stage, batch, sent)
        changed = stage.snapshot.changed().keys() - {"audit_entry", "attempts", "sign_in"}
        stage.snapshot.back()
        assert answer.status in REFUSED and not changed, f"{len(sent)}: {answer.status} {answer.location} {changed}"


@pytest.mark.parametrize("batch", BATCHES, ids=NAMES)
def test_one_named_many_times_is_one(stage, batch):
    own = _named(stage, batch.own) if batch.keys else batch.own
    once, often = [], []
    for told, sent in ((once, [own]), (often, [own] * 3)):
        answer = _send(stage, batch, sent)
        told += [answer.status, {name: len(stage.snapshot.rows(name)) for name in stage.snapshot.changed()}]
        stage.snapshot.back()
    assert once == often and once[0] < 400, (once, often)


def test_usage_of_somebody_elses_client_counts_nothing_whoever_is_named_beside_him(stage):
    at, who = "2026-07-05T11:00:00Z", stage.person("A.w")
    slugs = {name: stage.world.tenants[name].client.slug for name in ("A1", "B1")}
    events = [
        {"id": f"{n}", "client": slugs[name], "service": "litmus_test", "quantity": 1, "at": at}
        for n, name in enumerate(["A1", "A1", "B1"])
    ]
    before = stage.snapshot.rows("usage_event")
    for sent, counted in ((events, 2), ([{**events[0], "id": f"{n}"} for n in range(MANY)], 0)):
        body = json.dumps({"events": sent}).encode()
        answer = stage.asker.ask("POST", PLATFORM, "/api/v1/usage", bearer=who.bearer, json=body)
        theirs = stage.world.tenants["B1"].client.id.hex
        changed = stage.snapshot.rows("usage_event") - before
        stage.snapshot.back()
        assert answer.status < 500 and not [row for row in changed if theirs in map(str, row)], answer.status
        assert len(changed) == counted


def _named(stage: Stage, tenant: str) -> str:
    return str(stage.world.tenants[tenant].client.id)


def _send(stage: Stage, batch: Batch, values: list[str]) -> Answer:
    method, path = batch.method_and_path.split()
    route = next(one for one in stage.known() if (one.method, one.path) == (method, path))
    who, host = stage.person(batch.who), OFFICE if path.startswith("/office/") else PLATFORM
    form: dict[str, Any] = {**stage.bodies.form(route, "A1"), **_MORE.get(path, {}), batch.field: values}
    return stage.asker.ask(
        method,
        host,
        route.fill(stage.world.values("A1", route.endpoint)),
        cookie=who.cookie_at(host),
        form=form,
        headers={"X-CSRFToken": who.tokens[host]},
    )


_MORE: dict[str, dict[str, Any]] = {
    "/agency/changes/<bulk_id>/clients": {"go": "on"},
    "/agency/staff/invitations/": {"role": "manager"},
    "/agency/staff/invitations/review": {"role": "manager"},
}
