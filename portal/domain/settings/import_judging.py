"""One line of a file of clients: what it asks for, and what is wrong with which cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from portal.domain import accounts, money, periods, tenants, texts
from portal.domain.errors import DomainError, Invalid
from portal.domain.settings.catalogue import MOST_UNITS, PaymentOption
from portal.domain.settings.package_models import Package
from portal.domain.settings.package_values import wish_from
from portal.domain.settings.packages import packages_of
from portal.domain.settings.services import metered_services
from portal.domain.settings.values import Problems, ServiceWish, Wish, problems_of
from portal.domain.tenants import Agency, sort_name
from portal.languages import LANGUAGES

Cells = dict[str, str]
NONE = ("none", "nenhum", "no limit", "sem limite", "-")
"""What says that there is none: of a limit, or of a package."""
_TYPED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_LONGEST_NAME = 120


@dataclass
class Line:
    """What a line asks for. `problems` by column: with one, the rest is not to be used."""

    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    package: Package | None = None
    wish: Wish | None = None
    problems: Problems = field(default_factory=dict)


class Judge:
    """Reads lines as the person wrote them who brought the file: `mark` is his decimal mark."""

    def __init__(self, agency: Agency, mark: str, *, now: datetime) -> None:
        self.agency, self.mark = agency, mark
        self.today = periods.local_day(now, agency.timezone)
        self.month_began = periods.first_day(tenants.period_at(agency, now).label)
        self.packages = packages_of(agency)
        self.usual = next((package for package in self.packages if package.is_default), None)
        self.names = {client.sort_name for client in tenants.clients_of(agency)}
        self.slugs = {app.slug for app in tenants.apps_of_agency(agency)}

    def lines(self, cells: dict[int, Cells]) -> dict[int, Line]:
        """All lines of a file, each also held against the others."""
        found = {number: self.line(own) for number, own in cells.items()}
        names = Counter(sort_name(line.name) for line in found.values())
        slugs = Counter(line.facts.get("slug") for line in found.values())
        for line in found.values():
            if line.name and names[sort_name(line.name)] > 1:
                line.problems.setdefault("name", ("twice_in_file", {}))
            if line.facts.get("slug") and slugs[line.facts["slug"]] > 1:
                line.problems.setdefault("slug", ("twice_in_file", {}))
        return found

    def line(self, cells: Cells) -> Line:
        """One line by itself, held against the clients that are there."""
        line = Line(name=texts.tidy(cells.get("name", "")))
        take = _Taker(cells, line.problems)
        if problem := texts.name_problem(line.name, most=_LONGEST_NAME):
            line.problems["name"] = problem
        elif sort_name(line.name) in self.names:
            line.problems["name"] = ("client_exists", {})
        line.facts = {
            "slug": take("slug", self._slug) or "",
            "email": take("email", accounts.clean_email) or "",
            "currency": take("currency", _currency) or self.agency.currency,
            "language": take("language", _language) or self.agency.language,
            "began_on": take("began_on", self._day) or self.today,
        }
        line.package = take("package", self._package) if cells.get("package") else self.usual
        self._wish(line, take)
        if "" in cells:
            line.problems[""] = ("too_many_cells", {})
        return line

    def free_slug(self, name: str) -> str:
        """An address for a client that wants none in particular; asked once for all clients, not for each."""
        stem = tenants.slug_from(name) or "cliente"
        slug, n = stem, 2
        while slug in self.slugs or not tenants.is_slug(slug):
            slug, n = f"{stem[:34].rstrip('-')}-{n}", n + 1
        return slug

    def remember(self, line: Line) -> None:
        """Hold the lines that follow against the client of this one."""
        self.names.add(sort_name(line.name))
        self.slugs.add(line.facts["slug"])

    def _wish(self, line: Line, take: _Taker) -> None:
        """The settings, where the line or its package says anything about them."""
        currency = line.facts["currency"]
        option = take("payment_option", _option)
        licence = take("licence_price", lambda text: self._amount(text, currency))
        limits = {service.key: take(f"limit_{service.key}", self._limit) for service in metered_services()}
        if not (line.package or option or licence is not None or any(limit is not None for limit in limits.values())):
            return
        wish = wish_from(line.package, currency) if line.package else _start()
        services = {
            key: replace(wish.services[key], limit=None if limit == "none" else limit)
            for key, limit in limits.items()
            if limit is not None
        }
        line.wish = replace(
            wish,
            payment_option=option or wish.payment_option,
            licence_price=wish.licence_price if licence is None else licence,
            services={**wish.services, **services},
        )
        for name, problem in problems_of(line.wish).items():
            key, _, _part = name.partition(".")
            line.problems.setdefault(f"limit_{key}" if "." in name else name, problem)

    def _slug(self, text: str) -> str:
        slug = text.lower()
        if not tenants.is_slug(slug):
            raise Invalid({"": ("bad_slug", {})})
        if slug in self.slugs:
            raise Invalid({"": ("slug_taken", {"slug": slug})})
        return slug

    def _day(self, text: str) -> date:
        typed = _TYPED_DAY.fullmatch(text)
        try:
            day = date(int(typed[3]), int(typed[2]), int(typed[1])) if typed else date.fromisoformat(text)
        except ValueError:
            raise Invalid({"": ("bad_date", {})}) from None
        if day < self.month_began:
            raise Invalid({"": ("began_too_early", {"day": self.month_began.isoformat()})})
        if day > self.today:
            raise Invalid({"": ("began_too_late", {})})
        return day

    def _package(self, text: str) -> Package | None:
        if text.lower() in NONE:
            return None
        found = next((p for p in self.packages if p.sort_name == sort_name(texts.tidy(text))), None)
        if found is None:
            raise Invalid({"": ("unknown_package", {})})
        return found

    def _amount(self, text: str, currency: str) -> int:
        minor = money.parse(text, currency, self.mark)
        if minor is None:
            raise Invalid({"": ("bad_amount", {})})
        return minor

    def _limit(self, text: str) -> int | str:
        if text.lower() in NONE:
            return "none"
        group = re.escape("." if self.mark == "," else ",")
        if not re.fullmatch(rf"\d{{1,3}}({group}\d{{3}})+|\d{{1,13}}", text, re.ASCII):
            raise Invalid({"": ("bad_number", {"most": MOST_UNITS})})
        return int(re.sub(r"\D", "", text))


class _Taker:
    """Reads one cell after the other: None for a blank one, or, written down, for one that can't be read."""

    def __init__(self, cells: Cells, problems: Problems) -> None:
        self.cells, self.problems = cells, problems

    def __call__(self, column: str, read: Callable[[str], Any]) -> Any:
        text = self.cells.get(column, "").strip()
        try:
            return read(text) if text else None
        except Invalid as error:
            self.problems[column] = next(iter(error.problems.values()))
        except DomainError as error:
            self.problems[column] = (error.code, error.values)
        return None


def _currency(text: str) -> str:
    if not money.is_currency(text.upper()):
        raise Invalid({"": ("bad_currency", {})})
    return text.upper()


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise Invalid({"": ("bad_language", {})})
    return text


def _option(text: str) -> str:
    if text not in set(PaymentOption):
        raise Invalid({"": ("bad_payment_option", {})})
    return text


def _start() -> Wish:
    """As every client starts."""
    services = {service.key: ServiceWish(enabled=True, limit=0) for service in metered_services()}
    return Wish(False, PaymentOption.CLIENT_CARD.value, "agency", False, 0, services)
