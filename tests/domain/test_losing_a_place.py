"""Staff who lost their place while they asked: read anew by what is done with it."""

from __future__ import annotations

from functools import partial

import pytest

from portal.domain import accounts, federation, hosts, invitations, rights, sending, staffing
from portal.domain.accounts import Role
from portal.domain.errors import Forbidden
from portal.domain.federation import Use, Wish
from portal.domain.federation.models import Provider
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_member, make_staff

ORIGIN = "https://x"
WISH = Wish("Okta", "https://id.x.example", "portal", "s3cret", (), (), "groups", Use.OFFERED, Use.OFF)
OURS = hosts.Ours("portal.example", ".portal.example")
SERVER = sending.Wish("smtp.x.example", 587, "starttls", "", "", "a@x.example", "")


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency())


@pytest.fixture
def inside(ana):
    """Acts in a back office of the agency, by the staff it is given."""
    app = make_app(make_client(ana.agency))
    davi = make_contributor(app, ["menus"])
    waiting = invitations.invite(make_member(ana, app), "eva@x.example", [], origin=ORIGIN, now=NOW)

    def acts(staff):
        by = make_member(staff, app)
        return [
            partial(invitations.invite, by, "lia@x.example", ["menus"], origin=ORIGIN, now=NOW),
            partial(invitations.resend, waiting, by=by, origin=ORIGIN, now=NOW),
            partial(invitations.copy_link, waiting, by=by, origin=ORIGIN, now=NOW),
            partial(invitations.begin_list, by, "a@x.example", [], language="en", ends_on=None, now=NOW),
            partial(rights.set_box, davi, "menus", granted=False, by=by, now=NOW),
            partial(invitations.remove, davi, by=by, now=NOW),
        ]

    acts.app = app
    return acts


def removed(one, ana, _client):
    staffing.remove(one.membership_id, by=ana, now=NOW)


def made_billing(one, ana, _client):
    staffing.change_role(one.membership_id, "billing", by=ana, now=NOW)


def unassigned(one, ana, client):
    staffing.look_after(one.membership_id, client, assigned=False, by=ana, now=NOW)


@pytest.mark.parametrize(
    ("role", "lose"), [(Role.ADMIN, removed), (Role.ADMIN, made_billing), (Role.MANAGER, unassigned)]
)
def test_staff_who_lost_the_back_office_while_they_asked_invite_and_change_nobody(ana, inside, role, lose):
    one = make_staff(role, ana.agency)
    if role == Role.MANAGER:
        staffing.look_after(one.membership_id, inside.app.client, assigned=True, by=ana, now=NOW)
    acts = inside(one)
    lose(one, ana, inside.app.client)
    for act in acts:
        with pytest.raises(Forbidden, match="box_missing"):
            act()
    assert [row.email for row in invitations.open_invitations(make_member(ana, inside.app))] == ["eva@x.example"]


def test_staff_who_still_may_and_no_others_stay_inside(ana, inside):
    manager = make_staff(Role.MANAGER, ana.agency)
    with pytest.raises(Forbidden):
        inside(manager)[0]()
    staffing.look_after(manager.membership_id, inside.app.client, assigned=True, by=ana, now=NOW)
    assert inside(manager)[0]().email == "lia@x.example"
    with pytest.raises(Forbidden):
        rights.stay(make_member(make_staff(Role.OWNER, make_agency("b", "B")), inside.app))


@pytest.mark.parametrize("lose", [removed, made_billing])
def test_who_lost_his_role_while_he_asked_sets_nothing_of_the_agency(ana, lose):
    one = make_staff(Role.ADMIN, ana.agency)
    sender = sending.save(SERVER, by=ana, seal=str, now=NOW)
    row = federation.save(WISH, by=ana, seal=str, now=NOW)
    hosts.ask("portal.x.example", ours=OURS, by=ana, now=NOW)
    lose(one, ana, None)
    for act in (
        partial(federation.save, WISH, seal=str),
        federation.remove,
        partial(federation.disconnect, row.id),
        partial(sending.save, SERVER, seal=str),
        partial(sending.note_tried, sender),
        partial(sending.set_used, sender, used=False),
        sending.forget,
        partial(hosts.ask, "other.x.example", ours=OURS),
        partial(hosts.plan, 7),
        hosts.stay,
        hosts.remove,
    ):
        with pytest.raises(Forbidden, match="role_too_small"):
            act(by=one, now=NOW)
    assert federation.provider_of(ana.agency) and hosts.own_host_of(ana.agency) and sending.sender_of(ana.agency)


def test_an_owner_who_was_made_admin_while_he_asked_names_no_provider_of_the_staff(ana):
    other = make_staff(Role.OWNER, ana.agency)
    staffing.change_role(other.membership_id, "admin", by=ana, now=NOW)
    with pytest.raises(Forbidden, match="sso_owner_only"):
        federation.save(Wish(**{**vars(WISH), "staff": Use.OFFERED}), by=other, seal=str, now=NOW)
    assert not Provider.select().exists() and accounts.staff_member(ana.agency, other.membership_id).role == "admin"
