"""A fresh data folder: whose themes it shows, and what is said to whoever starts it."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from portal.config import Settings, load_settings
from portal.domain.branding import load_brand
from portal.first_settings import write_first_settings
from tests.factories import ROOT, make_agency

SHIPPED = ROOT / "brand_themes"


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of a data folder that is not there yet."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "var"))
    for name in ("PORTAL_SECRET_KEY", "PORTAL_DEMO_PASSWORD", "PORTAL_THEMES_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "var"


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.glob("*/*") if file.is_file()}


def test_a_fresh_data_folder_has_its_own_copy_of_the_themes(fresh: Path):
    assert write_first_settings()
    settings = load_settings()
    assert settings.themes_dir == fresh / "brand_themes"
    assert files(settings.themes_dir) == files(SHIPPED)
    assert sorted(entry.name for entry in fresh.iterdir()) == ["brand_themes", "portal.env"]


def test_a_theme_changed_by_hand_is_not_copied_over(fresh: Path):
    write_first_settings()
    theme = fresh / "brand_themes" / "aurora" / "theme.toml"
    theme.write_text('name = "By hand"\n')
    (fresh / "portal.env").unlink()
    assert write_first_settings()
    assert load_brand(load_settings().themes_dir, "aurora", "Aurora").name == "By hand"


def test_the_named_themes_folder_goes_before_the_copy(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_THEMES_DIR", str(tmp_path / "mine"))
    write_first_settings()
    assert not (fresh / "brand_themes").exists()
    shutil.copytree(SHIPPED, fresh / "brand_themes")
    assert load_settings().themes_dir == tmp_path / "mine"
    monkeypatch.delenv("PORTAL_THEMES_DIR")
    (fresh / "portal.env").open("a").write(f"PORTAL_THEMES_DIR={tmp_path / 'other'}\n")
    assert load_settings().themes_dir == tmp_path / "other"


def test_a_data_folder_from_before_goes_on_with_the_shipped_themes(fresh: Path):
    fresh.mkdir()
    (fresh / "portal.env").write_text("PORTAL_SECRET_KEY=a key of forty characters, for tests only\n")
    assert not write_first_settings()
    assert load_settings().themes_dir == Path("brand_themes").resolve()


def test_two_first_starts_at_once_leave_one_whole_folder(fresh: Path):
    told: list[bool] = []
    starts = [Thread(target=lambda: told.append(write_first_settings())) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert sorted(told) == [False, False, False, True]
    assert files(fresh / "brand_themes") == files(SHIPPED)
    assert sorted(entry.name for entry in fresh.iterdir()) == ["brand_themes", "portal.env"]


def test_where_to_sign_in_is_said_again_whenever_somebody_asks(app: Flask, settings: Settings):
    make_agency("aurora", "Aurora")
    said = app.test_cli_runner().invoke(args=["portal", "welcome"]).output
    assert f"Aurora        {settings.address_of('aurora.localhost')}/" in said
    assert f"{settings.data_dir}/portal.env" in said and str(settings.themes_dir) in said
    assert f"PORTAL_DATA_DIR={settings.data_dir} bin/portal welcome" in said


def test_the_way_to_ask_again_names_what_is_not_as_usual(app: Flask, settings: Settings, monkeypatch):
    usual = {"data_dir": ROOT / "var"}
    for changes, said in [
        (usual, "Once more     bin/portal welcome"),
        (usual | {"port": 8001}, "Once more     PORTAL_PORT=8001 bin/portal welcome"),
        ({"data_dir": Path("/srv/a b")}, "Once more     PORTAL_DATA_DIR='/srv/a b' bin/portal welcome"),
    ]:
        monkeypatch.setitem(
            app.config, "JOBS", replace(app.config["JOBS"], settings=settings.model_copy(update=changes))
        )
        assert said in app.test_cli_runner().invoke(args=["portal", "welcome"]).output.splitlines()


def test_the_command_line_goes_by_the_name_that_people_type(app: Flask):
    runner = app.test_cli_runner()
    assert "Usage: bin/portal [OPTIONS] COMMAND" in runner.invoke(args=["portal", "--help"]).output
    assert "Usage: bin/portal clock [OPTIONS]" in runner.invoke(args=["portal", "clock", "--help"]).output


@pytest.mark.parametrize(("env", "level"), [("development", logging.WARNING), ("production", logging.INFO)])
def test_steps_of_a_migration_are_logged_in_production_alone(app: Flask, settings: Settings, monkeypatch, env, level):
    log = logging.getLogger("peewee.migrations")
    monkeypatch.setattr(log, "level", logging.INFO)
    changed = replace(app.config["JOBS"], settings=settings.model_copy(update={"env": env}))
    monkeypatch.setitem(app.config, "JOBS", changed)
    assert app.test_cli_runner().invoke(args=["portal", "migrate"]).exit_code == 0
    assert log.level == level
