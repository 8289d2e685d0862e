"""Who looks through whose eyes: judged in the domain too, whatever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain import accounts, rights
from portal.domain.accounts import Person, Role, SignIn
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Forbidden, NotFound
from tests.factories import NOW, TESTER, make_app, make_client, make_contributor, make_member, make_staff


@pytest.fixture
def app(database):
    return make_app()


@pytest.fixture
def fabio(app):
    return make_contributor(app, ["menus"], name="Fábio")


def signed_in(member):
    token = accounts.start_session(member.person, str(member.agency.id), now=NOW)
    return replace(member, session=SignIn.get(SignIn.token_hash == accounts.digest(token)))


@pytest.fixture
def lia(app):
    return signed_in(make_member(make_contributor(app, ["team", "menus", "settings"], name="Lia")))


def stale(member, **values):
    """The session as another request has read it."""
    return SignIn(**(member.session.__data__ | values))


def begin(colleague, by):
    rights.begin_view(colleague, by=by, now=NOW)


def test_whatever_is_done_meanwhile_is_who_looks(lia, fabio):
    begin(fabio, lia)
    seen = rights.seen_through(lia, now=NOW)
    assert (seen.person.name, seen.viewer.person.name, seen.actor) == ("Fábio", "Lia", lia.actor)


def test_no_view_begins_within_a_view(app, lia, fabio):
    begin(fabio, lia)
    seen = rights.seen_through(lia, now=NOW)
    other = make_contributor(app, ["menus"])
    for by in (lia, seen, replace(seen, session=stale(lia, viewing=None)), replace(lia, session=None)):
        with pytest.raises(Forbidden) as refusal:
            begin(other, by)
        assert refusal.value.code == "only_viewing"
    assert SignIn.get_by_id(lia.session.id).viewing == fabio.id


def test_nobody_is_seen_any_more_once_he_is_gone_or_disabled(lia, fabio):
    begin(fabio, lia)
    Person.update(disabled_at=NOW).where(Person.id == fabio.person.id).execute()
    assert accounts.looked_through(lia.session) is None and rights.seen_through(lia, now=NOW) is None
    Person.update(disabled_at=None).where(Person.id == fabio.person.id).execute()
    assert accounts.looked_through(lia.session) == fabio
    accounts.end_contributor(fabio, by=TESTER, now=NOW)
    assert accounts.looked_through(lia.session) is None and rights.seen_through(lia, now=NOW) is None
    assert accounts.last_look(lia.session) == fabio, "to be named"


def test_what_is_seen_is_what_both_hold(app, lia, fabio):
    begin(fabio, lia)
    rights.give_boxes(fabio, ["settings", "services"], by=TESTER, now=NOW)
    seen = rights.seen_through(lia, now=NOW)
    assert rights.held_by(seen) == {"menus", "settings"}
    assert rights.may(seen, "settings") and not rights.may(seen, "services") and not rights.may(seen, "team")
    assert {section.key for section in rights.menu_of(seen)} == {"home", "menus", "settings"}
    assert {box.key for box in rights.grantable_boxes(seen)} == {"menus", "settings"}
    assert not rights.may_manage(seen, ["services"])


def test_staff_see_all_that_the_colleague_holds(app, fabio):
    ana = signed_in(make_member(make_staff(Role.OWNER, app.agency), app))
    begin(fabio, ana)
    rights.give_boxes(fabio, ["services"], by=TESTER, now=NOW)
    assert rights.held_by(rights.seen_through(ana, now=NOW)) == {"menus", "services"}


def test_the_view_is_of_one_back_office(app, lia, fabio):
    begin(fabio, lia)
    second = make_contributor(make_app(make_client(app.agency)), ["team"], email=lia.person.email)
    with pytest.raises(NotFound):
        rights.seen_through(replace(make_member(second), session=lia.session), now=NOW)


def test_beginning_twice_at_once_leaves_one_view(app, lia, fabio):
    begin(fabio, lia)
    begin(make_contributor(app, ["menus"]), replace(lia, session=stale(lia, viewing=None)))
    assert SignIn.get_by_id(lia.session.id).viewing == fabio.id


def test_ended_twice_at_once_it_is_told_once(lia, fabio):
    begin(fabio, lia)
    other = replace(lia, session=stale(lia))
    rights.end_view(lia, now=NOW)
    rights.end_view(other, now=NOW)
    assert AuditEntry.select().where(AuditEntry.action == "view.ended").count() == 1


def test_without_a_session_nobody_is_seen_through(lia, fabio):
    begin(fabio, lia)
    assert rights.seen_through(replace(lia, session=None), now=NOW) is None
