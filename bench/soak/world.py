"""The clients of the plan as the portal has them, with the people who hear of their limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.soak.spec import BEGAN, NOW, PRESENT, SERVICES, ZONES, ClientSpec, Plan
from portal import clock
from portal.domain import accounts, tenants
from portal.domain.tenants import Agency, Client
from tests.factories import TESTER, make_agency, make_app, make_client, make_contributor, make_staff


@dataclass
class World:
    """What senders and checks have to know of it: ids as 32 digits, keys, and addresses of people."""

    client_ids: list[str] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    readers: dict[int, list[str]] = field(default_factory=dict)


def build(plan: Plan) -> World:
    """Through the portal's own actions, at a moment before the run; then its clock is set to where the run begins."""
    world = World()
    agencies = [_agency(n, zone, world) for n, zone in enumerate(ZONES)]
    for place, spec in enumerate(plan.clients):
        client = _client(agencies[spec.agency], spec)
        world.client_ids.append(client.id.hex)
        reader = make_contributor(make_app(client), ["services"], email=f"{spec.slug}@client.example")
        world.readers[place] = [reader.person.email]
    clock.move_to(NOW)
    return world


def _agency(n: int, zone: str, world: World) -> Agency:
    agency = make_agency(f"agency{n}", now=BEGAN, timezone=zone)
    owner = make_staff(agency=agency, email=f"owner{n}@agency.example")
    world.owners.append(owner.person.email)
    credential, secret = accounts.create_credential(
        agency, scopes=["usage:write", "usage:read"], label="Soak", by=TESTER, now=BEGAN
    )
    world.keys.append((credential.client_id, secret))
    return agency


def _client(agency: Agency, spec: ClientSpec) -> Client:
    limits: dict[str, Any] = {}
    for service in SERVICES:
        meter = spec.meters[service]
        limits[service] = {
            "enabled": meter.enabled,
            "limit": meter.limit,
            "at_limit": meter.at_limit,
            "ceiling": meter.ceiling,
            "alert_at": spec.thresholds if spec.thresholds != (80, 100) else None,
        }
    began_on = BEGAN.date().replace(day=1)
    assert began_on.strftime("%Y-%m") == PRESENT, "an earlier beginning would have months to close"
    client = make_client(agency, spec.slug, slug=spec.slug, began_on=began_on, now=BEGAN, **limits)
    if spec.suspended:
        tenants.set_client_suspended(client, suspended=True, by=TESTER, now=BEGAN)
    return client
