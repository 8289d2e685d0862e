from __future__ import annotations

from typing import Protocol

from portal.domain.tenants import Agency, App, Client


class Origins(Protocol):
    """Where links lead; given by the edge, for the domain knows no addresses."""

    def limit_of(self, client: Client, service: str) -> str:
        """The field of the limit in Client Settings."""

    def service_of(self, app: App, service: str) -> str:
        """The page of the service in the back office."""

    def alerts_at(self) -> str:
        """The clients with an alert."""

    def notices_at(self, agency: Agency | None) -> str:
        """Where somebody chooses his letters, at the dashboard or on the agency's host."""
