"""Lists in pages: how many, from where on, and the cursor of the next one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from portal.blueprints.api.problems import Problem
from portal.blueprints.api.replies import reply
from portal.domain.tenants import Agency
from portal.web.hosts import settings

PAGE, LARGEST_PAGE = 50, 200


def page_of(
    name: str,
    agency: Agency,
    read: Callable[[UUID | None, int], Sequence[Any]],
    describe: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> Response:
    """One page of the agency's list of that name, as the request asks for it.

    `read(after, most)` gives rows that follow the one of that id, in the order of their ids.
    """
    most = _limit(request.args.get("limit", str(PAGE)))
    rows = read(_place(name, agency, request.args.get("cursor")), most + 1)
    further = _cursors(name, agency).dumps(str(rows[most - 1].id)) if len(rows) > most else None
    return reply({"items": describe(rows[:most]), "next": further})


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise Problem("bad_limit", most=LARGEST_PAGE)
    return int(text)


def _place(name: str, agency: Agency, cursor: str | None) -> UUID | None:
    """The row after which the page begins; None at the beginning."""
    if cursor is None:
        return None
    try:
        return UUID(_cursors(name, agency).loads(cursor))
    except BadSignature:
        raise Problem("bad_cursor") from None


def _cursors(name: str, agency: Agency) -> URLSafeSerializer:
    """Signs the cursors of one list of one agency; those of another list or agency are refused."""
    keys = [*settings().secret_key_fallbacks, settings().secret_key]
    return URLSafeSerializer([key.get_secret_value() for key in keys], salt=f"{name} of {agency.id}")
