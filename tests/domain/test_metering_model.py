"""Any order of events, limits, switches and months against a plain model that knows no table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.domain import metering, outbox
from portal.domain import settings as client_settings
from portal.domain.metering import Alert
from portal.domain.metering.calculations import reached
from portal.domain.settings import AtLimit, cap_of
from tests.factories import change_settings, make_agency, make_client

ZONE = ZoneInfo("America/Sao_Paulo")
BEGINNING = datetime(2026, 5, 3, 12, tzinfo=UTC)
COUNTERS, GAUGE = ("litmus_test", "push_notification"), "email_sync"

clients = st.integers(0, 1)
minutes_ago = st.integers(0, 50 * 24 * 60)


@dataclass
class Said:
    """An accepted event: what the model remembers."""

    id: str
    client: int
    service: str
    amount: int
    at: datetime
    corrects: str | None = None

    @property
    def day(self):
        return self.at.astimezone(ZONE).date()

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"


@dataclass
class Limit:
    limit: int | None = 10
    at_limit: str = "bill"
    ceiling: int | None = None
    enabled: bool = True


@dataclass
class Plain:
    """The rules, written as slowly as they read."""

    said: list[Said] = field(default_factory=list)
    bodies: dict[str, Any] = field(default_factory=dict)
    limits: dict[tuple[int, str], Limit] = field(default_factory=dict)

    def limit(self, client: int, service: str) -> Limit:
        return self.limits.setdefault((client, service), Limit())

    def of(self, client: int, service: str, month: str | None = None) -> list[Said]:
        return [s for s in self.said if (s.client, s.service) == (client, service) and month in (None, s.month)]

    def used(self, client: int, service: str, month: str) -> int:
        amounts = [s.amount for s in self.of(client, service, month)]
        if service != GAUGE:
            return sum(amounts)
        return max([self.level(client, before=month), *amounts])

    def level(self, client: int, *, before: str | None = None, until: str | None = None) -> int:
        """Where the gauge stands: the latest value by its own moment, of equal ones the last that came in."""
        known = [
            s for s in self.of(client, GAUGE) if (not before or s.month < before) and (not until or s.month <= until)
        ]
        return max(enumerate(known), key=lambda n: (n[1].at, n[0]))[1].amount if known else 0

    def decide(self, new: Said) -> str:
        body = (new.client, new.service, new.amount, new.at, new.corrects)
        if new.id in self.bodies:
            return "duplicate" if self.bodies[new.id] == body else "id_conflict"
        limit = self.limit(new.client, new.service)
        cap = cap_of(AtLimit(limit.at_limit), limit.limit, limit.ceiling)
        if not limit.enabled:
            return "service_disabled"
        if new.corrects and not self.fits(new):
            return "invalid"
        if new.service == GAUGE:
            if cap is not None and new.amount > cap and new.amount > self.present(new):
                return "ceiling_reached"
        else:
            used = self.used(new.client, new.service, new.month) + new.amount
            if used < 0:
                return "invalid"
            if cap is not None and new.amount > 0 and used > cap:
                return "ceiling_reached"
        self.bodies[new.id] = body
        self.said.append(new)
        return "accepted"

    def present(self, new: Said) -> int:
        """What the gauge's value of that month is, or what was carried over to it."""
        own = self.of(new.client, GAUGE, new.month)
        if own:
            return max(enumerate(own), key=lambda n: (n[1].at, n[0]))[1].amount
        return self.level(new.client, before=new.month)

    def fits(self, new: Said) -> bool:
        origin = next((s for s in self.said if s.id == new.corrects), None)
        taken = sum(s.amount for s in self.said if s.corrects == new.corrects)
        same = origin is not None and (origin.client, origin.service) == (new.client, new.service)
        return same and origin.amount + taken + new.amount >= 0


class Metering(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        agency = make_agency()
        self.now = BEGINNING + timedelta(days=30)
        self.clients = [make_client(agency, now=BEGINNING) for _ in range(2)]
        for client in self.clients:
            change_settings(client, now=BEGINNING, **{key: {"limit": 10} for key in (*COUNTERS, GAUGE)})
        self.plain, self.numbers, self.sent = Plain(), count(), []

    @rule(
        entries=st.lists(
            st.tuples(clients, st.sampled_from([*COUNTERS, GAUGE]), st.integers(1, 9), minutes_ago), max_size=6
        )
    )
    def send(self, entries):
        self._send([self._event(*entry) for entry in entries])

    @rule(data=st.data())
    def send_again(self, data):
        if self.sent:
            self._send(data.draw(st.lists(st.sampled_from(self.sent), max_size=4)))

    @rule(data=st.data(), other=st.integers(1, 9))
    def send_another_body(self, data, other):
        if self.sent:
            said = data.draw(st.sampled_from(self.sent))
            self._send([Said(said.id, said.client, said.service, other, said.at, None)])

    @rule(data=st.data(), less=st.integers(1, 6))
    def correct(self, data, less):
        counted = [said for said in self.sent if said.service in COUNTERS and said.amount > 0]
        if counted:
            origin = data.draw(st.sampled_from(counted))
            self._send([Said(self._id(), origin.client, origin.service, -less, origin.at, origin.id)])

    @rule(client=clients, service=st.sampled_from(COUNTERS), amount=st.integers(1, 9))
    def consume(self, client, service, amount):
        said = Said(self._id(), client, service, amount, self.now)
        wanted = self.plain.decide(said)
        answer = metering.consume(self.clients[client], service, event_id=said.id, quantity=amount, now=self.now)
        assert (answer.code or "accepted") == wanted
        assert answer.used == self.plain.used(client, service, said.month)
        self.plain.bodies[said.id] = "asked and counted"

    @rule(
        client=clients,
        service=st.sampled_from([*COUNTERS, GAUGE]),
        limit=st.one_of(st.none(), st.integers(0, 30)),
        at_limit=st.sampled_from(["bill", "ceiling", "stop"]),
        more=st.integers(0, 10),
    )
    def change_limit(self, client, service, limit, at_limit, more):
        if limit is None:
            at_limit = "bill"
        ceiling = limit + more if at_limit == "ceiling" else None
        wish = {"limit": limit, "at_limit": at_limit, "ceiling": ceiling}
        self._settle(client, service, wish)

    @rule(client=clients, service=st.sampled_from([*COUNTERS, GAUGE]), enabled=st.booleans())
    def switch(self, client, service, enabled):
        self._settle(client, service, {"enabled": enabled})

    @rule(days=st.integers(1, 20))
    def wait(self, days):
        self.now += timedelta(days=days)
        for client in self.clients:
            metering.begin_month(client, now=self.now)

    @invariant()
    def what_is_used_is_what_was_said(self):
        for number, client in enumerate(getattr(self, "clients", ())):
            for month in sorted({said.month for said in self.plain.said}):
                for key in (*COUNTERS, GAUGE):
                    service = client_settings.find_service(key)
                    used, current = metering.used_in(client, service, month)
                    assert used == self.plain.used(number, key, month), (key, month)
                    if key == GAUGE:
                        assert current == self.plain.level(number, until=month)
                    else:
                        days = Counter()
                        for said in self.plain.of(number, key, month):
                            days[said.day] += said.amount
                        found = {day: n for day, n in metering.days_of(client, service, month) if n}
                        assert found == {day: n for day, n in days.items() if n}

    @invariant()
    def what_is_reached_was_told_once(self):
        for client in getattr(self, "clients", ()):
            for usage in metering.usage_of(client, now=self.now):
                rows = Alert.select().where(
                    (Alert.client == client)
                    & (Alert.service == usage.service.key)
                    & (Alert.period == usage.period.label)
                    & (Alert.limit_version == usage.limit_version)
                )
                thresholds = [row.threshold for row in rows]
                assert len(set(thresholds)) == len(thresholds)
                if usage.enabled:
                    assert set(reached(usage.used, usage.limit, usage.alert_at)) <= set(thresholds)
        keys = [row.key for row in outbox.Message.select().where(outbox.Message.topic == "alert.raised")]
        assert len(set(keys)) == len(keys)

    def teardown(self):
        if hasattr(self, "clients"):
            assert list(metering.differences(self.clients[0].agency)) == []

    def _event(self, client: int, service: str, amount: int, ago: int) -> Said:
        return Said(self._id(), client, service, amount, self.now - timedelta(minutes=ago))

    def _id(self) -> str:
        return f"e{next(self.numbers)}"

    def _send(self, batch: list[Said]) -> None:
        wanted = Counter(self.plain.decide(said) for said in batch)
        self.sent += [said for said in batch if said not in self.sent]
        outcome = metering.record(self.clients[0].agency, [self._raw(said) for said in batch], now=self.now)
        found = Counter(rejection.code for rejection in outcome.rejected)
        found += Counter(accepted=outcome.accepted, duplicate=outcome.duplicates)
        assert found == wanted

    def _raw(self, said: Said) -> dict[str, Any]:
        amount = "value" if said.service == GAUGE else "quantity"
        raw = {"id": said.id, "client": self.clients[said.client].slug, "service": said.service}
        raw |= {amount: said.amount, "at": said.at.isoformat()}
        return raw | ({"corrects": said.corrects} if said.corrects else {})

    def _settle(self, client: int, service: str, wish: dict[str, Any]) -> None:
        limit = self.plain.limit(client, service)
        for name, value in wish.items():
            setattr(limit, name, value)
        change_settings(self.clients[client], now=self.now, **{service: wish})
        metering.check_client(self.clients[client], service, now=self.now)


def test_whatever_happens_the_numbers_are_those_of_the_plain_model(database):
    run_state_machine_as_test(
        Metering,
        settings=settings(
            max_examples=8,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],  # making a long story short takes long
            suppress_health_check=list(HealthCheck),
        ),
    )
