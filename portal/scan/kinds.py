"""The kinds of people who come to an agency's host: each is looked at once, whoever else is like him."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Contributor, Member, SignIn
from portal.domain.tenants import Agency, App

SIGNED_OUT = "signed out"
MOST = 30
"""Kinds looked at; an agency with more of them is told so."""


@dataclass(frozen=True)
class Kind:
    """Somebody to look as. `badged` are the vendor-branded sections that he holds."""

    name: str
    language: str
    member: Member | None = None
    session: SignIn | None = None
    boxes: tuple[str, ...] = ()
    badged: tuple[str, ...] = ()
    people: int = 1


def kinds_of(agency: Agency, *, now: datetime) -> Iterator[Kind]:
    """Nobody signed in, then one of each kind of contributor: who holds the same finds the same.

    The agency's own staff inside a back office are no clients: they know what they work with.
    """
    yield Kind(SIGNED_OUT, agency.language)
    alike: dict[tuple[object, ...], list[Member]] = {}
    for app in tenants.apps_of_agency(agency):
        for row in accounts.contributors_of_app(app):
            member = _member(row, app, agency)
            if rights.admitted(member, now=now):
                alike.setdefault(_likeness(member), []).append(member)
    for members in list(alike.values())[:MOST]:
        yield _kind(members, now)


def _member(row: Contributor, app: App, agency: Agency) -> Member:
    app.agency = app.client.agency = agency
    row.app = app
    return Member(row.person, agency, app, row)


def _likeness(member: Member) -> tuple[object, ...]:
    """What decides on the pages somebody finds: his sections, their locks, his language, whether he has a choice."""
    menu = tuple((section.key, locked) for section, locked in rights.menu_with_locks(member))
    several = len(accounts.contributors_of_person(member.person)) > 1
    return frozenset(rights.held_by(member)), menu, member.person.language, several


def _kind(members: list[Member], now: datetime) -> Kind:
    member = members[0]
    session = accounts.lent_session(member.person, str(member.agency.id), now=now)
    held = rights.held_by(member)
    shown = {section.key for section in rights.menu_of(member)}
    return Kind(
        name=f"{member.person.email} ({member.app.name})",
        language=member.person.language,
        member=replace(member, session=session),
        session=session,
        boxes=tuple(box for box in rights.BOXES if box in held),
        badged=tuple(one.key for one in rights.SECTIONS if is_badged(one) and one.key in held and one.key in shown),
        people=len(members),
    )


def is_badged(section: rights.Section) -> bool:
    """Whether the section stands under the vendor's mark."""
    return bool(getattr(section, "vendor_branded", False))
