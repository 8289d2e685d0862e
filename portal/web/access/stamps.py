"""The kinds of stamps: what a view declares, and whom it admits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import g, request

from portal import clock
from portal.domain import accounts, rights
from portal.domain.accounts import Machine, Member, Person, Staff
from portal.domain.errors import Forbidden, NotFound
from portal.domain.rights import Permission
from portal.web import viewing
from portal.web.access.who import member_of, somebody, staff_behind, turn_away
from portal.web.hosts import AgencyHouse, Platform, house
from portal.web.refusals import NotAdmitted, TokenNeeded

View = Callable[..., Any]
On = Literal["platform", "agency", "both", "any"]


@dataclass(frozen=True)
class Stamp(ABC):
    """What a view declares. `on` says on which hosts its paths exist."""

    on: On
    forgeable: bool = True
    """Whether a browser could be made to send the request, so that it needs a token against forgery."""

    @abstractmethod
    def admit(self, arguments: dict[str, Any]) -> tuple[Any, ...]:
        """What the view receives first. Raises for everybody who may not."""

    @abstractmethod
    def describe(self) -> str:
        """What it asks for, as the list of all routes says it."""

    def is_here(self) -> bool:
        """Whether paths of this stamp exist on the host of this request."""
        here = house()
        return self.on == "any" or (here is not None and self.on in (here.kind, "both"))


@dataclass(frozen=True)
class ForAnybody(Stamp):
    reason: str = ""

    def admit(self, arguments: dict[str, Any]) -> tuple[()]:  # noqa: ARG002
        return ()

    def describe(self) -> str:
        return f"public on {self.on}: {self.reason}"


@dataclass(frozen=True)
class ForSignedIn(Stamp):
    inside: bool = False
    owing: bool = False

    def admit(self, arguments: dict[str, Any]) -> tuple[Person]:  # noqa: ARG002
        """Staff inside a back office are guests: their account is at the dashboard. Suspended agencies have none."""
        found, here = somebody(owing=self.owing), house()
        if isinstance(here, AgencyHouse) and here.agency.suspended_at:
            raise NotAdmitted(here.agency)
        if found.row.entered_app_id and not self.inside:
            raise NotFound
        if found.row.viewing:
            raise Forbidden("only_viewing")
        at_work = isinstance(here, Platform) and not found.row.owes_factor_since
        g.who = (staff_behind(found) if at_work else None) or found
        return (found.person,)

    def describe(self) -> str:
        more = (", staff inside too" if self.inside else "") + (", before a second factor" if self.owing else "")
        return f"signed in on {self.on}{more}"


@dataclass(frozen=True)
class ForOperator(Stamp):
    may: str = ""

    def admit(self, arguments: dict[str, Any]) -> tuple[Person]:  # noqa: ARG002
        found = somebody()
        if not found.person.is_operator:
            raise NotFound
        g.who = found
        return (found.person,)

    def describe(self) -> str:
        return f"operator may {self.may}"


@dataclass(frozen=True)
class ForStaff(Stamp):
    may: Permission = Permission.SEE

    def admit(self, arguments: dict[str, Any]) -> tuple[Staff]:  # noqa: ARG002
        found = somebody()
        staff = staff_behind(found)
        if staff is None:
            raise NotFound
        g.who = staff
        if staff.agency.suspended_at:
            raise Forbidden("agency_suspended")
        if not rights.staff_may(staff.role, self.may):
            raise Forbidden("role_too_small", role=staff.role.label)
        return (staff,)

    def describe(self) -> str:
        return f"agency staff may {self.may}"


@dataclass(frozen=True)
class ForContributor(Stamp):
    may: str = "home"

    def admit(self, arguments: dict[str, Any]) -> tuple[Member]:
        found = somebody()
        member = member_of(found, arguments.pop("app"))
        if not rights.admitted(member, now=clock.now()):
            raise NotAdmitted(member.agency)
        member = g.who = viewing.through_whose_eyes(member)
        if not rights.may(member, self.may):
            turn_away(member, self.may)
        return (member,)

    def describe(self) -> str:
        return f"contributor may {self.may}"


@dataclass(frozen=True)
class ForMachine(Stamp):
    scope: str = ""

    def admit(self, arguments: dict[str, Any]) -> tuple[Machine]:  # noqa: ARG002
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        machine = accounts.machine_of_token(token.strip(), now=clock.now()) if kind.lower() == "bearer" else None
        if machine is None:
            raise TokenNeeded
        g.who = machine
        if machine.agency.suspended_at:
            raise Forbidden("agency_suspended")
        if self.scope not in machine.scopes:
            raise Forbidden("scope_missing", scope=self.scope)
        return (machine,)

    def describe(self) -> str:
        return f"machine with {self.scope}"


def stamp_of(view: View | None) -> Stamp | None:
    found: Stamp | None = getattr(view, "__access__", None)
    return found


def is_public(view: View) -> bool:
    """Whether anybody may ask, known or not."""
    return isinstance(stamp_of(view), ForAnybody)
