"""What was to be told, told: the worker's work finished, however often it was killed."""

from __future__ import annotations

from bench.installation import Installation
from bench.soak.tables import asking, one

_WAITING = (
    "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND failed_at IS NULL AND topic <> 'limits.digest'"
)
_LEASED = (
    "UPDATE outbox_message SET claimed_until = NULL WHERE done_at IS NULL AND claimed_until IS NOT NULL RETURNING 1"
)


def settle(installation: Installation) -> int:
    """Let a worker do what is left; how many messages are left after it.

    What a killed worker had taken is leased for minutes: those are spared.
    """
    installation.stop()
    with asking(installation.database_url) as ask:
        ask(_LEASED)
    installation.portal("worker", "--once")
    installation.serve()
    with asking(installation.database_url) as ask:
        return one(ask, _WAITING)
