"""Staff who lost their place while they asked: read anew by what is done with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from portal.domain import (
    accounts,
    branding,
    federation,
    hosts,
    invitations,
    requests,
    rights,
    sending,
    settings,
    sign_in,
    staffing,
    webhooks,
)
from portal.domain.accounts import Role
from portal.domain.audit import Actor, AuditEntry
from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.domain.federation import Use, Wish
from portal.domain.federation.models import Provider
from portal.domain.requests import Request
from portal.domain.rights import Offer, SectionState
from portal.domain.sign_in import Demand
from portal.gateways.theme_store import LocalThemes
from tests.domain.test_brand_drafts import png
from tests.domain.test_packages import WISH as PACKAGE
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


@pytest.fixture
def made(ana, tmp_path):
    """What an owner made of her agency, and everything that could be done with it, by the Actor it is given."""
    agency, mine = ana.agency, {"by": ana.actor, "now": NOW}
    shop = LocalThemes(tmp_path)
    credential, _ = accounts.create_credential(agency, scopes=["usage:write"], **mine)
    hook, _ = webhooks.add_endpoint(
        agency, url="https://x.example/", description="", events=list(webhooks.EVENTS)[:1], seal=str, **mine
    )
    sent = webhooks.send_test(hook, **mine)
    branding.save_draft(agency, {"primary": "#aa0000"}, shop, expected=0, **mine)
    branding.publish(agency, shop, **mine)
    branding.save_draft(agency, {"name": "Dois"}, shop, expected=2, **mine)
    seen = settings.price_list(agency, now=NOW).seen
    package = settings.save_package(agency, PACKAGE, **mine)
    wanted = {"url": "https://y.example/", "description": "", "events": list(webhooks.EVENTS)[:1]}
    return [
        partial(accounts.create_credential, agency, scopes=["usage:write"]),
        partial(accounts.rotate_credential, agency, credential.id, overlap=0),
        partial(accounts.take_over_credential, agency, credential.id),
        partial(webhooks.add_endpoint, agency, seal=str, **wanted),
        partial(webhooks.change_endpoint, hook, **wanted),
        partial(webhooks.rotate_secret, hook, seal=str),
        partial(webhooks.send_test, hook),
        partial(settings.save_prices, agency, seen | {"litmus_test.BRL": 1000}, seen=seen, alert_at=None),
        partial(settings.set_agency_price, agency, "litmus_test", 1100),
        partial(settings.save_package, agency, replace(PACKAGE, name="Other")),
        partial(settings.delete_package, package),
        partial(branding.ask_scan, agency),
        partial(branding.save_draft, agency, {"name": "Três"}, shop, expected=3),
        partial(branding.put_picture, agency, "icon", png(), shop),
        partial(branding.drop_picture, agency, "icon", shop),
        partial(branding.publish, agency, shop),
        partial(branding.restore, agency, 2, shop),
        partial(branding.discard_draft, agency, shop),
        partial(branding.reset, agency, shop),
        partial(webhooks.set_endpoint_paused, hook, paused=True),
        partial(webhooks.delete_endpoint, hook),
        partial(accounts.revoke_credential, agency, credential.id),
    ], partial(webhooks.replay, hook, sent)


@pytest.mark.parametrize("lose", [removed, made_billing])
def test_who_lost_his_role_while_he_asked_touches_no_credential_webhook_price_or_brand(ana, made, lose):
    one = make_staff(Role.ADMIN, ana.agency)
    lose(one, ana, None)
    before = AuditEntry.select().count()
    acts, replay = made
    for act in (*acts, replay):
        with pytest.raises(Forbidden, match="role_too_small"):
            act(by=one.actor, now=NOW)
    assert AuditEntry.select().count() == before


@pytest.mark.parametrize("who", ["staff", "console"])
def test_who_still_may_and_who_is_none_of_the_staff_do_all_of_it(ana, made, who):
    acts, _ = made
    by = make_staff(Role.ADMIN, ana.agency).actor if who == "staff" else Actor("operator", "Command line")
    for act in acts:
        act(by=by, now=NOW + timedelta(minutes=acts.index(act)))


def test_staff_of_another_agency_have_no_place_here(ana, made):
    stranger = make_staff(Role.OWNER, make_agency()).actor
    with pytest.raises(Forbidden, match="role_too_small"):
        made[0][0](by=stranger, now=NOW)


def _client_acts(client, ana):
    """What is done to one client, by the Actor it is given."""
    carla = make_member(make_contributor(make_app(client), ["menus", "services"]))
    rights.lock(client, "services", Offer("Ask", 100, None), by=ana.actor, now=NOW)
    requests.ask(carla, "services", text="", link="http://localhost/", now=NOW)
    held = settings.current(client, now=NOW)
    wish = settings.wish_of(held)
    return [
        partial(settings.save_as, client, replace(wish, direct_support=True), seen_version=held.version),
        partial(rights.set_state, client, "menus", SectionState.HIDDEN),
        partial(rights.lock, client, "menus", Offer("Ask", 100, None)),
        partial(requests.decide, Request.get(), requests.State.DONE, origin=ORIGIN),
    ]


@pytest.mark.parametrize(("lose", "error"), [(removed, Forbidden), (made_billing, Forbidden), (unassigned, NotFound)])
def test_a_manager_who_lost_the_client_while_he_asked_changes_nothing_of_it(ana, lose, error):
    client = make_client(ana.agency)
    manager = make_staff(Role.MANAGER, clients=[client])
    acts = _client_acts(client, ana)
    lose(manager, ana, client)
    for act in acts:
        with pytest.raises(error):
            act(by=manager.actor, now=NOW)
    for act in acts:
        act(by=ana.actor, now=NOW)


def test_who_was_made_a_manager_while_he_asked_sets_no_price_and_sells_nothing(ana):
    client = make_client(ana.agency)
    one = make_staff(Role.ADMIN, ana.agency)
    *_, decide = _client_acts(client, ana)
    staffing.change_role(one.membership_id, "manager", by=ana, now=NOW)
    staffing.look_after(one.membership_id, client, assigned=True, by=ana, now=NOW)
    held = settings.current(client, now=NOW)
    dearer = replace(settings.wish_of(held), licence_price=1)
    with pytest.raises(Forbidden, match="prices_read_only"):
        settings.save_as(client, dearer, seen_version=held.version, by=one.actor, now=NOW)
    with pytest.raises(Forbidden, match="role_too_small"):
        decide(sale=requests.Sale("Services", NOW.date()), by=one.actor, now=NOW)
    decide(by=one.actor, now=NOW)


def test_the_price_of_an_offer_is_what_it_is_when_somebody_writes_who_may_set_none(ana):
    client = make_client(ana.agency)
    one = make_staff(Role.ADMIN, ana.agency)
    lock = partial(rights.lock, client, "menus", now=NOW)
    lock(Offer("Ask", 100_00, 12), by=ana.actor)
    staffing.change_role(one.membership_id, "manager", by=ana, now=NOW)
    staffing.look_after(one.membership_id, client, assigned=True, by=ana, now=NOW)
    lock(Offer("Ask us", 1, None), by=one.actor)
    assert rights.state_of(client, "menus").offer == Offer("Ask us", 100_00, 12)
    staffing.change_role(one.membership_id, "admin", by=ana, now=NOW)
    lock(Offer("Ask me"), priced=False, by=one.actor)
    assert rights.state_of(client, "menus").offer == Offer("Ask me", 100_00, 12), "his form had no price"
    lock(Offer("Ask me", 50_00, None), by=one.actor)
    assert rights.state_of(client, "menus").offer == Offer("Ask me", 50_00, None)


def test_what_was_prepared_for_many_is_confirmed_by_who_still_may(ana):
    client, admin = make_client(ana.agency), make_staff(Role.ADMIN, ana.agency)
    bulk = settings.begin_bulk(ana.agency, by=admin.actor, now=NOW)
    settings.choose_clients(bulk, [client.id])
    batch = settings.begin_import(ana.agency, b"name\nNovo\n", name="x.csv", mark=",", by=admin.actor, now=NOW)
    removed(admin, ana, None)
    for act in (
        partial(settings.confirm_bulk, bulk),
        partial(settings.undo_bulk, bulk),
        partial(settings.confirm_import, batch),
    ):
        with pytest.raises(Forbidden, match="role_too_small"):
            act(by=admin.actor, now=NOW)


def test_nobody_is_helped_or_asked_for_a_factor_by_who_lost_his_role_while_he_asked(ana):
    one, other = make_staff(Role.ADMIN, ana.agency), make_staff(Role.OWNER, ana.agency)
    sign_in.help_person(one, make_staff(Role.BILLING, ana.agency).person.email, of_staff=True, factors=False, now=NOW)
    made_billing(one, ana, None)
    with pytest.raises(Forbidden, match="role_too_small"):
        sign_in.set_demand(ana.agency, Demand(staff=True), by=one, now=NOW)
    for factors in (True, False):
        with pytest.raises(Forbidden, match="role_too_small"):
            sign_in.help_person(one, other.person.email, of_staff=True, factors=factors, now=NOW)
    staffing.change_role(other.membership_id, "admin", by=ana, now=NOW)
    with pytest.raises(Invalid):  # an owner no more, he touches no owner
        sign_in.help_person(other, ana.person.email, of_staff=True, factors=True, now=NOW)


def test_who_is_none_of_the_staff_goes_on_and_of_whom_it_is_the_role_is_said(ana):
    client = make_client(ana.agency)
    seb = make_staff(Role.MANAGER, ana.agency)
    staffing.look_after(seb.membership_id, client, assigned=True, by=ana, now=NOW)
    assert rights.still_over(client, Actor("operator", "Command line")) is None
    assert rights.still_over(client, ana.actor) is Role.OWNER
    assert rights.still_over(client, seb.actor) is Role.MANAGER
