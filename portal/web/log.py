"""One JSON line for every request, under an id that is also shown where something went wrong."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request
from structlog.typing import EventDict, Processor

_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
UNLOGGED = "portal.unlogged"
"""In the environment of a request that the portal makes of itself. Nothing from outside gets there."""
_LONGEST = 300
_LONGEST_TRACE = 20_000
_requests = logging.getLogger("portal")


class _Entry(dict[str, Any]):
    """What is said of a request, whole: nothing is added to it on its way out."""


class _ProcessorFormatter(structlog.stdlib.ProcessorFormatter):
    """Entries go past the processors: their way cost ten times what it takes to write them."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(record.msg) if isinstance(record.msg, _Entry) else super().format(record)


def configure_logs() -> None:
    """JSON lines on standard error, for our own words and those of libraries alike."""
    shared: list[Processor] = [
        _with_request,
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
    formatter = _ProcessorFormatter(
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


def _with_request(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Whatever is said meanwhile names the request; jobs and the command line have none."""
    if has_request_context() and request_id():
        event["request_id"] = request_id()
    return event


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
    g.request_id = token_hex(16)
    g.began = time.perf_counter()


def _name_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    g.status = response.status_code
    return response


def _end(_error: BaseException | None) -> None:
    """Never the query string, a header or a field: they hold what people type and what opens doors.

    A probe that is answered well is no news: it comes every few seconds. Nor is what the portal asks itself.
    """
    status, environ, endpoint = g.get("status", 500), request.environ, request.endpoint
    if (status < 400 and (endpoint or "").startswith("health.")) or UNLOGGED in environ:
        return
    if not _requests.isEnabledFor(logging.INFO):
        return
    entry = _Entry(
        method=request.method[:_LONGEST],
        path=_without_tokens(request.path),
        endpoint=endpoint,
        host=environ.get("HTTP_HOST", "")[:_LONGEST],
        status=status,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        address=environ.get("REMOTE_ADDR"),
        event="request",
        request_id=request_id(),
        level="info",
        timestamp=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    )
    _requests.handle(logging.LogRecord(_requests.name, logging.INFO, __file__, 0, entry, None, None))


def _without_tokens(path: str) -> str:
    """The path with secrets left out: as the route is written where it has one, and anything long."""
    rule = request.url_rule
    if rule is not None and "token" in rule.arguments:
        return rule.rule
    return _TOKEN.sub("…", path)[:_LONGEST]
