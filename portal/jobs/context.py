"""What a job needs from the house: settings, brands and addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.config import Settings
from portal.domain.accounts import Person
from portal.domain.billing import Statement
from portal.domain.branding import Brand, Shelf
from portal.domain.sending import Sender
from portal.domain.tenants import Agency, App, Client
from portal.domain.webhooks import Endpoint
from portal.gateways.dns import Dns
from portal.gateways.egress import Egress
from portal.gateways.probing import Prober
from portal.gateways.signing import Seal
from portal.gateways.size_store import LocalSizes
from portal.gateways.smtp_own import Server


@dataclass(frozen=True)
class Context:
    settings: Settings
    scan: Callable[..., Any] | None = None
    """How a brand is looked through (`portal.scan.scan`), where the application is at hand."""

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self.settings.themes_dir)

    @cached_property
    def sizes(self) -> LocalSizes:
        return LocalSizes(self.settings.data_dir / "brand_sizes")

    @cached_property
    def egress(self) -> Egress:
        return Egress(self.settings)

    @cached_property
    def seal(self) -> Seal:
        return Seal(self.settings)

    def server_of(self, sender: Sender) -> Server:
        """An agency's mail server, its password opened. Raises SecretLost."""
        password = self.seal.open(sender.password) if sender.password else ""
        return Server(sender.host, sender.port, sender.security, sender.username, password)

    def sender_page(self) -> str:
        return self._at(None, "/agency/sender/")

    def brand_of(self, agency: Agency | None) -> Brand:
        """An agency's brand, or the vendor's own for None."""
        if agency is None:
            return self._shelf.vendor()
        return self._shelf.brand(agency.slug, agency.name)

    @cached_property
    def dns(self) -> Dns:
        return Dns(self.settings)

    @cached_property
    def probe(self) -> Prober:
        return Prober(self.settings)

    def host_of(self, agency: Agency | None) -> str:
        """Where an agency is met: its own domain while that is active; the platform for None."""
        if agency is None:
            return self.settings.platform_host
        return agency.own_host or self.sub_domain_of(agency)

    def sub_domain_of(self, agency: Agency) -> str:
        return self.settings.agency_host(agency.slug)

    def mail_host_of(self, agency: Agency | None) -> str:
        """From where letters come: a domain that the operator answers for, whatever the agency's own one says."""
        return self.sub_domain_of(agency) if agency else self.settings.platform_host

    def origin_of(self, host: str) -> str:
        return self.settings.address_of(host)

    def home_of(self, agency: Agency) -> str:
        return self._at(agency, "")

    def page_at(self, agency: Agency | None, path: str) -> str:
        """A page on the agency's host, or on the platform's for None."""
        return self._at(agency, path)

    def settings_of(self, client: Client) -> str:
        return self._at(None, f"/agency/clients/{client.id}/settings/")

    def limit_of(self, client: Client, service: str) -> str:
        return self.settings_of(client) + f"#f-{service}.limit"

    def service_of(self, app: App, service: str) -> str:
        return self._at(app.agency, f"/office/{app.slug}/services/{service}/")

    def alerts_at(self) -> str:
        return self._at(None, "/agency/clients/?only=alert")

    def notices_at(self, agency: Agency | None) -> str:
        return self._at(agency, "/account/notices")

    def statement_of_agency(self, statement: Statement) -> str:
        return self._at(None, f"/agency/statements/{statement.id}/")

    def statement_in_office(self, app: App, statement: Statement) -> str:
        return self._at(app.agency, f"/office/{app.slug}/statements/{statement.id}/")

    def webhook_of(self, endpoint: Endpoint) -> str:
        return self._at(None, f"/agency/webhooks/{endpoint.id}/")

    def reset_of(self, person: Person, token: str) -> str:
        return self._at(person.agency, f"/reset/{token}")

    def address_of(self, person: Person, token: str) -> str:
        return self._at(person.agency, f"/account/address/{token}")

    def _at(self, agency: Agency | None, path: str) -> str:
        return self.settings.address_of(self.host_of(agency)) + path
