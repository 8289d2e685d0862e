"""Fixtures that every test may ask for: `database`, `app`, `browse`, `mailserver`; `live` and `screen` for journeys."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from portal import languages
from portal.config import Settings
from portal.domain import accounts, branding
from portal.domain.accounts import passwords
from portal.gateways import drawing
from tests.browser import Browser
from tests.databases import Cluster, Postgres
from tests.journal import Sqlite

pytest_plugins = [
    "tests.certificates",
    "tests.live",
    "tests.mailserver",
    "tests.nameserver",
    "tests.provider",
    "tests.sink",
    "tests.themes",
]

_cluster = pytest.StashKey[Cluster]()
_CLUSTER = "PORTAL_TEST_CLUSTER"


def pytest_addoption(parser: pytest.Parser) -> None:
    default = os.environ.get("PORTAL_TEST_DATABASE", "sqlite")
    parser.addoption("--database", choices=("sqlite", "postgresql"), default=default, help="where the tests keep data")
    parser.addoption("--all", action="store_true", help="also what takes longer")
    parser.addoption("--routes-of", default="", metavar="FILE", help="the matrix of access: views of this file alone")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # a worker of xdist: all this was done before it started
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        del os.environ[name]  # the settings of whoever runs the tests are not theirs
    if config.getoption("--database") == "postgresql" and not config.getoption("--collect-only"):
        config.stash[_cluster] = Cluster()
        os.environ[_CLUSTER] = str(config.stash[_cluster].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(_cluster, None):
        cluster.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--all"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    if config.getoption("--database") == "postgresql":
        items[:] = [item for item in items if "store" in item.fixturenames or "request" in item.fixturenames]
        if not config.getoption("--all"):
            items[:] = _one_of_each(items)
    items.sort(key=_place)
    shared_out = config.pluginmanager.hasplugin("xdist")
    for item in items:
        if shared_out and item.nodeid.startswith("tests/journeys/"):
            together = item.nodeid if "test_soak" in item.nodeid else item.nodeid.partition("::")[0]
            item.add_marker(pytest.mark.xdist_group(together))


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: nobody has to look every few moments whether it is needed."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


_LONGEST = (
    "tests/journeys/test_services",
    "tests/journeys/test_soak",
    "tests/journeys/test_main_job",
    "tests/access/",
    "tests/scan/",
    "tests/gateways/test_pdf",
    "tests/jobs/",
)


def _place(item: pytest.Item) -> int:
    """What takes longest begins first, or one worker would end with it while the others have nothing left."""
    return next((n for n, start in enumerate(_LONGEST) if item.nodeid.startswith(start)), len(_LONGEST))


def _one_of_each(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of a page's test with many values, the first: on the second database what people type is no news."""
    seen: set[str] = set()
    kept = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        if name not in seen or not name.startswith("tests/blueprints/"):
            kept.append(item)
        seen.add(name)
    return kept


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of this worker, in memory where the system offers that."""
    memory = Path("/dev/shm")
    folder = tmp_path_factory.mktemp("data")
    if memory.is_dir() and os.access(memory, os.W_OK):
        folder = Path(tempfile.mkdtemp(prefix="portal-tests-", dir=memory))  # a killed run left its own there
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Sqlite | Postgres]:
    """The migrated database of this worker; tests ask for `database`, which is empty each time."""
    store: Sqlite | Postgres
    if request.config.getoption("--database") == "postgresql":
        store = Postgres(os.environ[_CLUSTER], os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    else:
        store = Sqlite(data_dir)
    store.prepare()
    yield store
    store.close()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """The same hashes with the least work in them: the tests make hundreds of people."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobody = passwords._hasher.hash("nobody has this password")


@pytest.fixture(scope="session", autouse=True)
def _drawer() -> None:
    """Drawings are drawn as in the application, for tests that start none; however busy the machine is."""
    drawing.PATIENCE = 20
    branding.draw_with(drawing.draw)


@pytest.fixture(autouse=True)
def _default_language() -> None:
    """A request of the test before may have set another one for this thread."""
    languages.speak(None)


@pytest.fixture(scope="session")
def settings(store: Sqlite | Postgres, data_dir: Path) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=data_dir,
        database_url=store.url,
        secret_key="a key of forty characters, for tests only",
    )


@pytest.fixture(scope="session")
def _application(settings: Settings) -> Flask:
    from portal import create_app

    return create_app(settings)


@pytest.fixture
def database(store: Sqlite | Postgres) -> Iterator[Sqlite | Postgres]:
    """Every table there and empty, nothing remembered from the test before."""
    from portal import clock
    from portal.domain import outbox

    outbox.ring_with(None)  # the bell of an application made by another test rings on another connection
    store.reset()
    clock.forget()
    yield store
    clock.forget()


@pytest.fixture
def app(_application: Flask, database: Sqlite | Postgres) -> Flask:
    return _application


@pytest.fixture
def browser(app: Flask, settings: Settings) -> Browser:
    """A browser that nobody has signed in with, at the platform host; `browser.at(host)` goes elsewhere."""
    return Browser(app, settings, settings.platform_host)


@pytest.fixture
def browse(app: Flask, settings: Settings) -> Callable[..., Browser]:
    """`browse(person)`: a browser signed in as that person, at the host where the person works.

    Takes a Person or anything that has one (Staff, Member, Contributor). `inside=app_of_client` is
    staff handed over into that back office.
    """

    def signed_in(who: Any, *, inside: Any = None) -> Browser:
        person = getattr(who, "person", who)
        agency = inside.agency if inside else person.agency
        at_platform = person.house == accounts.PLATFORM and not inside
        host = settings.platform_host if at_platform else agency.slug + settings.agency_host_suffix
        browser = Browser(app, settings, host)
        browser.sign_in(person, entered_app=inside)
        return browser

    return signed_in
