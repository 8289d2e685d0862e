from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from portal.db import Lookup, Rows, columns_of, key_of, row_of, rows_of
from portal.domain import at_hand
from portal.domain.errors import NotFound
from portal.domain.tenants.models import Agency, App, Client, Operator

_APPS = f"SELECT {columns_of(App)} FROM app WHERE client_id IN ?ids ORDER BY created_at, id"


def the_operator() -> Operator:
    """The one operator. Raises NotFound before the installation has one."""
    found = at_hand.once("operator", None, _operator)
    if found is None:
        raise NotFound("no_operator")
    return found


def agencies() -> list[Agency]:
    return list(Agency.select().order_by(Agency.slug))


def agency_by_slug(slug: str) -> Agency | None:
    return _by_slug(slug)


def agency_by_host(host: str) -> Agency | None:
    """The agency whose own domain, active, this is."""
    return _by_host(host)


def agency_by_id(agency_id: UUID) -> Agency:
    """Raises NotFound."""
    found = Agency.get_or_none(Agency.id == agency_id)
    if found is None:
        raise NotFound
    return found


def any_client(client_id: UUID) -> Client:
    """A client of whatever agency, agency loaded: for jobs, which act for nobody. Raises NotFound."""
    found = Client.select(Client, Agency).join(Agency).where(Client.id == client_id).first()
    if found is None:
        raise NotFound
    return found


def clients_of(agency: Agency) -> list[Client]:
    """All clients of the agency, by name."""
    return list(Client.select().where(Client.agency == agency).order_by(Client.sort_name, Client.id))


def page_of_clients_by_id(agency: Agency, *, after: UUID | None = None, most: int) -> list[Client]:
    """The first clients of the agency that joined after the one of that id, in the order of their joining."""
    query = Client.select().where(Client.agency == agency)
    if after:
        query = query.where(Client.id > after)
    return [_found(client, agency) for client in query.order_by(Client.id).limit(most)]


def client_by_id(agency: Agency, client_id: UUID) -> Client:
    """Raises NotFound for an unknown client and another agency's alike."""
    return _found(_client(agency.id.hex, client_id.hex), agency)


def client_by_slug(agency: Agency, slug: str) -> Client:
    """Raises NotFound for an unknown client and another agency's alike."""
    return _found(_client_by_slug(agency.id.hex, slug), agency)


def apps_of_client(client: Client) -> list[App]:
    kept: list[App] | None = at_hand.get("apps", client.id)
    if kept is not None:
        return kept
    return _apps(client.id.hex)


def keep_apps(clients: Iterable[Client]) -> None:
    """Read the apps of these clients at once, to be at hand (see `at_hand`)."""
    found: dict[UUID, list[App]] = {client.id: [] for client in clients}
    for part in at_hand.in_parts(map(key_of, found)):
        for app in (row_of(App, row) for row in rows_of(_APPS, part)):
            found[app.client_id].append(app)
    for client_id, apps in found.items():
        at_hand.put("apps", client_id, apps)


def app_of_client(client: Client, app_id: UUID) -> App:
    """One app of the client. Raises NotFound for any other."""
    found = App.get_or_none((App.client == client) & (App.id == app_id))
    if found is None:
        raise NotFound
    found.client, found.agency = client, client.agency
    return found


def apps_of_agency(agency: Agency) -> list[App]:
    return list(App.select().where(App.agency == agency).order_by(App.name, App.id))


def app_by_slug(agency: Agency, slug: str) -> App:
    """The app with its client. Raises NotFound for unknown and foreign ones alike."""
    found = _app(agency.id.hex, slug)
    if found is None:
        raise NotFound
    found.agency = found.client.agency = agency
    return found


def _found(client: Client | None, agency: Agency) -> Client:
    if client is None:
        raise NotFound
    client.agency = agency
    return client


_operator = Lookup(Operator, lambda: None)
_by_slug = Lookup(Agency, lambda slug: Agency.slug == slug)
_by_host = Lookup(Agency, lambda host: Agency.own_host == host)
_client = Lookup(Client, lambda agency, client: (Client.agency == agency) & (Client.id == client))
_client_by_slug = Lookup(Client, lambda agency, slug: (Client.agency == agency) & (Client.slug == slug))
_apps = Rows(App, lambda client: App.client == client, (App.created_at, App.id))
_app = Lookup(App, lambda agency, slug: (App.agency == agency) & (App.slug == slug), client=Client)
