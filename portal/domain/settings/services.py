"""The catalogue of services, read from `services.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.domain.settings.addresses import address_fault, filled_in
from portal.languages import LANGUAGES, language


class Kind(StrEnum):
    SWITCH = "switch"
    MANAGED = "managed"
    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True)
class Service:
    """One service. Names and units are in every language; `unit` is (singular, plural).

    `inside` is used in the portal itself, every other one at its `address`: a template, "" where none is configured.
    """

    key: str
    kind: Kind
    icon: str
    names: dict[str, str]
    limit_names: dict[str, str]
    units: dict[str, tuple[str, str]]
    block: int
    inside: bool = False
    address: str = ""

    @property
    def name(self) -> str:
        return self.names[language()]

    @property
    def limit_name(self) -> str:
        return self.limit_names[language()]

    @property
    def is_metered(self) -> bool:
        return self.kind in (Kind.COUNTER, Kind.GAUGE)

    @property
    def is_gauge(self) -> bool:
        return self.kind == Kind.GAUGE

    @property
    def is_outside(self) -> bool:
        """Whether people are sent elsewhere to use it."""
        return self.kind != Kind.SWITCH and not self.inside

    def address_for(self, agency: str) -> str:
        """Where the people of the agency with that slug find it."""
        return filled_in(self.address, agency=agency, service=self.key)

    def unit(self, n: int = 1) -> str:
        """The unit's word for `n` of them."""
        one, many = self.units[language()]
        return one if (n <= 1 if language() == "pt-BR" else n == 1) else many


class CatalogueError(Exception):
    """The catalogue can't be used; the text names file and line, or the setting."""


_catalogue: dict[str, Service] = {}
_KEYS = {"kind", "icon", "name", "limit_name", "unit", "block", "inside", "address"}


def load_services(path: Path, addresses: Mapping[str, str] | None = None) -> dict[str, Service]:
    """Make this catalogue the one in force, with these addresses before its own. Raises CatalogueError at the line."""
    try:
        text = path.read_text("utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = line[1] if line else max(1, len(text.splitlines()))  # without a number it is the end of the file
        raise CatalogueError(f"{path}:{number}: {error}") from None
    services = {key: _service(key, entry, _Place(path, text, key)) for key, entry in raw.items()}
    if not services:
        raise CatalogueError(f"{path}:1: no service is described")
    services |= {key: _placed(key, services.get(key), address) for key, address in (addresses or {}).items()}
    _catalogue.clear()
    _catalogue.update(services)
    return services


def all_services() -> list[Service]:
    return list(_catalogue.values())


def metered_services() -> list[Service]:
    return [service for service in _catalogue.values() if service.is_metered]


def find_service(key: str) -> Service | None:
    return _catalogue.get(key)


@dataclass(frozen=True)
class _Place:
    path: Path
    text: str
    table: str

    def refuse(self, field: str, reason: str) -> CatalogueError:
        """An error that names the line of the field, or of the table where the field is missing."""
        number, inside = 1, False
        for n, line in enumerate(self.text.splitlines(), 1):
            if line.strip().startswith("["):
                inside = line.strip().strip("[]").strip() == self.table
                number = n if inside else number
            elif inside and re.match(rf"\s*{re.escape(field)}\s*=", line):
                number = n
                break
            elif re.match(rf"\s*{re.escape(self.table)}\s*[.=]", line):
                number = n
        return CatalogueError(f"{self.path}:{number}: [{self.table}] {field} {reason}".replace("]  ", "] "))


def _service(key: str, entry: Any, place: _Place) -> Service:
    if not isinstance(entry, dict) or not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", key):
        raise place.refuse("", "is no table with a key of small letters, digits and _")
    for field in entry:
        if field not in _KEYS:
            raise place.refuse(field, f"is not known (known: {', '.join(sorted(_KEYS))})")
    try:
        kind = Kind(entry.get("kind", ""))
    except ValueError:
        raise place.refuse("kind", f"must be one of {', '.join(Kind)}") from None
    metered = kind in (Kind.COUNTER, Kind.GAUGE)
    block = entry.get("block", 1)
    if not isinstance(block, int) or isinstance(block, bool) or not 1 <= block <= 1_000_000:
        raise place.refuse("block", "must be a whole number from 1 to 1000000")
    if not isinstance(entry.get("inside", False), bool):
        raise place.refuse("inside", "must be true or false")
    service = Service(
        key,
        kind,
        _word(entry.get("icon"), "icon", place),
        _by_language(entry.get("name"), "name", place),
        _by_language(entry.get("limit_name"), "limit_name", place) if metered else {},
        _units(entry.get("unit"), place) if metered else {},
        block,
        entry.get("inside", False),
    )
    return _addressed(service, entry["address"], place) if "address" in entry else service


def _addressed(service: Service, address: Any, place: _Place) -> Service:
    if fault := _fault_of(service, address):
        raise place.refuse("address", fault)
    return replace(service, address=address)


def _placed(key: str, service: Service | None, address: str) -> Service:
    """The service with the address that the installation's settings give it."""
    fault = _fault_of(service, address) if service else "is no service of the catalogue"
    if service is None or fault:
        raise CatalogueError(f"PORTAL_SERVICE_ADDRESSES: {key} {fault}")
    return replace(service, address=address)


def _fault_of(service: Service, address: Any) -> str | None:
    if not service.is_outside:
        return "can't have an address: it is used in the portal itself"
    return address_fault(address) if isinstance(address, str) else "must be a text"


def _word(value: Any, field: str, place: _Place) -> str:
    if not isinstance(value, str) or not value.strip():
        raise place.refuse(field, "must be a text")
    return value


def _by_language(value: Any, field: str, place: _Place) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise place.refuse(field, f"must name each language: {', '.join(LANGUAGES)}")
    return {tag: _word(text, field, place) for tag, text in value.items()}


def _units(value: Any, place: _Place) -> dict[str, tuple[str, str]]:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise place.refuse("unit", f"must name each language: {', '.join(LANGUAGES)}")
    for forms in value.values():
        if not isinstance(forms, list) or len(forms) != 2:
            raise place.refuse("unit", "must give [singular, plural]")
    return {tag: (_word(one, "unit", place), _word(many, "unit", place)) for tag, (one, many) in value.items()}
