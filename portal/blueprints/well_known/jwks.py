from __future__ import annotations

import json
from datetime import UTC, datetime

from flask import Blueprint, Response

from portal.gateways.launch import KeyRing
from portal.web.access import public
from portal.web.hosts import settings

bp = Blueprint("jwks", __name__)

FRESH = 300
"""Seconds for which the keys may be kept: far less than an old key is published for."""


@bp.get("/jwks.json")
@public("the public keys by which services check launch tokens", on="both")
def show() -> Response:
    body = json.dumps(KeyRing(settings().data_dir).public(now=datetime.now(UTC)))
    response = Response(body, content_type="application/jwk-set+json")
    response.headers["Cache-Control"] = f"public, max-age={FRESH}"
    return response
