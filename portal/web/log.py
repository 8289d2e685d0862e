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
from flask import Flask, Request, Response, g, has_request_context, request
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
    # No line says which thread or process wrote it, so nobody has to find out.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
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
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # the proxy's way is long
    status = g.get("status", 500)
    well = status < 400 and (asked.endpoint or "").startswith("health.")
    if not well and UNLOGGED not in asked.environ and _requests.isEnabledFor(logging.INFO):
        entry = _entry_of(asked, status)
        _requests.handle(logging.LogRecord(_requests.name, logging.INFO, __file__, 0, entry, None, None))


def _entry_of(asked: Request, status: int) -> _Entry:
    now = time.perf_counter()
    return _Entry(
        method=asked.method[:_LONGEST],
        path=_without_tokens(asked),
        endpoint=asked.endpoint,
        host=asked.environ.get("HTTP_HOST", "")[:_LONGEST],
        status=status,
        milliseconds=round((now - g.get("began", now)) * 1000, 1),
        address=asked.remote_addr,
        event="request",
        request_id=request_id(),
        level="info",
        timestamp=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    )


def _without_tokens(asked: Request) -> str:
    """The path with secrets left out: as the route is written where it has one, and anything long."""
    rule = asked.url_rule
    if rule is not None and "token" in rule.arguments:
        return rule.rule
    return _TOKEN.sub("…", asked.path)[:_LONGEST]
