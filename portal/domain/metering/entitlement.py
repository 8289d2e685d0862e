"""What a client may use of one service, for whoever asks before every use: one question, whatever the client is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import key_of, rows_of
from portal.domain.metering.calculations import excess_of
from portal.domain.settings import AtLimit, Service
from portal.domain.tenants import Agency, period_at

# The limit in force, the latest counter up to the period, and what one block costs: the client's own
# price, else the agency's. Each part is found in a unique index.
_STANDING = """
SELECT c.slug, c.currency, c.suspended_at, l.enabled, l.allowance, l.at_limit, l.ceiling,
  k.period, k.used, k.current, own.value, general.value
FROM client c
LEFT JOIN limit_version l ON l.client_id = c.id AND l.service = ? AND l.in_force
LEFT JOIN period_counter k ON k.id = (
  SELECT id FROM period_counter WHERE client_id = c.id AND service = ? AND period <= ? ORDER BY period DESC LIMIT 1)
LEFT JOIN term own ON own.id = (
  SELECT id FROM term WHERE owner = c.id AND key = ? AND from_label <= ? ORDER BY from_label DESC LIMIT 1)
LEFT JOIN term general ON general.id = (
  SELECT id FROM term WHERE owner = c.agency_id AND key = ?::text || c.currency AND from_label <= ?
  ORDER BY from_label DESC LIMIT 1)
WHERE c.agency_id = ?::uuid AND """
_BY = {"slug": _STANDING + "c.slug = ?", "id": _STANDING + "c.id = ?::uuid"}


@dataclass(frozen=True)
class Entitlement:
    """How one metered service of one client stands now; `price` is of one block, in minor units."""

    client: str
    currency: str
    enabled: bool
    used: int
    current: int
    limit: int | None
    at_limit: AtLimit
    ceiling: int | None
    price: int
    period: str

    @property
    def remaining(self) -> int | None:
        """Units free of charge; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def excess(self) -> int:
        return excess_of(self.used, self.limit, 1, 0).units


def entitlement_of(agency: Agency, name: str | UUID, service: Service, *, now: datetime) -> Entitlement | None:
    """The service of the agency's client of that slug or id; None where the agency has no such client."""
    period = period_at(agency, now).label
    by, known = ("id", key_of(name)) if isinstance(name, UUID) else ("slug", name)
    key = f"price:{service.key}"
    found = rows_of(
        _BY[by],
        *(service.key, service.key, period, key, period, f"{key}:", period),
        *(key_of(agency.id), known),
    )
    return _entitlement(found[0], service, period) if found else None


def _entitlement(row: tuple[Any, ...], service: Service, period: str) -> Entitlement:
    """A service without any limit yet joined the catalogue later: it is off until somebody switches it on."""
    slug, currency, suspended, enabled, limit, at_limit, ceiling, counted, used, current, own, general = row
    if counted != period:  # a counter starts anew, a gauge stays where it was left
        used = current = current if counted and service.is_gauge else 0
    never_set = at_limit is None
    price = next((json.loads(value) for value in (own, general) if value not in (None, "null")), 0)
    return Entitlement(
        client=slug,
        currency=currency,
        enabled=bool(enabled) and suspended is None,
        used=used,
        current=current,
        limit=0 if never_set else limit,
        at_limit=AtLimit.BILL if never_set else AtLimit(at_limit),
        ceiling=ceiling,
        price=price,
        period=period,
    )
