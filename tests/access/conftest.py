"""The world of the access tests: built once, put back before each test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from portal import clock, heartbeat
from portal.blueprints.api import pace
from portal.config import Settings
from portal.domain import outbox
from portal.domain import settings as client_settings
from tests.access.asking import Asker, Snapshot
from tests.access.bodies import Bodies
from tests.access.people import Principal, principals
from tests.access.tables import Line, Route, read_tables, routes_of
from tests.access.world import NOW, World, build
from tests.factories import ROOT


@dataclass
class Stage:
    """Everything that a test of access needs."""

    app: Flask
    world: World
    people: list[Principal]
    asker: Asker
    snapshot: Snapshot
    bodies: Bodies
    routes: list[Route]
    lines: dict[tuple[str, str], Line]

    def known(self) -> list[Route]:
        """The routes that somebody wrote an expectation for; the others fail in a test of their own."""
        return [route for route in self.routes if (route.method, route.path) in self.lines]

    def person(self, name: str) -> Principal:
        return next(one for one in self.people if one.name == name)


@pytest.fixture(scope="session")
def _stage(request: pytest.FixtureRequest, _application: Flask, settings: Settings, store: Any) -> Stage:
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("the matrix asks who may, which no database decides")
    outbox.ring_with(None)
    store.reset()
    clock.forget()
    _open_services(address="https://tests.example/open")
    world = build(settings)
    people = principals(_application, settings, world)
    bodies = Bodies(_application, settings, world)
    return Stage(
        _application,
        world,
        people,
        Asker(_application),
        Snapshot(store),
        bodies,
        list(routes_of(_application)),
        read_tables(),
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/access/" in item.nodeid:
            item.add_marker(pytest.mark.timeout(600))  # many requests each


@pytest.fixture
def stage(_stage: Stage, store: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The world as it was built, whatever the test before did to it. The clock stands still."""
    store.rest()
    _stage.snapshot.anew()
    outbox.ring_with(None)
    clock.forget()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(heartbeat, "is_alive", lambda: True)
    monkeypatch.setattr(pace._pace, "rate", 1_000_000)
    monkeypatch.setattr(pace._pace, "burst", 1_000_000)
    _open_services(address="https://tests.example/open")
    logging.disable(logging.CRITICAL)  # what each of so many requests was, nobody reads
    yield _stage
    logging.disable(logging.NOTSET)
    _stage.snapshot.anew()
    _open_services()
    clock.forget()


def _open_services(*, address: str = "") -> None:
    client_settings.load_services(ROOT / "portal" / "services.toml", {"litmus_test": address} if address else {})
