"""Packages: named sets of settings that a client starts from, or takes over by one Save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from peewee import IntegrityError

from portal.db import Rows, locked, transaction
from portal.domain import audit, texts
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.rights import Permission, still_may
from portal.domain.settings.actions import open_client, save
from portal.domain.settings.package_models import Package, PackageUse
from portal.domain.settings.package_values import (
    PackageWish,
    content_from,
    package_problems,
    plain,
    wish_from,
    wish_of,
)
from portal.domain.settings.queries import Current, current
from portal.domain.settings.values import Wish
from portal.domain.tenants import Agency, Client, sort_name


def packages_of(agency: Agency) -> list[Package]:
    """The agency's packages, the default first, then by name."""
    return _packages(agency.id.hex)


def package_of(agency: Agency, package_id: UUID) -> Package:
    """Raises NotFound for an unknown package and another agency's alike."""
    found = Package.get_or_none((Package.agency == agency) & (Package.id == package_id))
    if found is None:
        raise NotFound
    found.agency = agency
    return found


def package_named(agency: Agency, name: str) -> Package | None:
    """The package that people call so, whatever its accents and case."""
    return Package.get_or_none((Package.agency == agency) & (Package.sort_name == sort_name(texts.tidy(name))))


def default_package(agency: Agency) -> Package | None:
    """What a new client starts from unless something else is chosen."""
    return Package.get_or_none((Package.agency == agency) & Package.is_default)


def save_package(
    agency: Agency,
    wish: PackageWish,
    *,
    package: Package | None = None,
    seen_version: int = 0,
    by: Actor,
    now: datetime,
) -> Package:
    """Make a package, or bring one to what the form wants. Clients that were made from it stay as they are.

    Raises Invalid with every bad field, Conflict when somebody saved it since `seen_version`.
    """
    name = texts.tidy(wish.name)
    if problems := package_problems(name, wish):
        raise Invalid(problems)
    values = {"name": name, "sort_name": sort_name(name), "is_default": wish.is_default, "content": content_from(wish)}
    try:
        with transaction():
            still_may(agency, by, Permission.PRICES)
            locked(Agency.select().where(Agency.id == agency.id)).get()
            if wish.is_default:
                Package.update(is_default=False).where(Package.agency == agency).execute()
            saved = _write(agency, package, values, seen_version, by, now)
            action = "package.saved" if package else "package.created"
            audit.record(action, by=by, now=now, agency_id=agency.id, subject=name, package=str(saved.id))
    except IntegrityError:
        raise Invalid({"name": ("package_exists", {})}) from None
    return saved


def delete_package(package: Package, *, by: Actor, now: datetime) -> None:
    """Remove it; clients that were made from it keep their settings. Once removed, again changes nothing."""
    with transaction():
        still_may(package.agency, by, Permission.PRICES)
        if Package.delete().where(Package.id == package.id).execute():
            audit.record("package.deleted", by=by, now=now, agency_id=package.agency_id, subject=package.name)


def open_from(
    package: Package | None,
    agency: Agency,
    name: str,
    *,
    wish: Wish | None = None,
    by: Actor,
    now: datetime,
    **facts: Any,
) -> Client:
    """A new client with what the package sets, all of it from the start; without a package as every client starts.

    A `wish` counts instead of the package's own. `facts` are those of `open_client`. Raises Invalid at the field.
    """
    with transaction():
        client = open_client(agency, name, by=by, now=now, **facts)
        wish = wish or (wish_from(package, client.currency) if package else None)
        if wish:
            save(client, wish, seen_version=1, by=by, now=now)
        if package:
            PackageUse.create(package=package, client=client, since=now)
    return client


def made_from(agency: Agency) -> dict[UUID, list[UUID]]:
    """By package, the clients that were made from it."""
    found: dict[UUID, list[UUID]] = {}
    for row in PackageUse.select(PackageUse).join(Package).where(Package.agency == agency):
        found.setdefault(row.package_id, []).append(row.client_id)
    return found


def matching(package: Package, clients: Iterable[Client], *, now: datetime) -> int:
    """How many of these clients still have all that the package sets (read inside `at_hand.keeping()`)."""
    return sum(_matches(current(client, now=now), wish_from(package, client.currency)) for client in clients)


def _matches(held: Current, wish: Wish) -> bool:
    return wish_of(held) == replace(wish, services={key: plain(own) for key, own in wish.services.items()})


def _write(
    agency: Agency, package: Package | None, values: dict[str, Any], seen_version: int, by: Actor, now: datetime
) -> Package:
    if package is None:
        return Package.create(agency=agency, saved_at=now, saved_by=by.name, **values)
    changed = (
        Package.update(version=Package.version + 1, saved_at=now, saved_by=by.name, **values)
        .where((Package.id == package.id) & (Package.version == seen_version))
        .execute()
    )
    if not changed:
        raise Conflict("package_changed")
    return package


_packages = Rows(
    Package, lambda agency: Package.agency == agency, (Package.is_default.desc(), Package.sort_name, Package.id)
)
