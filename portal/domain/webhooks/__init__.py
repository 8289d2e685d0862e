"""What other systems of an agency are told, after Standard Webhooks: endpoints, deliveries, and their log."""

from portal.domain.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    forget_old_secrets,
    renew_seals,
    rotate_secret,
    set_endpoint_paused,
)
from portal.domain.webhooks.catalogue import (
    EVENTS,
    TEST_EVENT,
    Event,
    Outcome,
    PauseReason,
    State,
)
from portal.domain.webhooks.letters import Origins
from portal.domain.webhooks.models import Attempt, Delivery, Endpoint
from portal.domain.webhooks.posting import post, replay, send_test
from portal.domain.webhooks.queries import (
    attempts_of,
    deliveries_of,
    delivery_of,
    endpoint_of,
    endpoints_of,
    next_due,
)
from portal.domain.webhooks.sending import Answer, Parcel, forget_old, note, take

__all__ = [
    "EVENTS",
    "TEST_EVENT",
    "Answer",
    "Attempt",
    "Delivery",
    "Endpoint",
    "Event",
    "Origins",
    "Outcome",
    "Parcel",
    "PauseReason",
    "State",
    "add_endpoint",
    "attempts_of",
    "change_endpoint",
    "delete_endpoint",
    "deliveries_of",
    "delivery_of",
    "endpoint_of",
    "endpoints_of",
    "forget_old",
    "forget_old_secrets",
    "next_due",
    "note",
    "post",
    "renew_seals",
    "replay",
    "rotate_secret",
    "send_test",
    "set_endpoint_paused",
    "take",
]
