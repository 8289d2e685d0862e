"""What the API says of each service at the end, held against the independent count."""

from __future__ import annotations

import json
import urllib.request
from base64 import b64encode
from collections.abc import Iterator

from bench.soak.expected import Expected
from bench.soak.spec import PRESENT, SERVICES, Plan
from bench.soak.world import World


def differences(plan: Plan, world: World, expected: Expected, port: int) -> Iterator[str]:
    """Asked over HTTP, client by client."""
    tokens = [_token(port, key) for key in world.keys]
    for place, client in enumerate(plan.clients):
        for service in SERVICES:
            path = f"/api/v1/clients/{client.slug}/services/{service}"
            said = _ask(port, path, {"Authorization": f"Bearer {tokens[client.agency]}"})
            used = _used(expected, place, service)
            if said["used"] != used:
                yield f"the API says {said['used']} of {client.slug} {service}, acknowledged {used}"


def _used(expected: Expected, client: int, service: str) -> int:
    """This month's use; a gauge without a value of its own stands where it was left."""
    if found := expected.counters.get((client, service, PRESENT)):
        return found.used
    before = [key for key in expected.counters if key[:2] == (client, service)]
    if service != "email_sync" or not before:
        return 0
    return expected.counters[max(before, key=lambda key: key[2])].current


def _token(port: int, key: tuple[str, str]) -> str:
    basic = b64encode(":".join(key).encode()).decode()
    body = b"grant_type=client_credentials"
    return str(_ask(port, "/api/v1/oauth/token", {"Authorization": f"Basic {basic}"}, body)["access_token"])


def _ask(port: int, path: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, object]:
    request = urllib.request.Request(f"http://localhost:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return dict(json.load(answer))
