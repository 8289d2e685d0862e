"""The page while nobody can be asked: by the operator's wish, or because the database is away (HO-10)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peewee import OperationalError

from portal import languages
from portal.config import Settings
from portal.db import database as handle
from portal.web import maintenance
from tests.factories import make_agency


@pytest.fixture
def closed(app, settings: Settings) -> Iterator[None]:
    make_agency("aurora", "Aurora", prefix="AUR")
    make_agency("nobody", "Nobody", prefix="NOB")
    maintenance.switch(settings, on=True)
    yield
    maintenance.switch(settings, on=False)


def ask(app, host, path="/sign-in", **headers):
    return app.test_client().get(path, base_url=f"http://{host}:8000", headers=headers)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/office/cantina/home/", "/assets/x.css", "/agency/"])
def test_every_page_says_that_it_is_back_in_a_moment(app, closed, path):
    answer = ask(app, "aurora.localhost", path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Já voltamos · Aurora" in answer.text


def test_the_page_is_in_the_brand_of_its_host_and_whole_in_itself(app, closed):
    aurora, platform = ask(app, "aurora.localhost").text, ask(app, "localhost").text

    assert "oi@aurora.example" in aurora and "ribalta" not in aurora.lower()
    assert "Ribalta" in platform and "aurora" not in platform.lower()
    for page in (aurora, platform):
        addresses = [part.partition('"')[0] for part in page.split('src="')[1:] + page.split('href="')[1:]]
        assert all(one.startswith(("data:", "mailto:")) for one in addresses)


def test_the_page_may_load_nothing_and_run_nothing(app, closed):
    headers = ask(app, "aurora.localhost").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src data:; img-src data:;")
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"


def test_an_unknown_host_learns_of_no_brand(app, closed):
    page = ask(app, "stranger.example").text

    assert "<h1>" in page and not [name for name in ("ribalta", "aurora", "<img") if name in page.lower()]


def test_the_reader_is_spoken_to_in_his_language(app, closed):
    assert "Back in a moment" in ask(app, "localhost", **{"Accept-Language": "en"}).text
    assert languages.language() == languages.DEFAULT, "whoever is answered next by this thread is not spoken to in it"


def test_probes_and_machines_get_their_own_answers(app, closed):
    assert ask(app, "aurora.localhost", "/healthz").status_code == 200
    problem = ask(app, "localhost", "/api/v1/clients")
    assert (problem.status_code, problem.mimetype) == (503, "application/problem+json")
    assert problem.headers["Retry-After"] == "30"


def test_everybody_comes_in_again_afterwards(app, closed, settings):
    maintenance.switch(settings, on=False)

    assert ask(app, "aurora.localhost").status_code == 200


def test_a_database_that_is_away_shows_the_same_page_in_the_brand(app, settings, monkeypatch):
    make_agency("aurora", "Aurora", prefix="AUR")
    assert ask(app, "aurora.localhost").status_code == 200

    def gone(**_options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(handle.obj, "connect", gone)
    answer = ask(app, "aurora.localhost")

    assert answer.status_code == 503 and "Já voltamos · Aurora" in answer.text


def test_a_brand_without_a_theme_is_known_by_heart_once_it_was_seen(app, closed, settings):
    assert "Nobody" not in ask(app, "nobody.localhost").text, "nothing tells yet whose host it is"
    maintenance.switch(settings, on=False)
    ask(app, "nobody.localhost")
    maintenance.switch(settings, on=True)

    assert "Já voltamos · Nobody" in ask(app, "nobody.localhost").text
