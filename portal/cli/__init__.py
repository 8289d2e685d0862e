"""`flask --app wsgi portal …` (short: `bin/portal …`): the command line, adapters only, one module a subject."""

from __future__ import annotations

from flask import Flask

from portal.cli import brand, houses, months, people, running, starting, support, trail  # noqa: F401 (adds commands)
from portal.cli.group import portal


def init_cli(app: Flask) -> None:
    """Give the application its command line."""
    app.cli.add_command(portal)
