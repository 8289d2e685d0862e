"""Whoever sends a body slowly is judged when it is whole, by what holds then (SE-01, IN-16, AZ-11, AZ-17, AZ-18)."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import pytest

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import Person, SignIn, StaffMembership
from portal.domain.rights.models import Right
from portal.domain.tenants import Agency
from tests.factories import TESTER

FORM = "application/x-www-form-urlencoded"


class Slow(io.BytesIO):
    """A body during whose coming something happens."""

    def __init__(self, body, happens):
        super().__init__(body)
        self._happens = [happens]

    def _now(self):
        if self._happens:
            self._happens.pop()()

    def read(self, *arguments):
        self._now()
        return super().read(*arguments)

    def readinto(self, buffer):
        self._now()
        return super().readinto(buffer)


def sent(browser, path, happens, **headers):
    body = urlencode({"csrf_token": browser.token(), "text": "x"}).encode()
    options = {"input_stream": Slow(body, happens), "content_length": len(body), "content_type": FORM}
    return browser.request("POST", path, headers=headers, **options)


def test_somebody_who_signed_out_meanwhile_is_signed_out(browse, world):
    ana = browse(world.ana)
    assert sent(ana, "/agency/probe/", lambda: None).status == 200
    page = sent(ana, "/agency/probe/", lambda: SignIn.update(ended_at=clock.now()).execute())
    assert page.location == "/sign-in"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda: StaffMembership.update(ended_at=clock.now()).execute(), 404),
        (lambda: Person.update(disabled_at=clock.now()).execute(), 302),
        (lambda: Agency.update(suspended_at=clock.now()).execute(), 403),
    ],
    ids=["removed", "disabled", "suspended"],
)
def test_staff_are_judged_by_what_holds_when_all_has_come(browse, world, change, status):
    assert sent(browse(world.ana), "/agency/probe/", change).status == status


@pytest.mark.parametrize(
    "change", [lambda: Right.delete().execute(), lambda: Agency.update(suspended_at=clock.now()).execute()]
)
def test_what_was_withdrawn_from_a_contributor_meanwhile_is_closed(browse, world, change):
    carla = browse(world.carla)
    assert sent(carla, "/office/cantina/menus-probe", lambda: None).status == 200
    assert sent(carla, "/office/cantina/menus-probe", change).status == 403


def test_a_token_that_was_revoked_meanwhile_is_none(platform, world):
    now = clock.now()
    credential, _ = accounts.create_credential(world.one, scopes=["usage:write"], by=TESTER, now=now)
    token, _ = accounts.issue_access_token(credential, ["usage:write"], now=now)
    assert sent(platform, "/api/v1/probe", lambda: None, Authorization=f"Bearer {token}").status == 200
    answer = sent(
        platform,
        "/api/v1/probe",
        lambda: accounts.revoke_credential(world.one, credential.id, by=TESTER, now=clock.now()),
        Authorization=f"Bearer {token}",
    )
    assert answer.status == 401


def test_what_is_too_large_is_refused_once_it_is_known_who_sent_it(browse, world, platform):
    form = {"csrf_token": "x", "text": "x" * 1024 * 1024}
    assert browse(world.ana).request("POST", "/agency/probe/", data=form).status == 413
    assert platform.request("POST", "/agency/probe/", data=form).location == "/sign-in"
    assert platform.request("POST", "/reads", data=form).status == 413


def test_a_body_of_unknown_length_is_cut_off_and_not_taken_for_a_shorter_one(browse, world):
    ana = browse(world.ana)
    body = urlencode({"text": "x" * 1024 * 1024, "csrf_token": ana.token()}).encode()
    chunked = {"environ_overrides": {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}}
    options = {"input_stream": io.BytesIO(body), "content_type": FORM, **chunked}
    assert ana.request("POST", "/agency/probe/", **options).status == 413
