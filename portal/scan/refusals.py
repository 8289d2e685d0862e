"""Every refusal there is, made on purpose: what a reader sees when something does not go, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

from flask import Flask, g
from werkzeug.exceptions import InternalServerError, RequestEntityTooLarge, RequestURITooLarge, UnsupportedMediaType

from portal.domain.accounts import Member, TooManyAttempts
from portal.domain.errors import Conflict, Forbidden, Refused
from portal.domain.tenants import Agency
from portal.scan.looking import Answer, Reader, answered
from portal.web import maintenance, sessions
from portal.web.log import UNLOGGED
from portal.web.refusals import NotAdmitted

_TOO_LARGE = 1024 * 1024 + 1


def real(reader: Reader) -> Iterator[Answer]:
    """Refusals that a request can bring about without changing anything."""
    for fragment in (False, True):
        yield reader.ask("/no-such-page", fragment=fragment)
        yield reader.ask("/office/no-such-app/home/", fragment=fragment)
        yield reader.ask("/sign-in", method="DELETE", fragment=fragment)
        yield reader.ask("/sign-in", method="POST", fragment=fragment, data={"email": "nobody"})  # not sent by our page
        yield reader.ask("/sign-in", method="POST", fragment=fragment, data=b"x" * _TOO_LARGE, content_type=_FORM)
    yield reader.ask("/sign-in", method="PUT", data=b"{", content_type="application/json")
    yield reader.ask("/assets/no-such-file.css")
    yield reader.ask("/brand/no-such-version/logo.svg")
    yield reader.ask("/reset/no-such-token")


_FORM = "application/x-www-form-urlencoded"


def raised(reader: Reader, agency: Agency, member: Member | None) -> Iterator[Answer]:
    """Refusals that somebody would have to bring about by doing harm: the error is handed to what answers it."""
    errors: dict[str, Exception] = {
        "403": Forbidden("box_missing"),
        "403 closed": NotAdmitted(agency),
        "409": Conflict("order_changed"),
        "413": RequestEntityTooLarge(),
        "414": RequestURITooLarge(),
        "415": UnsupportedMediaType(),
        "422": Refused("nothing_sent"),
        "429": TooManyAttempts("too_many_attempts", seconds=60),
        "500": InternalServerError(),
    }
    for name, error in errors.items():
        for fragment in (False, True):
            yield _answer(reader, name, error, member, fragment=fragment)


def maintained(app: Flask, host: str) -> Answer:
    """The page of an installation that is being looked after, or whose database is away."""
    with app.test_request_context("/", headers={"Host": host}, environ_overrides={UNLOGGED: True}):
        return answered(maintenance.page(), "error 503", "error 503")


def _answer(reader: Reader, name: str, error: Exception, member: Member | None, *, fragment: bool) -> Answer:
    app = reader.app
    headers = {"HX-Request": "true"} if fragment else {}
    request = app.test_request_context(
        "/account/", base_url=reader.origin, headers=headers, environ_overrides={UNLOGGED: True}
    )
    with sessions.lent(reader.session) if reader.session else nullcontext(), request:
        response = app.preprocess_request() or app.handle_user_exception(_standing(error, member))
        return answered(app.finalize_request(response), f"error {name}", f"error {name}", fragment=fragment)


def _standing(error: Exception, member: Member | None) -> Exception:
    """The error, raised while that member was at work."""
    if member is not None:
        g.who = member
    return error
