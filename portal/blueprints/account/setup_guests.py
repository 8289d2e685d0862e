"""Who opens a set-up link while somebody else is signed in here."""

from __future__ import annotations

from flask import Response, render_template

from portal.web import sessions


def somebody_else(invited: str) -> str | None:
    """The address of whoever is signed in here, when it is not the invited one."""
    found = sessions.signed_in()
    if found is None or (found.person.email == invited and not found.row.entered_app_id):
        return None
    return str(found.person.email)


def told_other(email: str, invited: str) -> Response:
    """The page that says so; the invited address is masked."""
    return Response(render_template("account/setup/other.html", email=email, masked=masked(invited)), 403)


def masked(email: str) -> str:
    """`c…@c….example`: enough to recognise one's own, nothing to learn for others."""
    name, _at, domain = email.partition("@")
    host, dot, end = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}…{dot}{end}"
