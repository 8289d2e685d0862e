"""What a real installation must not start with."""

from __future__ import annotations

from flask.helpers import get_debug_flag

from portal import clock
from portal.config import Settings
from portal.domain import accounts


class StartRefused(Exception):
    """The portal does not start; the text names the cause."""


def check(settings: Settings) -> None:
    """Raises StartRefused in production for debugging, a moved clock or people of the demo."""
    if not settings.production:
        return
    if get_debug_flag():
        raise StartRefused("PORTAL_ENV=production, but FLASK_DEBUG is on, which shows code to visitors: remove it")
    if clock.offset():
        raise StartRefused(
            "PORTAL_ENV=production, but the clock was moved for the demo: use a database without the demo"
        )
    if accounts.has_demo_people():
        raise StartRefused("PORTAL_ENV=production, but people of the demo (…@….example) can sign in: remove them")
