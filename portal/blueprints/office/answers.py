"""The answer to a change that saved at once."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from portal.web.htmx import fragment_or_redirect, is_fragment_request


def saved(template: str, said: str, *, to: str, event: str = "", **values: Any) -> Response:
    """The fragment as it is now with a toast, or back to its page with the same words.

    `event` names what other places of the page listen for.
    """
    if not is_fragment_request():
        flash(said)
    events: dict[str, Any] = {"toast": said} | ({event: True} if event else {})
    return fragment_or_redirect(template, to=to, trigger=events, **values)
