"""One JSON line for every request, under an id that is also shown where something went wrong."""

from __future__ import annotations

import logging
import re
import sys
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
UNLOGGED = "portal.unlogged"
"""In the environment of a request that the portal makes of itself. Nothing from outside gets there."""
_LONGEST = 300
_LONGEST_TRACE = 20_000
_log = structlog.get_logger("portal")


def configure_logs() -> None:
    """JSON lines on standard error, for our own words and those of libraries alike."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _cut,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    if not any(isinstance(old.formatter, structlog.stdlib.ProcessorFormatter) for old in root.handlers):
        root.addHandler(handler)
        root.setLevel(logging.INFO)
    logging.getLogger("huey").setLevel(logging.WARNING)  # it tells of every empty round


def init_log(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_name_request)
    app.teardown_request(_end)


def _cut(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Whatever somebody sends us, a line stays readable; the end of a trace says more than its middle."""
    for name, value in event.items():
        if isinstance(value, str) and len(value) > _LONGEST_TRACE:
            event[name] = f"{value[: _LONGEST_TRACE // 2]}…{value[-_LONGEST_TRACE // 2 :]}"
    return event


def request_id() -> str:
    found: str = g.get("request_id", "")
    return found


def _begin() -> None:
    g.request_id = uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _name_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    g.status = response.status_code
    return response


def _end(_error: BaseException | None) -> None:
    """Never the query string, a header or a field: they hold what people type and what opens doors.

    A probe that is answered well is no news: it comes every few seconds. Nor is what the portal asks itself.
    """
    status = g.get("status", 500)
    if (status < 400 and (request.endpoint or "").startswith("health.")) or UNLOGGED in request.environ:
        structlog.contextvars.clear_contextvars()
        return
    _log.info(
        "request",
        method=request.method[:_LONGEST],
        path=_without_tokens(request.path),
        endpoint=request.endpoint,
        host=request.environ.get("HTTP_HOST", "")[:_LONGEST],
        status=status,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        address=request.remote_addr,
    )
    structlog.contextvars.clear_contextvars()


def _without_tokens(path: str) -> str:
    """The path with secrets left out: as the route is written where it has one, and anything long."""
    rule = request.url_rule
    if rule is not None and "token" in rule.arguments:
        return rule.rule
    return _TOKEN.sub("…", path)[:_LONGEST]
