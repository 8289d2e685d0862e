"""The group that every command of the portal belongs to, and what its commands share."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo

from portal import migrating
from portal.db import NO_TABLE, database
from portal.domain import tenants
from portal.domain.audit import Actor
from portal.domain.errors import DomainError, Invalid
from portal.jobs import Context
from portal.web.messages import said

P = ParamSpec("P")
R = TypeVar("R")

CONSOLE = Actor("operator", "Command line")


class _Context(click.Context):
    """Names the command line as people call it, not as `bin/portal` calls Flask."""

    @property
    def command_path(self) -> str:
        return "bin/portal"


class _Portal(AppGroup):
    context_class = _Context

    def invoke(self, ctx: click.Context) -> Any:
        """Whoever is in the wrong folder is told so, where a question to tables that are not there would crash."""
        try:
            return super().invoke(ctx)
        except NO_TABLE:
            if migrating.has_begun():
                raise
            folder = ctx.ensure_object(ScriptInfo).load_app().config["SETTINGS"].data_dir
            raise click.ClickException(
                f"Nothing is prepared in {folder} yet. bin/run does that; another folder is named by PORTAL_DATA_DIR."
            ) from None


portal = _Portal("portal", help="Look after this installation.")


def jobs_context() -> Context:
    """What work in the background is given: settings, and how to reach the outside."""
    found: Context = current_app.config["JOBS"]
    return found


def speaks_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A rule that said no becomes one sentence and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            problems = [f"{field}: {said(code, values)}" for field, (code, values) in error.problems.items()]
            raise click.ClickException("; ".join(problems)) from None
        except DomainError as error:
            raise click.ClickException(said(error.code, error.values)) from None

    return wrapped


def migrate_now() -> list[str]:
    """Bring the database to the present schema; the names of what was applied.

    In production the log names each step; elsewhere that would hide what is said to people.
    """
    if not jobs_context().settings.production:
        logging.getLogger("peewee.migrations").setLevel(logging.WARNING)
    database.connect(reuse_if_open=True)
    return migrating.migrate()


def agency_named(slug: str) -> tenants.Agency:
    """The agency of a command's option; there being none ends the command with one sentence."""
    found = tenants.agency_by_slug(slug)
    if found is None:
        raise click.ClickException(f"There is no agency {slug}.")
    return found
