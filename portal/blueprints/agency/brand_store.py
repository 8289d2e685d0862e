"""Where this installation keeps its themes."""

from __future__ import annotations

from portal.domain.branding import ThemeStore
from portal.gateways.theme_store import LocalThemes
from portal.web.hosts import settings


def themes() -> ThemeStore:
    return LocalThemes(settings().themes_dir)
