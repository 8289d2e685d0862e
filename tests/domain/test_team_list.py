"""The people of a back office as a list: who stands in it, in which state, and page after page."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.domain import invitations
from portal.domain.accounts import Contributor, Role
from portal.domain.invitations import Invitation
from tests.factories import NOW, make_app, make_client, make_contributor, make_member, make_staff

TODAY = NOW.date()
MEMBERS = {"Ána": None, "Bia": 8, "Caio": 7, "Davi": 0, "Eva": -1}
"""So many days until the access of each ends."""
STATES = {
    "active": ["Ána", "Bia"],
    "ends_soon": ["Caio", "Davi"],
    "ended": ["Eva"],
    "pending": ["gil@x.example", "hugo@x.example"],
    "expired": ["fabio@x.example"],
}
EVERYBODY = [*MEMBERS, "fabio@x.example", "gil@x.example", "hugo@x.example"]


def invite(member, email, **options):
    return invitations.invite(member, email, options.pop("boxes", ["menus"]), origin="x", **{"now": NOW} | options)


@pytest.fixture
def ana(database):
    """The agency's owner in a back office with eight people, and what must not be among them."""
    app = make_app()
    owner = make_member(make_staff(Role.OWNER, app.agency), app)
    for name, days in MEMBERS.items():
        ends_on = None if days is None else TODAY + timedelta(days=days)
        make_contributor(app, ["menus"], name=name, email=f"{name[0].lower()}@y.example", ends_on=ends_on)
    gone = make_contributor(app, ["menus"], name="Gone")
    Contributor.update(ended_at=NOW).where(Contributor.id == gone.id).execute()
    invite(owner, "fabio@x.example", now=NOW - timedelta(days=7))
    invite(owner, "gil@x.example", name="Zéca", boxes=["menus", "services"])
    invite(owner, "hugo@x.example", life=timedelta(microseconds=1))
    used = invite(owner, "used@x.example")
    Invitation.update(accepted_at=NOW).where(Invitation.id == used.id).execute()
    invitations.revoke(invite(owner, "taken-back@x.example"), by=owner, now=NOW)
    sibling = make_app(make_client(app.agency))
    make_contributor(sibling, name="Sibling")
    invite(make_member(make_staff(Role.OWNER, app.agency), sibling), "sibling@x.example")
    return owner


def team(member, **asked):
    return invitations.team_of(member, now=NOW, **asked)


def shown(page):
    return [entry.email if entry.email.endswith("x.example") else entry.name for entry in page.entries]


def test_members_by_name_stand_before_whom_one_waits_for_by_address(ana):
    assert shown(team(ana)) == EVERYBODY
    assert shown(team(ana, invited=False)) == list(MEMBERS)
    by_name = {entry.email: entry for entry in team(ana).entries}
    assert by_name["gil@x.example"].name == "Zéca"
    assert [entry.days for entry in team(ana).entries] == [*MEMBERS.values(), 0, 7, 1]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 7, 8])
def test_page_after_page_shows_everybody_once_there_and_back(ana, most):
    pages = [team(ana, most=most)]
    while pages[-1].older and len(pages) < 20:
        pages.append(team(ana, most=most, after=pages[-1].older))
    assert [name for page in pages for name in shown(page)] == EVERYBODY
    assert all(len(page.entries) == most for page in pages[:-1])
    assert [bool(page.newer) for page in pages] == [False] + [True] * (len(pages) - 1)
    back, names = pages[-1], shown(pages[-1])
    while back.newer and len(names) < 20:
        back = team(ana, most=most, before=back.newer)
        assert back.older
        names = shown(back) + names
    assert names == EVERYBODY


def test_an_edge_that_is_nobody_here_counts_as_the_start(ana):
    for edge in ({"after": uuid4()}, {"before": uuid4()}):
        page = team(ana, most=2, **edge)
        assert (shown(page), page.newer, bool(page.older)) == (EVERYBODY[:2], None, True)


def test_beyond_both_ends_there_is_nobody_and_no_further_page(ana):
    everybody = team(ana).entries
    for edge in ({"after": everybody[-1].id}, {"before": everybody[0].id}):
        page = team(ana, most=2, **edge)
        assert (page.entries, page.newer, page.older) == ([], None, None)


def test_who_has_the_same_name_is_not_lost_between_two_pages(ana):
    for n in range(3):
        make_contributor(ana.app, name="Bia", email=f"bia{n}@y.example")
    pages = [team(ana, most=2)]
    while pages[-1].older and len(pages) < 20:
        pages.append(team(ana, most=2, after=pages[-1].older))
    assert len({entry.id for page in pages for entry in page.entries}) == len(EVERYBODY) + 3
    back, seen = pages[-1], {entry.id for entry in pages[-1].entries}
    for _page in pages[1:]:
        back = team(ana, most=2, before=back.newer)
        seen |= {entry.id for entry in back.entries}
    assert len(seen) == len(EVERYBODY) + 3


def test_the_states_of_the_list_its_filter_and_its_counts_agree(ana):
    for state, names in STATES.items():
        assert shown(team(ana, only=state)) == names
        assert [entry.state for entry in team(ana, only=state).entries] == [state] * len(names)
    assert invitations.count_team(ana, now=NOW) == {state: len(names) for state, names in STATES.items()}
    assert shown(team(ana, only="ended", search="bia")) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ana", ["Ána"]),
        ("b@y", ["Bia"]),
        ("  HUGO ", ["hugo@x.example"]),
        ("ZECA", ["gil@x.example"]),
        ("zé", ["gil@x.example"]),
        ("nobody", []),
    ],
)
def test_names_and_addresses_are_searched_whatever_their_accents_and_case(ana, search, found):
    assert shown(team(ana, search=search)) == found
    assert sum(invitations.count_team(ana, search=search, now=NOW).values()) == len(found)


def test_a_contributor_manages_nobody_above_him_and_not_himself(ana):
    boss = make_contributor(ana.app, ["menus", "team"], name="Lia")
    make_contributor(ana.app, ["services"], name="Mia")
    make_contributor(ana.app, ["menus", "team"], name="Nia")
    invite(ana, "as-much@x.example", boxes=["menus", "team"])
    entries = {entry.name or entry.email: entry for entry in team(make_member(boss)).entries}
    assert [name for name, entry in entries.items() if entry.is_self] == ["Lia"]
    unmanaged = {name for name, entry in entries.items() if not entry.manageable}
    assert unmanaged == {"Lia", "Mia", "Zéca"}
    assert all(entry.manageable and not entry.is_self for entry in team(ana).entries)
    Invitation.update(boxes=["menus", "gone"]).where(Invitation.email == "gil@x.example").execute()
    gil = next(entry for entry in team(make_member(boss)).entries if entry.name == "Zéca")
    assert gil.manageable and gil.boxes == {"menus"}, "a box that is no more is held by nobody"
