"""What is wrong is said at the start, by name, and nothing is served."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from portal import clock, create_app, db
from portal.config import load_settings
from portal.domain import accounts
from portal.domain.branding import BrandError
from portal.domain.settings import CatalogueError
from portal.web.production import StartRefused
from tests.factories import ROOT


@pytest.fixture
def own(settings, database):
    """The settings with changes; the catalogue of services is read anew afterwards."""
    yield lambda **changes: settings.model_copy(update=changes)  # noqa: PLW0108 (keywords are the settings)
    from portal.domain.settings import load_services

    load_services(settings.services_file)


def test_a_broken_theme_is_named_with_its_line(own, tmp_path):
    shutil.copytree(ROOT / "brand_themes", tmp_path / "themes")
    theme = tmp_path / "themes" / "aurora" / "theme.toml"
    theme.write_text('name = "Aurora"\nprimary = "not a colour"\n')
    with pytest.raises(BrandError, match=r"aurora/theme\.toml, line 2"):
        create_app(own(themes_dir=tmp_path / "themes"))


def test_a_broken_catalogue_of_services_is_named_with_its_line(own, tmp_path):
    file = tmp_path / "services.toml"
    file.write_text("[[service]]\nkey = \n")
    with pytest.raises(CatalogueError, match=r"services\.toml.*line 2"):
        create_app(own(services_file=file))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICE_ADDRESSES", "https://tests.example/"),
        ("SERVICE_ADDRESSES", '["https://tests.example/"]'),
        ("SERVICE_ADDRESSES", '{"litmus_test": 7}'),
        ("REFERENCE_SERVICE", "perhaps"),
        ("PORT", "many"),
        ("SECRET_KEY", "x" * 31),
        ("SECRET_KEY", " "),
        ("SECRET_KEY_FALLBACKS", "a key of forty characters, for tests only"),
        ("SECRET_KEY_FALLBACKS", '[""]'),
        ("SECRET_KEY_FALLBACKS", '["a key of forty characters, for tests only", "short"]'),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch, capsys, tmp_path, name, value):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a key of forty characters, for tests only")
    load_settings()
    monkeypatch.setenv(f"PORTAL_{name}", value)
    with pytest.raises(SystemExit):
        load_settings()
    assert f"Setting refused: PORTAL_{name} " in capsys.readouterr().err


def test_without_a_key_nothing_starts(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    for absent in (None, ""):
        monkeypatch.delenv("PORTAL_SECRET_KEY", raising=False)
        if absent is not None:
            monkeypatch.setenv("PORTAL_SECRET_KEY", absent)
        with pytest.raises(SystemExit):
            load_settings()
        assert "Setting refused: PORTAL_SECRET_KEY " in capsys.readouterr().err


def test_an_address_for_a_service_that_is_not_there_is_named(own):
    with pytest.raises(CatalogueError, match="PORTAL_SERVICE_ADDRESSES: litmus_tests is no service"):
        create_app(own(service_addresses={"litmus_tests": "https://tests.example/"}))


def test_the_database_is_for_its_owner_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    script = f"from portal import db; db.connect({url!r}).execute_sql('CREATE TABLE one (id INTEGER)')"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, umask=0o022, check=True)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("portal.db*")} == {0o600}


def test_production_refuses_a_clock_that_was_moved(own):
    clock.move_to(datetime(2026, 7, 5, tzinfo=UTC))
    with pytest.raises(StartRefused, match="clock"):
        create_app(own(env="production"))


def test_production_refuses_to_debug(own, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(StartRefused, match="FLASK_DEBUG"):
        create_app(own(env="production"))


def test_production_refuses_people_of_the_demo(own):
    accounts.add_operator("ops@ribalta.example", name="Ops", password="quatro palavras boas", now=clock.now())
    with pytest.raises(StartRefused, match="demo"):
        create_app(own(env="production"))
    create_app(own(env="development"))


def test_production_starts_when_all_is_well_and_takes_no_connection_into_other_processes(own):
    create_app(own(env="production"))
    assert db.database.is_closed()


def test_a_command_in_a_folder_that_nobody_began_says_so(own, tmp_path):
    app = create_app(own(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/portal.db"))
    done = app.test_cli_runner().invoke(args=["portal", "welcome"])
    assert done.exit_code == 1
    assert f"Error: Nothing is prepared in {tmp_path} yet." in done.output


def test_the_log_is_one_line_of_json_for_a_request_without_secrets(platform, aurora, caplog):
    caplog.set_level(logging.INFO)
    aurora.get("/setup/" + "S3cr3t-token" * 4 + "?password=hunter2")
    aurora.get("/enter/short-token-x")
    platform.request("GET", "/nothing/" + "k" * 43 + "\r\nX: y")
    platform.get("/sign-in?next=hunter3")
    records = [record.msg for record in caplog.records if record.name == "portal"]
    text = str(records)
    for secret in ("S3cr3t", "hunter", "short-token-x", "k" * 43):
        assert secret not in text
    assert {"method", "path", "status", "request_id", "milliseconds"} <= records[-1].keys()
