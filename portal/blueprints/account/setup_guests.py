"""Whoever opens a set-up link: somebody else who is signed in here, or the one it is for, let in once it is used."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import federation, sign_in
from portal.domain.accounts import Person
from portal.web import sessions, visitors
from portal.web.hosts import house_here


def somebody_else(invited: str) -> str | None:
    """The address of whoever is signed in here, when it is not the invited one."""
    found = sessions.signed_in()
    if found is None or (found.person.email == invited and not found.row.entered_app_id):
        return None
    return str(found.person.email)


def told_other(email: str, invited: str) -> Response:
    """The page that says so; the invited address is masked."""
    return Response(render_template("account/setup/other.html", email=email, masked=masked(invited)), 403)


def joined(person: Person, there: str) -> AnyResponse:
    """In and to his page, for whoever has just proved by a password who he is; where he has a second factor, to
    the door, which asks for it.
    """
    if sign_in.has_factor(person):
        return redirect(url_for("account.sign_in.show", next=there), 303)
    visitor, now = visitors.visitor(), clock.now()
    federation.note_password(person, now=now)
    visitors.let_in(sign_in.enter(person, house_here().key, strong=False, visitor=visitor, now=now))
    return redirect(there, 303)


def masked(email: str) -> str:
    """`c…@c….example`: enough to recognise one's own, nothing to learn for others."""
    name, _at, domain = email.partition("@")
    host, dot, end = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}…{dot}{end}"
