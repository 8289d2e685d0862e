"""Ribalta: a portal for agencies that resell software to their clients."""

from __future__ import annotations

from functools import partial

import click
from flask import Flask, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from portal import db
from portal.config import Settings, load_settings
from portal.domain import branding
from portal.domain import settings as client_settings
from portal.gateways import drawing
from portal.gateways.theme_store import LocalThemes
from portal.web.hosts import PROBES


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. Whatever is wrong is said now, by name, and nothing starts."""
    from portal import blueprints, cli, jobs, scan  # noqa: PLC0415 (views check themselves against the catalogues when they are read)
    from portal.web import (  # noqa: PLC0415
        access,
        application,
        bodies,
        brand,
        converters,
        errors,
        filters,
        forgery,
        headers,
        hosts,
        htmx,
        log,
        maintenance,
        pages,
        production,
        reader,
        sessions,
        shell,
    )

    settings = settings or load_settings()
    log.configure_logs()
    app = application.Application(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2_000,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=0
        )
    app.url_map.converters.update(converters.CONVERTERS)

    _connect(app, settings)
    client_settings.load_services(settings.services_file, settings.service_addresses)
    branding.draw_with(drawing.draw)
    themes = LocalThemes(settings.themes_dir)
    themes.recover()
    brand.init_brands(app, settings, themes)

    log.init_log(app)
    maintenance.init_maintenance(app, settings)
    bodies.init_bodies(app)
    _open_and_close(app)
    hosts.init_hosts(app, settings)
    app.before_request(maintenance.remember_house)
    sessions.init_sessions(app, settings)
    reader.init_reader(app)
    forgery.init_forgery(app)
    headers.init_headers(app, settings)
    htmx.init_htmx(app)
    filters.init_filters(app)
    pages.init_pages(app)
    shell.init_shell(app)
    errors.init_errors(app)

    blueprints.register(app)
    access.check_stamps(app)
    app.config["JOBS"] = jobs.Context(settings, scan=partial(scan.scan, app))
    branding.keep_sizes_in(app.config["JOBS"].sizes)
    app.config["QUEUE"] = jobs.build_queue(app.config["JOBS"])
    cli.init_cli(app)
    if click.get_current_context(silent=True) is None:  # the command line must be able to mend what is refused
        production.check(settings)
        db.disconnect()  # whoever serves may be another process, and a connection outlives no fork
    return app


def _connect(app: Flask, settings: Settings) -> None:
    from portal.web import errors  # noqa: PLC0415

    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.connect(settings.database_url)

    def answer(error: Exception) -> Response:
        return errors.unavailable(error) if db.is_away(error) else errors.crash(error)

    for kind in db.AWAY:
        app.register_error_handler(kind, answer)


def _open_and_close(app: Flask) -> None:
    """A connection a thread on SQLite, kept; one of the pool for a request on PostgreSQL."""

    @app.before_request
    def _open() -> None:
        try:
            g.opened = db.database.connect(reuse_if_open=True)
        except db.AWAY:
            if request.path not in PROBES:
                raise

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        if g.get("opened") and db.is_postgres() and not db.database.in_transaction():
            db.database.close()
