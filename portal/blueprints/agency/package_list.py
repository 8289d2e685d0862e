"""What the pages of packages show beside the form: what each holds in words, and how many clients follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.blueprints.agency import wording
from portal.domain import accounts, reports, settings
from portal.domain.accounts import Staff
from portal.domain.settings import Package, PackageWish, Service, ServiceWish
from portal.formatting import money, number
from portal.languages import gettext as _

_MOST_COMPARED = 500
"""Above so many clients the list says how many were made from a package, not how many still match it."""


@dataclass(frozen=True)
class Row:
    """One package of the list. `matching` is None where nobody counted."""

    package: Package
    content: PackageWish
    made: int
    matching: int | None


def shown(staff: Staff, *, now: datetime) -> dict[str, Any]:
    made = settings.made_from(staff.agency)
    compare = sum(len(clients) for clients in made.values()) <= _MOST_COMPARED
    return {
        "rows": [
            _row(staff, package, made.get(package.id, []), compare, now)
            for package in settings.packages_of(staff.agency)
        ],
        "total": accounts.count_clients(staff),
        "words_of": words_of,
    }


def words_of(content: PackageWish) -> list[str]:
    """What a package sets, a sentence each."""
    licences = [money(minor, currency) for currency, minor in content.licence_prices.items()]
    held = content.settings
    said = [
        _("Licence %(price)s", price=" / ".join(licences)) if licences else _("No licence price"),
        wording.payer_words(settings.PaymentOption(held.payment_option)),
    ]
    for service in settings.metered_services():
        wish = held.services.get(service.key)
        if wish and wish.enabled:
            said.append(f"{service.name}: {_limit(service, wish)}")
    return said


def chosen(staff: Staff, arguments: Mapping[str, str]) -> Package | None:
    """The package that the address asks for; None for anything that is none of the agency's."""
    wanted = arguments.get("package", "")
    return next((package for package in settings.packages_of(staff.agency) if str(package.id) == wanted), None)


def options(staff: Staff) -> list[tuple[str, str]]:
    """The packages to choose from, and none."""
    found = [(str(package.id), str(package.name)) for package in settings.packages_of(staff.agency)]
    return [("", _("No package: everything on, limits at 0")), *found] if found else []


def _row(staff: Staff, package: Package, ids: list[UUID], compare: bool, now: datetime) -> Row:
    matching = None
    if compare:
        clients = accounts.clients_of_staff(staff, among=ids) if ids else []
        with reports.at_hand_of(staff.agency, clients):
            matching = settings.matching(package, clients, now=now)
    return Row(package, settings.content_of(package), len(ids), matching)


def _limit(service: Service, wish: ServiceWish) -> str:
    if wish.limit is None:
        return _("no limit")
    return f"{number(wish.limit)} {service.unit(wish.limit)}"
