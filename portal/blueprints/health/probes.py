from flask import Blueprint, Response, jsonify

from portal import clock, heartbeat
from portal.domain import outbox
from portal.web.access import public

bp = Blueprint("probes", __name__)


@bp.get("/healthz")
@public("says that the process lives, and nothing else", on="any")
def healthz() -> Response:
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@bp.get("/readyz")
@public("says which part fails, and nothing else", on="any")
def readyz() -> tuple[Response, int]:
    found = {"database": _database(), "worker": _worker()}
    return jsonify(found), 200 if set(found.values()) == {"ok"} else 503


def _database() -> str:
    try:
        outbox.due_count(clock.now())
    except Exception:  # noqa: BLE001 (which part fails is the answer; why is nobody's business here)
        return "fails"
    return "ok"


def _worker() -> str:
    try:
        return "ok" if heartbeat.is_alive() else "silent"
    except Exception:  # noqa: BLE001
        return "unknown"
