"""Many senders at once, each patient: what was not acknowledged is sent again, word for word."""

from __future__ import annotations

import asyncio
import json
import random
import time
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.soak.bodies import body_of
from bench.soak.spec import COUNTS, IF_ROOM, Plan
from bench.soak.world import World
from bench.wire import Answer, Lost, Wire

COUNTED, REFUSED = 1, 2
_JSON = {"Content-Type": "application/json"}
_LONGEST_PAUSE = 2.0
_AGAIN = (429, 503)


@dataclass
class Account:
    """What the senders were told. `events` and `consumes`: by place, 0 as long as nothing is known."""

    events: bytearray
    consumes: bytearray
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    jobs: int = 0
    accepted: int = 0
    duplicates: int = 0

    def note(self, kept: bytearray, place: int, verdict: int, name: str) -> None:
        """Once counted stays counted, once refused stays refused: room only shrinks."""
        if kept[place] not in (0, verdict):
            self.complain(f"{name} was counted and refused")
        kept[place] = verdict

    def complain(self, sentence: str) -> None:
        if len(self.wrong) < 100:
            self.wrong.append(sentence)


class Crowd:
    """All senders of a plan against one server."""

    def __init__(self, plan: Plan, world: World, port: int) -> None:
        self.plan, self.world, self.port = plan, world, port
        self.account = Account(bytearray(len(plan.events)), bytearray(len(plan.consumes)))
        self._tokens: dict[int, str] = {}
        self._asking = asyncio.Lock()

    async def send(self, until: float) -> None:
        """Work off all lines; after `until` (monotonic) nobody begins another job."""
        async with asyncio.TaskGroup() as group:
            for n, (agency, jobs) in enumerate(self.plan.senders):
                group.create_task(self._sender(n, agency, jobs, until))

    async def _sender(self, n: int, agency: int, jobs: list[tuple[str, list[int]]], until: float) -> None:
        dice = random.Random(self.plan.seed * 1_000_003 + n)
        wire = Wire(self.port)
        await asyncio.sleep(dice.random())
        for kind, places in jobs:
            if time.monotonic() > until:
                break
            path, body = body_of(self.plan, self.world, kind, places)
            answer = await self._until_answered(wire, dice, agency, path, body)
            if kind == "usage":
                self._book_batch(places, answer)
            else:
                self._book_consume(places[0], answer)
            self.account.jobs += 1
        wire.close()

    async def _until_answered(self, wire: Wire, dice: random.Random, agency: int, path: str, body: bytes) -> Answer:
        pause = 0.05
        while True:
            try:
                token = await self._token(wire, agency)
                answer = await wire.ask("POST", path, _JSON | {"Authorization": f"Bearer {token}"}, body)
            except Lost as lost:
                self.account.statuses[f"lost: {lost}"] += 1
            else:
                self.account.statuses[str(answer.status)] += 1
                if answer.status == 401:
                    self._tokens.pop(agency, None)
                elif answer.status not in _AGAIN:
                    return answer
            await asyncio.sleep(pause * (0.5 + dice.random()))
            pause = min(_LONGEST_PAUSE, pause * 2)

    async def _token(self, wire: Wire, agency: int) -> str:
        async with self._asking:
            if agency not in self._tokens:
                basic = b64encode(":".join(self.world.keys[agency]).encode()).decode()
                headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
                answer = await wire.ask("POST", "/api/v1/oauth/token", headers, b"grant_type=client_credentials")
                if answer.status != 200:
                    raise Lost(f"token {answer.status}")
                self._tokens[agency] = json.loads(answer.body)["access_token"]
            return self._tokens[agency]

    def _book_batch(self, places: list[int], answer: Answer) -> None:
        account = self.account
        if answer.status != 200:
            account.complain(f"a batch was answered {answer.status}: {answer.body[:200]!r}")
            return
        told = json.loads(answer.body)
        refused = {each["index"]: each["code"] for each in told["rejected"]}
        account.accepted += told["accepted"]
        account.duplicates += told["duplicates"]
        if told["accepted"] + told["duplicates"] + len(refused) != len(places):
            account.complain("an answer does not speak of every event")
        for index, place in enumerate(places):
            self._book_event(place, refused.get(index))

    def _book_event(self, place: int, code: str | None) -> None:
        event = self.plan.events[place]
        fits = code is None if event.meets == COUNTS else code == event.meets
        if event.meets == IF_ROOM:
            fits = code in (None, "ceiling_reached")
        if not fits:
            self.account.complain(f"{event.id} of {event.service} met {code or 'a welcome'}, not {event.meets}")
        self.account.note(self.account.events, place, REFUSED if code else COUNTED, event.id)

    def _book_consume(self, place: int, answer: Answer) -> None:
        account, told = self.account, json.loads(answer.body)
        if answer.status == 200:
            account.note(account.consumes, place, COUNTED, f"consume {place}")
            if account.answers.setdefault(place, told) != told:
                account.complain(f"consume {place} was answered differently the second time")
        elif answer.status == 409 and told["code"] == "ceiling_reached":
            account.note(account.consumes, place, REFUSED, f"consume {place}")
        else:
            account.complain(f"a consume was answered {answer.status}: {answer.body[:200]!r}")
