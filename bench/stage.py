"""A served installation with one agency of so many clients, its machines' tokens and its people's cookies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click
from flask import Flask

from bench import dataset
from bench.installation import Installation, installed
from portal import clock, create_app, db
from portal.config import Settings
from portal.db import database
from portal.domain import accounts, outbox
from portal.domain.tenants import Agency, Client
from tests.browser import Browser
from tests.factories import NOW, START, TESTER, make_agency, make_app, make_contributor, make_staff

_CREDENTIALS = 60
"""Each may ask a hundred times a second: together they must not be what holds an arm back."""
_COLLEAGUES = 8


@dataclass
class Stage:
    """What the arms need to know. Files are for the scripts of wrk."""

    installation: Installation
    settings: Settings
    app: Flask
    agency: Agency

    @property
    def folder(self) -> Path:
        return self.installation.folder

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.installation.port}"

    @property
    def host(self) -> str:
        return self.installation.host

    def agency_host(self) -> str:
        return f"{self.agency.slug}.{self.host}"

    @contextmanager
    def bound(self) -> Iterator[None]:
        """This process looks at this installation's database meanwhile; several are served at once."""
        db.connect(self.installation.database_url)
        try:
            yield
        finally:
            close()

    def file(self, name: str, lines: list[str]) -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n")
        return path

    def before_last(self) -> UUID:
        """The client after whom the list's last page of fifty begins."""
        with self.bound():
            by_name = Client.select(Client.id).order_by(Client.sort_name.desc(), Client.id.desc())
            [client] = by_name.offset(50).limit(1)  # `get` would forget the offset
            return client.id

    def count(self, table: str, where: str = "") -> int:
        with self.bound():
            return int(database.execute_sql(f"SELECT count(*) FROM {table} {where}").fetchone()[0])


@contextmanager
def staged(clients: int, kind: str = "sqlite") -> Iterator[Stage]:
    """Prepared, then served without a worker, which would only disturb."""
    click.echo(f"Preparing {clients} clients on {kind}", err=True)
    with installed(kind, quick=False) as installation:
        settings = installation.prepare()
        outbox.ring_with(None)
        agency = make_agency("bench", "Bench", now=START)
        dataset.fill(agency, clients)
        clock.move_to(NOW)
        app = create_app(settings)
        outbox.ring_with(None)
        _turn(app)
        stage = Stage(installation, settings, app, agency)
        _machines(stage)
        _settle()
        close()
        installation.serve(worker=False)
        yield stage


def close() -> None:
    if db.is_postgres():
        database.close_all()
    else:
        database.close()


def sign_in(stage: Stage, person: object, host: str) -> Browser:
    """A browser whose cookie and token the scripts send. Call it while the stage is bound."""
    browser = Browser(stage.app, stage.settings, host)
    browser.sign_in(getattr(person, "person", person))  # type: ignore[arg-type]
    return browser


def cookie_of(browser: Browser) -> str:
    found = browser.client.get_cookie("session", domain=browser.host)
    assert found is not None, "nobody is signed in"
    return f"session={found.value}"


def owner(stage: Stage) -> str:
    """The cookie of an owner at the dashboard."""
    with stage.bound():
        return cookie_of(sign_in(stage, make_staff(agency=stage.agency), stage.settings.platform_host))


def switchboard(stage: Stage) -> tuple[str, str, list[str]]:
    """Somebody who may change the rights of eight colleagues: cookie, token against forgery, and the paths."""
    with stage.bound():
        client = Client.select().where(Client.agency == stage.agency).order_by(Client.sort_name).first()
        client.agency = stage.agency
        app = make_app(client)
        carla = make_contributor(app, ["team", "menus", "services"])
        colleagues = [make_contributor(app, []) for _ in range(_COLLEAGUES)]
        browser = sign_in(stage, carla, stage.settings.agency_host(stage.agency.slug))
        paths = [
            browser.url("office.team.switch", app=app.slug, contributor_id=colleague.id, box="menus")
            for colleague in colleagues
        ]
        token = browser.get("office.team.show", app=app.slug, contributor_id=colleagues[0].id).browser.token()
        return cookie_of(browser), token, paths


def _machines(stage: Stage) -> None:
    """Tokens, a line each, and the slugs of the clients."""
    tokens = []
    for n in range(_CREDENTIALS):
        credential, _ = accounts.create_credential(
            stage.agency, scopes=["usage:write", "usage:read"], label=f"Bench {n}", by=TESTER, now=NOW
        )
        tokens.append(accounts.issue_access_token(credential, credential.scopes, now=clock.now())[0])
    stage.file("tokens", tokens)
    slugs = Client.select(Client.slug).where(Client.agency == stage.agency).order_by(Client.id).tuples()
    stage.file("clients", [slug for (slug,) in slugs])


def _turn(app: Flask) -> None:
    """What the worker does at a month's beginning and by night, done before anybody measures."""
    from portal.jobs import drain, schedule  # noqa: PLC0415 (the application is there)

    context, now = app.config["JOBS"], clock.now()
    Agency.update(turned_to=NOW.strftime("%Y-%m"), turned_client=None).execute()  # the copies are of this month
    schedule.look_far(context, now=now)
    drain(context)


def _settle() -> None:
    """What a database does by itself sooner or later."""
    if db.is_postgres():
        database.connection().autocommit = True
    database.execute_sql("ANALYZE")
    if not db.is_postgres():
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
