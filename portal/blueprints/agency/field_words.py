"""Fields of a client by name, and what stood in them as people say it: for histories, conflicts and last changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.domain import settings
from portal.formatting import listed, money, number, percent
from portal.languages import LANGUAGES, N_
from portal.languages import gettext as _

FIELDS = {
    "direct_support": N_("Direct support"),
    "payment_option": N_("Payment options"),
    "optimizer_managed_by": N_("Sales Optimizer, permission"),
    "optimizer_enabled": N_("Sales Optimizer"),
    "licence_price": N_("Licence price"),
    "name": N_("Name of the client"),
    "email": N_("E-mail for statements"),
    "address": N_("Postal address"),
    "language": N_("Language of documents"),
}
"""Fields that belong to no service."""

SERVICE_FIELDS = {
    "limit": N_("%(service)s, limit"),
    "at_limit": N_("%(service)s, at the limit"),
    "ceiling": N_("%(service)s, ceiling"),
    "alert_at": N_("%(service)s, alerts"),
    "price": N_("%(service)s, price"),
}
"""Fields of a service besides its switch, which is called as the service."""

WORDS = {
    "agency_card": N_("agency's card"),
    "client_card": N_("client's card"),
    "agency": N_("Agency Managed"),
    "client": N_("Client Managed"),
    "bill": N_("bill the excess"),
    "ceiling": N_("bill up to a ceiling"),
    "stop": N_("stop"),
}
"""The values of choices."""

BLANK = {
    "limit": N_("no limit"),
    "alert_at": N_("the agency's own"),
    "price": N_("the agency's own"),
}
"""What it means that nothing stands in a field."""


def label_of(name: str) -> str:
    """What a field is called where it stands alone, as in a list of changes; a service by its name of today."""
    key, _dot, field = name.rpartition(".")
    if not key:
        return _(FIELDS[name]) if name in FIELDS else name
    service = settings.find_service(key)
    title = service.name if service else key
    return _(SERVICE_FIELDS[field], service=title) if field in SERVICE_FIELDS else title


def in_order(names: Iterable[str]) -> list[str]:
    """Fields as they stand in the form: services before the licence price, what is unknown by now at the end."""
    alone = [name for name in FIELDS if name != "licence_price"]
    keys = [service.key for service in settings.metered_services()]
    placed = [*alone[:4], *(f"{key}.{field}" for key in keys for field in ("enabled", *SERVICE_FIELDS)), *FIELDS]
    return sorted(names, key=lambda name: (placed.index(name) if name in placed else len(placed), name))


def is_field(name: str) -> bool:
    """Whether a name can be one of a field, of a service that is there or was."""
    return name in FIELDS or name.rpartition(".")[2] in ("enabled", *SERVICE_FIELDS)


def said_of(name: str, value: Any, currency: str) -> str:
    """A stored value with its unit or currency: `10 tests`, `R$ 9,00`, `80 % and 100 %`."""
    key, _dot, field = name.rpartition(".")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if value is None or value in ("", []):
        return _(BLANK.get(field, N_("blank")))
    if field in ("price", "licence_price"):
        return money(value, currency)
    if field in ("limit", "ceiling"):
        service = settings.find_service(key)
        return f"{number(value)} {service.unit(value)}" if value and service and service.is_metered else number(value)
    if field == "alert_at":
        return listed([percent(level * 100) for level in value])
    return _word(field, str(value))


def _word(field: str, value: str) -> str:
    if field == "language":
        return str(LANGUAGES.get(value, value))
    if field == "address":
        return ", ".join(value.splitlines())
    return _(WORDS[value]) if field not in ("name", "email") and value in WORDS else value
