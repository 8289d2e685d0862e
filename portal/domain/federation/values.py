"""What is known of a provider and of who came back from it, without tables or network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.tenants import Agency

INSTALLATION = "installation"
"""The key of the provider that the settings name, for operators and the staff of every agency."""


class Use(StrEnum):
    """Whether people of one kind may, or must, come by way of the provider."""

    OFF = "off"
    OFFERED = "offered"
    ONLY = "only"


class Purpose(StrEnum):
    """What somebody is sent to the provider for."""

    SIGN_IN = "sign_in"
    SET_UP = "set_up"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Door:
    """A provider as one browser meets it, an agency's or (`agency` None) the installation's.

    `secret` is sealed where the database keeps it, and plain where the settings do.
    """

    key: str
    agency: Agency | None
    label: str
    issuer: str
    client_id: str
    secret: str
    domains: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    group_claim: str = "groups"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who came back, as the provider's verified token says. `email` is "" unless the provider has verified it."""

    issuer: str
    subject: str
    email: str = ""
    named_email: str = ""
    """The address it names, verified or not."""
    name: str = ""
    groups: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]
