"""Answers as JSON, fields in the order in which the documentation names them."""

from __future__ import annotations

import json
from typing import Any

from flask import Response


def reply(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json")
