"""Themes that a test may write to: the `themes` fixture is the folder of this application, copied for one test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from portal.config import Settings
from portal.domain.branding import Shelf
from portal.gateways.theme_store import LocalThemes

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def themes(app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "brand_themes"
    shutil.copytree(ROOT / "brand_themes", folder)
    monkeypatch.setattr(settings, "themes_dir", folder)
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 0)
    monkeypatch.setitem(app.extensions, "shelf", Shelf(folder))
    monkeypatch.setitem(app.extensions, "theme_store", LocalThemes(folder))
    return folder
