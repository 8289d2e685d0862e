"""Sections of a client offered, hidden and locked, boxes ticked and not, people let out: known at the next request.

The table is that of docs/people.md; whatever a state or a box does, agency staff inside are not touched by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Contributor, Person
from portal.domain.invitations.models import Invitation, InvitationList
from portal.domain.rights import BOXES as CATALOGUE
from portal.domain.rights import SECTIONS, Offer, SectionState
from portal.domain.rights.models import Right
from portal.domain.tenants import Agency, App, Client
from tests.access.asking import Answer
from tests.access.bodies import json_of
from tests.access.conftest import Stage
from tests.access.people import OFFICE, OTHER_OFFICE, PLATFORM
from tests.access.tables import Line, Route
from tests.access.world import BOXES as HELD
from tests.access.world import EVERY_BOX, NOW
from tests.factories import TESTER

KEYS = [section.key for section in SECTIONS if section.boxes]
ASK = b"Solicitar"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("state", ["offered", "hidden", "locked"])
@pytest.mark.parametrize("ticked", [True, False], ids=["ticked", "not ticked"])
def test_a_section_is_open_as_its_state_and_the_box_say(stage, key, state, ticked):
    _bring(stage, key, state)
    if not ticked:
        gone = [box.key for box in rights.section(key).boxes]
        Right.delete().where((Right.contributor == _full(stage)) & Right.box.in_(gone)).execute()
    stage.snapshot.hold()
    for route, line, htmx in _asked(stage, lambda box: set(box.split("|")) <= _boxes(key)):
        opened = "404" if line.columns[1] == "404" else "in"
        wanted = opened if state == "offered" and ticked else "offer" if state == "locked" and ticked else "403"
        if wanted == "offer" and route.is_unsafe:
            wanted = "403"
        assert _seen(_ask(stage, "A1.full", route, htmx=htmx)) == wanted, f"{route.method} {route.path}"
        assert _seen(_ask(stage, "A.owner", route, htmx=htmx)) == opened, f"staff: {route.method} {route.path}"


@pytest.mark.parametrize("box", list(CATALOGUE))
def test_a_box_alone_opens_what_it_says_and_nothing_else(stage, box):
    Right.delete().where(Right.contributor == _full(stage)).execute()
    for key in rights.completed([box]):
        Right.create(contributor=_full(stage), box=key, given_by="Test", given_at=NOW)
    stage.snapshot.hold()
    held = set(rights.completed([box]))
    for route, line, htmx in _asked(stage, lambda _box: True):
        needed = line.columns[0]
        opened = "404" if line.columns[1] == "404" else "in"
        wanted = opened if needed == "home" or held & set(needed.split("|")) else "403"
        answer = _ask(stage, "A1.full", route, htmx=htmx)
        if route.endpoint.startswith(("office.team", "office.view")) and answer.status == 403 and wanted == "in":
            continue  # who holds `team` alone gives nothing else: that is the next test's
        assert _seen(answer) == wanted, f"{route.method} {route.path} with {box}"


_BY = {"by": TESTER, "now": NOW}

OUT: dict[str, tuple[Callable[[Stage], object], str]] = {
    "access off": (lambda s: tenants.set_client_access(_client(s), allowed=False, **_BY), "403"),
    "client suspended": (lambda s: tenants.set_client_suspended(_client(s), suspended=True, **_BY), "403"),
    "app suspended": (lambda s: App.update(suspended_at=NOW).where(App.slug == "prima").execute(), "403"),
    "agency suspended": (lambda s: Agency.update(suspended_at=NOW).where(Agency.slug == "aaa").execute(), "403"),
    "past the end date": (lambda s: _change(s, ends_on=(NOW - timedelta(days=2)).date()), "403"),
    "membership ended": (lambda s: _change(s, ended_at=NOW), "404"),
    "taken out by a colleague": (lambda s: accounts.end_contributor(_full(s), **_BY), "404"),
    "account switched off": (
        lambda s: Person.update(disabled_at=NOW).where(Person.id == _full(s).person_id).execute(),
        "sign-in",
    ),
}


@pytest.mark.parametrize("why", OUT)
def test_who_is_let_out_is_out_at_the_next_request(stage, why):
    happen, wanted = OUT[why]
    happen(stage)
    stage.snapshot.hold()
    for route, _line, htmx in _asked(stage, lambda _box: True):
        seen = _seen(_ask(stage, "A1.full", route, htmx=htmx))
        assert seen in (wanted, "sign-in"), f"{route.method} {route.path}: {seen}"


def test_a_suspended_agency_is_closed_to_all_of_its_own_and_to_nobody_else(stage):
    """AZ-18: staff, people, machines; the same requests of another agency, and theirs afterwards, are as before."""
    everybody = [("A.owner", PLATFORM), ("A.staff", PLATFORM), ("A1.own", OFFICE), ("A.owner", OFFICE)]
    everybody += [(name, PLATFORM) for name in ("A.w", "A.ro", "A.rw", "B.w", "B.owner")] + [("B1.own", OTHER_OFFICE)]
    before = {one: _looks(stage, *one) for one in everybody}
    assert all(200 in seen.values() for (name, _), seen in before.items() if not name.endswith(".w"))
    Agency.update(suspended_at=NOW).where(Agency.slug == "aaa").execute()
    stage.snapshot.hold()
    for (name, host), seen in before.items():
        now = _looks(stage, name, host)
        assert now == seen if name[0] == "B" else {*now.values()} <= {302, 401, 403, 404}, (name, host)
    Agency.update(suspended_at=None).where(Agency.slug == "aaa").execute()
    stage.snapshot.hold()
    after = {one: _looks(stage, *one) for one in everybody if one != ("A.owner", OFFICE)}
    assert after == {one: before[one] for one in after}


def _looks(stage: Stage, name: str, host: str) -> dict[str, int]:
    """What he gets of all that his kind may look at, and of what a machine may do."""
    who, seen = stage.person(name), {}
    table = "machines" if who.bearer else "dashboard" if host == PLATFORM else "office"
    for route in stage.routes:
        line = stage.lines.get((route.method, route.path))
        if line and line.table == table and (route.method == "GET" or who.bearer):
            path = route.fill(stage.world.values(f"{name[0]}1", route.endpoint))
            cookie = "" if who.bearer else who.cookie_at(host)
            json = json_of(route)
            answer = stage.asker.ask(route.method, host, path, cookie=cookie, bearer=who.bearer, json=json)
            seen[f"{route.method} {route.path}"] = answer.status
            if stage.snapshot.wrote():
                stage.snapshot.back()
    return seen


def test_whatever_is_ticked_nobody_reaches_the_owner(stage):
    staff = stage.world.houses["A"].staff
    ids = [key for name in ("owner", "second", "admin") for key in (staff[name].person.id, staff[name].membership_id)]
    for route, _line, htmx in _asked(stage, lambda box: box == "team"):
        if "contributor_id" in route.parts:
            for key in ids:
                values = stage.world.values("A1", route.endpoint) | {"contributor_id": key}
                answer = _ask(stage, "A1.full", route, htmx=htmx, path=route.fill(values))
                assert answer.status in (403, 404), f"{route.method} {route.path}: {answer.status}"


def test_by_no_route_does_a_colleague_get_what_his_manager_does_not_hold(stage):
    """IN-09: new, many, edited, copied, by a ready-made set: each sent with every box there is."""
    own, held = stage.person("A1.own"), {*HELD["own"]}
    asking = {"boxes": EVERY_BOX, "preset": "everything", "like": str(_full(stage).id), "granted": "yes", "go": "on"}
    before, asked = _given(), 0
    for route, _line, htmx in _asked(stage, lambda box: box == "team"):
        for box in EVERY_BOX if "box" in route.parts else ("",):
            values = stage.world.values("A1", route.endpoint) | ({"box": box} if box else {})
            for form in (asking, {**asking, "boxes": [*held, "services"]}, {**asking, "boxes": ["services"]}):
                sent = stage.bodies.form(route, "A1") | form if route.is_unsafe else None
                query = "" if route.is_unsafe else f"?preset=everything&like={_full(stage).id}"
                headers = {"X-CSRFToken": own.tokens[OFFICE]} | ({"HX-Request": "true"} if htmx else {})
                path = route.fill(values) + query
                stage.asker.ask(route.method, OFFICE, path, cookie=own.cookie_at(OFFICE), form=sent, headers=headers)
                beyond = {box for box, _ in _given() - before} - held
                assert not beyond, f"{route.method} {route.path} gave {beyond}"
                stage.snapshot.back()
                asked += route.is_unsafe
    assert asked > 100


def _given() -> Counter[tuple[str, str]]:
    """Every box that somebody holds, is invited with, or will be when a list is sent."""
    found = Counter((row.box, f"{row.contributor_id}") for row in Right.select())
    for kind in (Invitation, InvitationList):
        found.update((box, f"{kind.__name__} {row.id}") for row in kind.select() for box in row.boxes)
    return found


@pytest.mark.parametrize("who", ["A1.own", "A1.full"])
def test_nobody_changes_himself_or_somebody_above_him(stage, who):
    people = stage.world.tenants["A1"].people
    for route, _line, htmx in _asked(stage, lambda box: box == "team"):
        if "contributor_id" not in route.parts or not route.is_unsafe:
            continue
        values = stage.world.values("A1", route.endpoint) | {"contributor_id": people["full"].id}
        answer = _ask(stage, who, route, htmx=htmx, path=route.fill(values))
        assert answer.status == 403, f"{route.method} {route.path}: {answer.status}"


def _bring(stage: Stage, key: str, state: str) -> None:
    client = stage.world.tenants["A1"].client
    if state == "locked":
        rights.lock(client, key, Offer("Ask us for it", 1000, None), by=TESTER, now=NOW)
    else:
        rights.set_state(client, key, SectionState(state), by=TESTER, now=NOW)


def _asked(stage: Stage, fits: Callable[[str], bool]) -> Iterator[tuple[Route, Line, bool]]:
    """Every route of the back office whose box fits, as a page and as a fragment."""
    for route in stage.routes:
        line = stage.lines.get((route.method, route.path))
        if (
            line
            and line.table == "office"
            and fits(line.columns[0])
            and not route.endpoint.startswith("office.offers.")
        ):
            yield from ((route, line, htmx) for htmx in (False, True))


def _ask(stage: Stage, name: str, route: Route, *, htmx: bool, path: str = "") -> Answer:
    who = stage.person(name)
    headers = {"X-CSRFToken": who.tokens[OFFICE]} | ({"HX-Request": "true"} if htmx else {})
    answer = stage.asker.ask(
        route.method,
        OFFICE,
        path or route.fill(stage.world.values("A1", route.endpoint)),
        cookie=who.cookie_at(OFFICE),
        form=stage.bodies.form(route, "A1") if route.is_unsafe else None,
        headers=headers,
    )
    if stage.snapshot.wrote():
        stage.snapshot.back()
    return answer


def _seen(answer: Answer) -> str:
    if answer.location.startswith("/sign-in"):
        return "sign-in"
    if answer.status in (200, 201) and ASK in answer.body:
        return "offer"
    return str(answer.status) if answer.status in (400, 403, 404, 500) else "in"


def _client(stage: Stage) -> Client:
    return stage.world.tenants["A1"].client


def _full(stage: Stage) -> Contributor:
    return stage.world.tenants["A1"].people["full"]


def _change(stage: Stage, **values: object) -> None:
    Contributor.update(**values).where(Contributor.id == _full(stage).id).execute()


def _boxes(key: str) -> set[str]:
    return {box.key for box in rights.section(key).boxes}
