"""Who may ask: one stamp above every view. A view without one keeps the portal from starting.

The stamp asks, in this order: is this the right host (else 404), who asks (else sign-in), is the
request really his (CSRF), may he (else 403 or 404). The view receives the one who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, NoReturn

from flask import Flask, g, request

from portal import clock
from portal.domain import accounts, rights, tenants
from portal.domain.accounts import SCOPES, Machine, Member, Person, Staff
from portal.domain.errors import Forbidden, NotFound
from portal.domain.rights import BOXES, Permission
from portal.web import forgery, sessions, viewing
from portal.web.hosts import AgencyHouse, Platform, house
from portal.web.refusals import FactorNeeded, NotAdmitted, OfferInstead, SignInNeeded, TokenNeeded

View = Callable[..., Any]
On = Literal["platform", "agency", "both", "any"]


@dataclass(frozen=True)
class Stamp:
    """What a view declares. `on` says on which hosts its paths exist."""

    on: On
    forgeable: bool = True
    """Whether a browser could be made to send the request, so that it needs a token against forgery."""

    def admit(self, arguments: dict[str, Any]) -> tuple[Any, ...]:
        """What the view receives first. Raises for everybody who may not."""
        raise NotImplementedError

    def describe(self) -> str:
        raise NotImplementedError

    def is_here(self) -> bool:
        """Whether paths of this stamp exist on the host of this request."""
        here = house()
        return self.on == "any" or (here is not None and self.on in (here.kind, "both"))


@dataclass(frozen=True)
class _Public(Stamp):
    reason: str = ""

    def admit(self, arguments: dict[str, Any]) -> tuple[()]:  # noqa: ARG002
        return ()

    def describe(self) -> str:
        return f"public on {self.on}: {self.reason}"


@dataclass(frozen=True)
class _SignedIn(Stamp):
    inside: bool = False
    owing: bool = False

    def admit(self, arguments: dict[str, Any]) -> tuple[Person]:  # noqa: ARG002
        """Staff inside a back office are guests: their account is at the dashboard. Suspended agencies have none."""
        found, here = _somebody(owing=self.owing), house()
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
class _Operator(Stamp):
    may: str = ""

    def admit(self, arguments: dict[str, Any]) -> tuple[Person]:  # noqa: ARG002
        found = _somebody()
        if not found.person.is_operator:
            raise NotFound
        g.who = found
        return (found.person,)

    def describe(self) -> str:
        return f"operator may {self.may}"


@dataclass(frozen=True)
class _AgencyStaff(Stamp):
    may: Permission = Permission.SEE

    def admit(self, arguments: dict[str, Any]) -> tuple[Staff]:  # noqa: ARG002
        found = _somebody()
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
class _Contributor(Stamp):
    may: str = "home"

    def admit(self, arguments: dict[str, Any]) -> tuple[Member]:
        found = _somebody()
        member = _member_of(found, arguments.pop("app"))
        if not rights.admitted(member, now=clock.now()):
            raise NotAdmitted(member.agency)
        member = g.who = viewing.through_whose_eyes(member)
        if not rights.may(member, self.may):
            _turn_away(member, self.may)
        return (member,)

    def describe(self) -> str:
        return f"contributor may {self.may}"


@dataclass(frozen=True)
class _Machine(Stamp):
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


def public(reason: str, *, on: On, forgeable: bool = True) -> Callable[[View], View]:
    """Open to everybody, for the reason given. `forgeable=False`: the request proves itself without a cookie."""
    if not reason:
        raise ValueError("a public view says why it is public")
    return _stamped(_Public(on, forgeable, reason))


def signed_in(*, on: On = "both", inside: bool = False, owing: bool = False) -> Callable[[View], View]:
    """Whoever is signed in on this host; `inside` admits agency staff inside a back office too.

    `owing` admits who has to set up a second factor before anything else.
    """
    return _stamped(_SignedIn(on, inside=inside, owing=owing))


def operator(*, may: Literal["run"]) -> Callable[[View], View]:
    """Who runs the installation. Everybody else does not learn that the page exists."""
    return _stamped(_Operator("platform", may=may))


def agency_staff(*, may: Permission) -> Callable[[View], View]:
    """Staff of an agency at the dashboard whose role has the permission."""
    return _stamped(_AgencyStaff("platform", may=Permission(may)))


def contributor(*, may: str) -> Callable[[View], View]:
    """Somebody inside the back office named by `app` in the path, who holds the box."""
    if may != "home" and may not in BOXES:
        raise ValueError(f"{may!r} is no box of the section catalogue")
    return _stamped(_Contributor("agency", may=may))


def machine(*, scope: str) -> Callable[[View], View]:
    """A machine with a bearer token of that scope."""
    if scope not in SCOPES:
        raise ValueError(f"{scope!r} is no scope")
    return _stamped(_Machine("platform", forgeable=False, scope=scope))


def stamp_of(view: View | None) -> Stamp | None:
    found: Stamp | None = getattr(view, "__access__", None)
    return found


def is_public(view: View) -> bool:
    """Whether anybody may ask, known or not."""
    return isinstance(stamp_of(view), _Public)


def staff_behind(found: sessions.SignedIn) -> Staff | None:
    """The person as staff of his agency, his role read anew."""
    membership = accounts.staff_of_person(found.person, now=clock.now())
    if membership is None:
        return None
    return Staff(found.person, membership.agency, accounts.Role(membership.role), membership.id, found.row)


def check_stamps(app: Flask) -> None:
    """Raises RuntimeError naming every route whose view declares no access."""
    bare = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not stamp_of(app.view_functions[rule.endpoint])}
    )
    if bare:
        raise RuntimeError(f"no access declared for {', '.join(bare)}: put one decorator of portal.web.access above")


def describe_routes(app: Flask) -> str:
    """Every route with its methods and who may use it: the text of `access_matrix.txt`."""
    return "".join(f"{line}\n" for line in sorted(_lines(app)))


def _lines(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app.view_functions[rule.endpoint])
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        yield f"{rule.endpoint:<40} {methods:<6} {rule.rule:<64} {stamp.describe() if stamp else '-'}"


def _stamped(stamp: Stamp) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        if stamp_of(view):
            raise TypeError(f"{view.__module__}.{view.__name__} declares its access twice")

        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not stamp.is_here():
                raise NotFound
            with _looking(stamp):
                who = stamp.admit(arguments)
                if stamp.forgeable:
                    viewing.refuse_changes()
                    forgery.check()
                return view(*who, **arguments)

        guarded.__access__ = stamp  # type: ignore[attr-defined]
        return guarded

    return decorate


def _looking(stamp: Stamp) -> AbstractContextManager[None]:
    """A page of a back office that changes nothing asks once for each right, from the admission on."""
    is_look = isinstance(stamp, _Contributor) and request.method in viewing.SAFE
    return rights.looking() if is_look else nullcontext()


def _somebody(*, owing: bool = False) -> sessions.SignedIn:
    """Who is signed in, in full. Every stamp that needs a person asks here. Raises SignInNeeded.

    Raises FactorNeeded for somebody who has to set up a second factor first, but on the pages where he does (`owing`).
    """
    found = sessions.signed_in()
    if found is None:
        raise SignInNeeded
    if found.row.owes_factor_since and not owing:
        raise FactorNeeded
    return found


def _member_of(found: sessions.SignedIn, slug: str) -> Member:
    """The person inside the app of that slug. Raises NotFound for every app he does not belong to."""
    here = house()
    assert isinstance(here, AgencyHouse), "back offices exist on agency hosts alone"
    app = tenants.app_by_slug(here.agency, slug)
    if found.row.entered_app_id:
        return _guest(found, app)
    membership = accounts.contributor_in(app, found.person)
    if membership is None:
        raise NotFound
    return Member(found.person, here.agency, app, membership, session=found.row)


def _turn_away(member: Member, box: str) -> NoReturn:
    """Raises what somebody who may not meets: the offer where he looks at a locked section, else the refusal."""
    offer = rights.locked_offer(member, box) if request.method in ("GET", "HEAD") else None
    if offer:
        raise OfferInstead(member, rights.section(BOXES[box].section), offer)
    raise Forbidden("box_missing")


def _guest(found: sessions.SignedIn, app: tenants.App) -> Member:
    """Staff inside: the one app of the hand-over, and only while the role still opens it."""
    membership = accounts.staff_of_person(found.person, now=clock.now())
    if membership is None or membership.agency_id != app.agency_id or app.agency.suspended_at:
        sessions.end()
        raise SignInNeeded
    if found.row.entered_app_id != app.id or not accounts.may_enter(membership, app):
        raise NotFound
    return Member(found.person, app.agency, app, None, accounts.Role(membership.role), found.row)
