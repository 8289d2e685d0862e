"""No request leads anybody, and no letter, to a place that the request itself names (AU-08, AU-15)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal.domain.outbox import Message
from tests.access.asking import Answer
from tests.access.bodies import json_of
from tests.access.conftest import Stage
from tests.access.people import OFFICE, OTHER_OFFICE, PLATFORM
from tests.access.trying import path_of, place, who_may

EVIL = "evil.example"
LIES = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Host": EVIL,
    "X-Original-URL": f"https://{EVIL}/",
    "X-Rewrite-URL": f"//{EVIL}/",
    "Forwarded": f"host={EVIL};proto=https",
    "Referer": f"https://{EVIL}/",
    "HX-Current-URL": f"https://{EVIL}/",
    "HX-Prompt": f"https://{EVIL}/",
    "HX-Target": f"https://{EVIL}/",
}
NEXT = (f"https://{EVIL}/", f"//{EVIL}", f"/\\{EVIL}", f"javascript:{EVIL}")
NAMES = ("next", "to", "url", "return_to", "redirect", "continue")
LEADS = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Refresh", "Content-Location")
TOPICS = {"mail.send", "sign_in.reset_wanted"}


def test_whatever_a_request_says_of_its_place_no_answer_and_no_letter_leads_there(stage):
    topics: set[str] = set()
    for number, route in enumerate(stage.known()):
        line = stage.lines[route.method, route.path]
        host, form = place(line), stage.bodies.form(route, "A1")
        who, wanted = who_may(stage, line, host), NEXT[number % len(NEXT)]
        if json_of(route) is not None:
            continue
        more = {name: wanted for name in NAMES if name not in form}
        query = "&".join(f"{name}={wanted}" for name in NAMES)
        for headers in (LIES, {**LIES, "HX-Request": "true"}):
            answer = stage.asker.ask(
                route.method,
                host,
                f"{path_of(stage, route)}?{query}",
                cookie=who.cookie_at(host),
                form=form | more if route.is_unsafe else None,
                headers={**headers, "X-CSRFToken": who.tokens[host]},
            )
            topics |= _judged(stage, f"{route.method} {route.path}", answer)
    assert topics >= TOPICS, "letters were among it"


def _judged(stage: Stage, what: str, answer: Answer) -> set[str]:
    """The topics of what was put into the outbox, after all of it was looked at."""
    for name in LEADS:
        assert _is_ours(answer.headers.get(name, "")), f"{what}: {name} leads to {answer.headers[name]}"
    assert answer.status < 500, f"{what}: {answer.status}"
    if not stage.snapshot.wrote():
        return set()
    new = [row for row in Message.select() if EVIL in str(row.payload)]
    assert not new, f"{what} puts into the outbox {[row.payload for row in new]}"
    topics = {row.topic for row in Message.select(Message.topic).distinct()}
    stage.snapshot.back()
    return topics


def _is_ours(address: str) -> bool:
    """A path of the same host, or the origin of one of our hosts. What a query asks for is not where it leads."""
    address = re.sub(r"^0; url=", "", address)
    there = urlsplit(address)
    ours = (f"{PLATFORM}:8000", f"{OFFICE}:8000", "")
    return there.netloc in ours and there.scheme in ("http", "") and not address.startswith(("//", "/\\", "\\"))


@pytest.mark.parametrize(
    "host",
    [
        f"{EVIL}",
        f"{OFFICE}@{EVIL}",
        f"{OFFICE}:80@{EVIL}",
        f"{EVIL}#{OFFICE}",
        f"{EVIL}/{OFFICE}",
        f"{OFFICE}.{EVIL}",
        f"{OFFICE},{EVIL}",
        f"{EVIL}, {OFFICE}",
        f"{OFFICE}\t{EVIL}",
        f"{OFFICE}:8000:{EVIL}",
        f"http://{OFFICE}",
    ],
)
def test_at_a_host_that_is_not_quite_ours_nothing_is_asked_for(stage, host):
    one, form = stage.person("A1.full"), {"email": _address_of(stage, "full")}
    for path in ("/forgotten", "/office/prima/team/new"):
        headers = {"X-CSRFToken": one.tokens[OFFICE], "Host": host}
        answer = stage.asker.ask("POST", OFFICE, path, cookie=one.cookie_at(OFFICE), form=form, headers=headers)
        assert answer.status in (400, 404) and not stage.snapshot.changed(), (path, answer.status)


def test_at_another_agencys_host_nobody_of_this_one_is_written_to(stage):
    visitor = stage.person("nobody")
    for email in (_address_of(stage, "full"), stage.world.houses["A"].staff["owner"].person.email):
        headers = {"X-CSRFToken": visitor.tokens[OTHER_OFFICE]}
        cookie = visitor.cookies[OTHER_OFFICE]
        stage.asker.ask("POST", OTHER_OFFICE, "/forgotten", cookie=cookie, form={"email": email}, headers=headers)
        wanted: list[Any] = [row.payload for row in Message.select().where(Message.topic == "sign_in.reset_wanted")]
        assert [told["house"] for told in wanted] == [str(stage.world.houses["B"].agency.id)]
        stage.snapshot.back()


def _address_of(stage: Stage, key: str) -> str:
    return str(stage.world.tenants["A1"].people[key].person.email)
