"""The events there are, and the words of what can become of a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.languages import N_, Text


@dataclass(frozen=True)
class Event:
    """One kind of event; `label` says when it happens."""

    type: str
    label: Text


_ALL = (
    Event("limit.approaching", N_("A client comes near a limit")),
    Event("limit.reached", N_("A client reaches a limit")),
    Event("statement.issued", N_("A statement is issued and its PDF is ready")),
    Event("contributor.joined", N_("Somebody accepts an invitation to a back office")),
    Event("request.created", N_("Somebody of a client asks for a locked section")),
)
EVENTS = {event.type: event for event in _ALL}
"""What an endpoint may listen to: only what can happen."""

TEST_EVENT = "webhook.test"
"""Goes to one endpoint when somebody asks for it, whatever the endpoint listens to."""


class State(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES = {
    State.PENDING: N_("On its way"),
    State.DELIVERED: N_("Delivered"),
    State.FAILED: N_("Given up"),
    State.DROPPED: N_("Not sent"),
}


class Outcome(StrEnum):
    """What became of one try, or why there was none: all that is told of an address that does not answer."""

    OK = "ok"
    STATUS = "status"
    GONE = "gone"
    REDIRECT = "redirect"
    TIMEOUT = "timeout"
    NO_HOST = "no_host"
    NO_CONNECTION = "no_connection"
    NO_TLS = "no_tls"
    BROKEN = "broken"
    REFUSED = "refused"
    SECRET_LOST = "secret_lost"  # nosec B105
    PAUSED = "paused"
    DELETED = "deleted"
    UNSUBSCRIBED = "unsubscribed"
    SUSPENDED = "suspended"

    @property
    def label(self) -> Text:
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.OK: N_("The endpoint took it."),
    Outcome.STATUS: N_("The endpoint answered with an error. Anything from 200 to 299 counts as taken."),
    Outcome.GONE: N_("The endpoint answered 410, gone for good. It was paused."),
    Outcome.REDIRECT: N_("The endpoint redirects elsewhere, which is not followed. Enter the final address."),
    Outcome.TIMEOUT: N_("No complete answer within 10 seconds. Answer first, then do the work."),
    Outcome.NO_HOST: N_("The host of the address was not found."),
    Outcome.NO_CONNECTION: N_("Nobody accepts connections at that address."),
    Outcome.NO_TLS: N_("The secure connection failed. Check the certificate."),
    Outcome.BROKEN: N_("The answer was not HTTP, or broke off."),
    Outcome.REFUSED: N_("The address is not on the public internet, so nothing was sent."),
    Outcome.SECRET_LOST: N_("The signing secret can't be read any more. Rotate it."),
    Outcome.PAUSED: N_("The endpoint was paused when it was to be sent."),
    Outcome.DELETED: N_("The endpoint was deleted before it was sent."),
    Outcome.UNSUBSCRIBED: N_("The endpoint no longer listens to this event."),
    Outcome.SUSPENDED: N_("The agency was suspended when it was to be sent."),
}


class PauseReason(StrEnum):
    PERSON = "person"
    GONE = "gone"
    FAILING = "failing"
