"""Machines for the tests of the API: real credentials, real tokens, real requests."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import psycopg
import pytest

from portal import clock, db
from portal.domain import accounts, tenants
from portal.domain.tenants import Agency, Client
from tests.blueprints.api import described
from tests.browser import Browser, Page
from tests.databases import Postgres
from tests.factories import NOW, START, TESTER, make_agency, make_client
from tests.journal import Sqlite
from tests.worlds import built

EVERYTHING = ("usage:write", "usage:read", "clients:read", "clients:write")


class Machine:
    """A program with a credential of one agency; it gets its token by HTTP like any other."""

    def __init__(self, browser: Browser, agency: Agency, scopes: tuple[str, ...]) -> None:
        self.browser = browser
        self.agency = agency
        self.credential, self.secret = accounts.create_credential(
            agency, scopes=list(scopes), label="Test machine", by=TESTER, now=START
        )
        self.held = ""

    @property
    def basic(self) -> str:
        return "Basic " + b64encode(f"{self.credential.client_id}:{self.secret}".encode()).decode()

    @property
    def bearer(self) -> dict[str, str]:
        if not self.held:
            self.held = self.ask_token().json["access_token"]
        return {"Authorization": f"Bearer {self.held}"}

    def ask_token(self, headers: dict[str, str] | None = None, *, query: str = "", **form: Any) -> Page:
        form = {"grant_type": "client_credentials"} | form
        headers = {"Authorization": self.basic} if headers is None else headers
        return self.browser.request("POST", f"/api/v1/oauth/token{query}", data=form, headers=headers)

    def get(self, path: str, *, headers: dict[str, str] | None = None) -> Page:
        return self.ask("GET", path, headers=headers)

    def ask(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Page:
        """Anything; a text goes out as it is, anything else as JSON. The answer has to be as the description says."""
        headers = self.bearer | ({} if body is None else {"Content-Type": "application/json"}) | (headers or {})
        data = body if isinstance(body, (str, bytes, type(None))) else json.dumps(body)
        page = self.browser.request(method, f"/api/v1{path}", data=data, headers=headers)
        described.check(self.browser.app, method, path, page)
        return page

    def send(self, *events: Any, headers: dict[str, str] | None = None) -> Page:
        return self.send_raw(json.dumps({"events": list(events)}), headers=headers)

    def send_raw(
        self, body: str | bytes, *, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> Page:
        headers = self.bearer | ({"Content-Type": kind} if kind else {}) | (headers or {})
        page = self.browser.request("POST", "/api/v1/usage", data=body, headers=headers)
        described.check(self.browser.app, "POST", "/usage", page)
        return page

    def used(self, client: Client, service: str = "litmus_test") -> int:
        """What the entitlement says was used."""
        return self.get(f"/clients/{client.slug}/services/{service}").json["used"]


@pytest.fixture(autouse=True)
def _june(database: Any) -> None:
    """All requests of these tests come in the middle of June 2026."""
    clock.move_to(NOW)


@pytest.fixture
def machine_of(browser: Browser) -> Callable[..., Machine]:
    return lambda agency, *scopes: Machine(browser, agency, scopes or EVERYTHING)


@pytest.fixture
def agency(database: Any, request: pytest.FixtureRequest) -> Agency:
    """With its client where a test asks for that one too."""
    return built(database, make_client).agency if "client" in request.fixturenames else built(database, make_agency)


@pytest.fixture
def client(agency: Agency) -> Client:
    """Litmus test up to 10, then billed; e-mail sync up to 2."""
    found = tenants.clients_of(agency)[0]
    found.agency = agency
    return found


@pytest.fixture
def machine(machine_of: Callable[..., Machine], agency: Agency) -> Machine:
    return machine_of(agency)


@pytest.fixture
def stranger(machine_of: Callable[..., Machine]) -> Machine:
    """A machine of another agency."""
    return machine_of(make_agency())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, database: Any) -> list[str]:
    """What the database is asked from now on, as SQL."""
    found: list[str] = []
    real = db.database.obj
    ask = real.execute_sql

    def listen(sql: str, *arguments: Any, **options: Any) -> Any:
        found.append(sql)
        return ask(sql, *arguments, **options)

    monkeypatch.setattr(real, "execute_sql", listen)
    return found


@pytest.fixture
def busy(database: Sqlite | Postgres) -> Callable[[], AbstractContextManager[None]]:
    """`with busy():` somebody else holds the lock that every batch needs, longer than a request waits."""
    return lambda: _file_held(database) if isinstance(database, Sqlite) else _rows_held(database)


@contextmanager
def _file_held(database: Sqlite) -> Iterator[None]:
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        db.database.pragma("busy_timeout", 100)
        yield
        other.execute("ROLLBACK")
    db.database.pragma("busy_timeout", 10_000)


@contextmanager
def _rows_held(database: Postgres) -> Iterator[None]:
    with psycopg.connect(host=database.cluster, user="postgres", dbname=database.name) as other:
        other.execute("SELECT id FROM agency FOR UPDATE")
        _wait_at_most(database, "100ms")
        yield
    _wait_at_most(database, "DEFAULT")


def _wait_at_most(database: Postgres, wait: str) -> None:
    """For connections that are opened from now on."""
    with psycopg.connect(host=database.cluster, user="postgres", dbname="postgres", autocommit=True) as other:
        other.execute(f"ALTER DATABASE {database.name} SET lock_timeout = {wait if wait == 'DEFAULT' else repr(wait)}")
    db.database.close_all()
