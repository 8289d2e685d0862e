"""The stamps as views declare them, one above each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Literal

from flask import request

from portal.domain import rights
from portal.domain.accounts import SCOPES
from portal.domain.errors import NotFound
from portal.domain.rights import BOXES, Permission
from portal.web import bodies, forgery, viewing
from portal.web.access.stamps import (
    ForAnybody,
    ForContributor,
    ForMachine,
    ForOperator,
    ForSignedIn,
    ForStaff,
    On,
    Stamp,
    View,
    stamp_of,
)


def public(reason: str, *, on: On, forgeable: bool = True) -> Callable[[View], View]:
    """Open to everybody, for the reason given. `forgeable=False`: the request proves itself without a cookie."""
    if not reason:
        raise ValueError("a public view says why it is public")
    return _stamped(ForAnybody(on, forgeable, reason))


def signed_in(*, on: On = "both", inside: bool = False, owing: bool = False) -> Callable[[View], View]:
    """Whoever is signed in on this host; `inside` admits agency staff inside a back office too.

    `owing` admits who has to set up a second factor before anything else.
    """
    return _stamped(ForSignedIn(on, inside=inside, owing=owing))


def operator(*, may: Literal["run"]) -> Callable[[View], View]:
    """Who runs the installation. Everybody else does not learn that the page exists."""
    return _stamped(ForOperator("platform", may=may))


def agency_staff(*, may: Permission) -> Callable[[View], View]:
    """Staff of an agency at the dashboard whose role has the permission."""
    return _stamped(ForStaff("platform", may=Permission(may)))


def contributor(*, may: str) -> Callable[[View], View]:
    """Somebody inside the back office named by `app` in the path, who holds the box."""
    if may != "home" and may not in BOXES:
        raise ValueError(f"{may!r} is no box of the section catalogue")
    return _stamped(ForContributor("agency", may=may))


def machine(*, scope: str) -> Callable[[View], View]:
    """A machine with a bearer token of that scope."""
    if scope not in SCOPES:
        raise ValueError(f"{scope!r} is no scope")
    return _stamped(ForMachine("platform", forgeable=False, scope=scope))


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
                bodies.check()
                if stamp.forgeable:
                    viewing.refuse_changes()
                    forgery.check()
                return view(*who, **arguments)

        guarded.__access__ = stamp  # type: ignore[attr-defined]
        return guarded

    return decorate


def _looking(stamp: Stamp) -> AbstractContextManager[None]:
    """A page of a back office that changes nothing asks once for each right, from the admission on."""
    is_look = isinstance(stamp, ForContributor) and request.method in bodies.SAFE
    return rights.looking() if is_look else nullcontext()
