"""What other agencies are called: their own names and addresses alone, nothing that many people share."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from portal.domain.branding import Brand
from portal.domain.rights import SECTIONS
from portal.domain.tenants import Agency
from portal.languages import sentences

OTHER = "another agency"
"""What an agency is told of the others: that there is one. Who it is, only the operator learns."""

NAMED = "agency "
"""What stands before an agency's name where the operator reads it."""

PART = r"[\s_.-]+"
"""What may stand between the parts of a name."""

FREE_MAIL = frozenset(
    "gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud me mac aol gmx web mail email proton "
    "protonmail pm tutanota tuta zoho yandex hey fastmail uol bol terra ig globo globomail r7 zipmail oi sapo "
    "clix".split()
)
"""Houses that give an address to everybody, by the name before the ending: `gmail.com`, `yahoo.com.br`."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    whose: str
    within: bool
    """Whether it counts inside another word too, as in a class name."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another agency. `naming`: it is called by its name, which nobody but the operator may know."""

    agency: Agency
    brand: Brand
    naming: bool

    @property
    def whose(self) -> str:
        return f"{NAMED}{self.agency.name}" if self.naming else OTHER


def words_of(other: Other, hosts: Collection[str]) -> Iterator[Word]:
    """Its names and addresses, and the domain its people write from where that is its own; `hosts`: of all others."""
    agency, brand = other.agency, other.brand
    names = {_folded(name): name for name in (agency.slug, brand.sender_name, brand.name, agency.name)}
    for text in (names[one] for one in sorted(names.keys() - _ordinary())):
        yield Word(text, other.whose, within=False)
    for address in sorted({address for address in (brand.contact, agency.email) if address and "@" in address}):
        yield Word(address, other.whose, within=False)
        domain = address.rpartition("@")[2].lower()
        if not is_shared(domain) and (address == brand.contact or _belongs(domain, hosts)):
            yield Word(domain, other.whose, within=False)


def is_shared(domain: str) -> bool:
    """Whether everybody may have an address there."""
    return domain.partition(".")[0] in FREE_MAIL


def _belongs(domain: str, hosts: Collection[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for host in hosts)


def _ordinary() -> frozenset[str]:
    """What the product itself says as a whole (a button, a heading, a section): words of everybody's pages."""
    keys = {section.key for section in SECTIONS}
    return frozenset(_folded(text) for text in {*sentences(), *keys})


def _folded(text: str) -> str:
    return re.sub(PART, " ", text.casefold()).strip()
