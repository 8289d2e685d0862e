"""The service beside the portal (`examples/reference_service`): its settings, with a credential for each agency."""

from __future__ import annotations

import json
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.config import Settings
from portal.domain import accounts, tenants
from portal.domain import settings as client_settings
from portal.domain.audit import SYSTEM
from portal.domain.tenants import Agency

FOLDER, FILE = "reference_service", "settings.json"
SERVICES = ("email_sync", "litmus_test", "sales_optimizer", "shutterstock")
SCOPES = ["usage:read", "usage:write"]
_LABELS = {"en": "Services on this machine", "pt-BR": "Serviços desta máquina"}


def prepare(settings: Settings, *, now: datetime) -> Path | None:
    """Write what the service needs to run beside this installation; None where it has no place.

    Port and credentials stay what they were as long as they are good. The file, which holds secrets, is for its
    owner alone.
    """
    folder = settings.data_dir / FOLDER
    file = folder / FILE
    if not _wanted(settings):
        file.unlink(missing_ok=True)
        return None
    before = json.loads(file.read_text("utf-8")) if file.exists() else {}
    address = f"http://127.0.0.1:{_port(before.get('port'))}"  # a host of its own: localhost has the portal's cookies
    issuers = {
        settings.address_of(settings.agency_host(agency.slug)): _credential(agency, before, now=now)
        for agency in tenants.agencies()
    }
    _write(
        file,
        {
            "address": address,
            "port": int(address.rpartition(":")[2]),
            "portal": settings.address_of(settings.platform_host),
            "issuers": issuers,
            "addresses": dict.fromkeys(_there(), f"{address}/open/{{service}}") | settings.service_addresses,
        },
    )
    return file


def _wanted(settings: Settings) -> bool:
    if settings.reference_service == "demo":
        return not settings.production and accounts.has_demo_people()
    return settings.reference_service == "on"


def _there() -> list[str]:
    """What the service offers and this installation's catalogue knows."""
    known = {service.key for service in client_settings.all_services() if service.is_outside}
    return [key for key in SERVICES if key in known]


def _credential(agency: Agency, before: dict[str, Any], *, now: datetime) -> dict[str, str]:
    """The one of the last time while it lives; else a new one, and older ones end."""
    for known in before.get("issuers", {}).values():
        if known["agency"] == agency.slug and accounts.verify_credential(known["client_id"], known["client_secret"]):
            return dict(known)
    for old in accounts.credentials_of(agency):
        if old.label in _LABELS.values() and not old.revoked_at:
            accounts.revoke_credential(agency, old.id, by=SYSTEM, now=now)
    label = _LABELS[agency.language]
    made, secret = accounts.create_credential(agency, scopes=SCOPES, label=label, by=SYSTEM, now=now)
    return {"agency": agency.slug, "client_id": made.client_id, "client_secret": secret}


def _port(before: int | None) -> int:
    """The port of the last time if it is free, so that open pages still work; else any that is."""
    for wanted in (before or 0, 0):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(door.getsockname()[1])
    raise OSError("no port is free")


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    whole = file.with_suffix(".new")
    whole.unlink(missing_ok=True)
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=2)
    whole.replace(file)
