"""Pages behind links that go out by mail: each link is made, looked at, and undone with everything that came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from portal.db import transaction
from portal.domain import accounts, invitations, sign_in
from portal.domain.accounts import Member, Person, Role
from portal.scan.looking import Answer, Reader

_NOBODY = "nobody.but.the.scan@client.example"


class _Undo(Exception):
    """Ends a transaction of which nothing is to stay."""


def mailed(reader: Reader, member: Member, *, now: datetime) -> list[Answer]:
    """The pages behind an invitation, a forgotten password and a new address, as whoever opens them first sees them.

    None of an invitation where nobody owns the agency: there is nobody who invites.
    """
    with _undone():
        return [reader.ask(path) for path in _paths(member, now)]
    return []


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever is written meanwhile is gone afterwards; no letter leaves, for none was ever waiting."""
    try:
        with transaction():
            yield
            raise _Undo
    except _Undo:
        pass


def _paths(member: Member, now: datetime) -> Iterator[str]:
    app, person = member.app, member.person
    for owner in accounts.owners_of(app.agency)[:1]:
        inviter = Member(owner, app.agency, app, None, Role.OWNER)
        invitation = invitations.invite(inviter, _NOBODY, [], origin="", now=now)
        yield invitations.copy_link(invitation, by=inviter, origin="", now=now)
    paths: list[str] = []
    sign_in.send_reset(person.house, person.email, link_to=_noting(paths, "/reset/"), may=lambda _one: True, now=now)
    sign_in.send_address(person.house, person.email, _NOBODY, link_to=_noting(paths, "/account/address/"), now=now)
    yield from paths


class _noting:  # noqa: N801 (used as a function)
    """Makes a path of a token, and remembers it."""

    def __init__(self, paths: list[str], before: str) -> None:
        self._paths, self._before = paths, before

    def __call__(self, _person: Person, token: str) -> str:
        self._paths.append(self._before + token)
        return f"https://client.example{self._before}{token}"
