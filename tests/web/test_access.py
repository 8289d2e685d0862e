"""One stamp above every view: who comes in, who does not, and what he gets to see instead."""

from __future__ import annotations

import re

import pytest

from portal import clock
from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Role
from portal.domain.accounts.models import SignIn, StaffMembership
from portal.domain.audit import AuditEntry
from portal.domain.rights import Permission
from portal.domain.tenants import Agency
from portal.web import access
from tests.factories import TESTER, make_app, make_client, make_contributor, make_staff


def test_staff_come_in_as_staff_and_contributors_as_members(browse, world):
    assert browse(world.ana).get("/agency/probe/").has("Staff")
    assert browse(world.carla).get("/office/cantina/menus-probe").has("Member")
    assert browse(world.ana, inside=world.carla.app).get("/office/cantina/menus-probe").has("Member")


@pytest.mark.parametrize("path", ["/agency/probe/", "/agency/prices", "/operator/probe", "/account/"])
def test_signed_out_leads_to_sign_in_and_back(platform, world, path):
    page = platform.get(path)
    assert page.status == 302
    assert page.location == f"/sign-in?next={path.replace('/', '%2F')}" or page.location == f"/sign-in?next={path}"


def test_htmx_signed_out_is_told_to_load_the_sign_in_page(platform, world):
    page = platform.get("/agency/probe/", htmx=True)
    assert page.status == 401
    assert page.headers["HX-Redirect"] == "/sign-in"
    assert not page.body


def test_a_change_sent_while_signed_out_does_not_come_back_by_get(platform, world):
    assert platform.request("POST", "/agency/probe/").location == "/sign-in"


def test_a_machine_without_a_token_is_told_what_is_needed(platform, world):
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
    ):
        answer = platform.request("GET", "/api/v1/probe", headers=headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_machine_needs_the_scope(platform, world):
    now = clock.now()
    for scopes, status in ((["usage:write"], 200), (["usage:read", "clients:write"], 403)):
        credential, _ = accounts.create_credential(world.one, scopes=scopes, by=TESTER, now=now)
        token, _ = accounts.issue_access_token(credential, scopes, now=now)
        headers = {"Authorization": f"Bearer {token}"}
        assert platform.request("GET", "/api/v1/probe", headers=headers).status == status
        assert platform.request("POST", "/api/v1/probe", headers=headers).status == status


def test_a_machine_that_may_only_read_changes_nothing(app, platform, world):
    scopes = [scope for scope in accounts.SCOPES if scope.endswith(":read")]
    credential, _ = accounts.create_credential(world.one, scopes=scopes, by=TESTER, now=clock.now())
    token, _ = accounts.issue_access_token(credential, scopes, now=clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    samples = {"uuid": f"{world.one.id}", "service": "litmus_test", "period": "2026-06"}
    for rule in app.url_map.iter_rules():
        if access.stamp_of(app.view_functions[rule.endpoint]).describe().startswith("machine"):
            path = re.sub(r"<(?:(\w+):)?\w+>", lambda part: samples.get(part[1], "x"), rule.rule)
            for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
                assert platform.request(method, path, headers=headers).status == 403, rule.endpoint


def test_a_token_in_cookie_or_address_is_no_token_and_opens_no_page(platform, browse, world):
    now = clock.now()
    credential, _ = accounts.create_credential(world.one, scopes=["usage:write"], by=TESTER, now=now)
    token, _ = accounts.issue_access_token(credential, ["usage:write"], now=now)
    assert platform.request("GET", f"/api/v1/probe?access_token={token}").status == 401
    assert platform.request("GET", "/api/v1/probe", headers={"Cookie": f"session={token}"}).status == 401
    assert platform.request("GET", "/api/v1/probe", headers={"Authorization": f"Basic {token}"}).status == 401
    assert platform.request("GET", "/api/v1/probe", headers={"Authorization": f"bearer {token}"}).status == 200
    assert platform.request("GET", "/agency/probe/", headers={"Authorization": f"Bearer {token}"}).status == 302
    assert browse(world.ana).get("/api/v1/probe").status == 401


def test_a_role_without_the_permission_is_refused(browse, world):
    assert browse(world.ana).get("/agency/prices").status == 200
    page = browse(world.bruno).get("/agency/prices")
    assert page.status == 403
    assert page.has("Gerente")


def test_who_is_not_of_the_audience_does_not_learn_that_the_page_exists(browse, world):
    operator = accounts.add_operator("ops@ribalta.test", name="Ops", password="quatro palavras boas", now=clock.now())
    assert browse(world.ana).get("/operator/probe").status == 404
    assert browse(operator).get("/operator/probe").status == 200
    assert browse(operator).get("/agency/probe/").status == 404


def test_a_box_opens_its_section_at_once_and_closes_it_at_once(browse, world):
    carla, colleague = browse(world.carla), world.carla
    boss = rights  # the actions below are what the team page calls
    manager = make_contributor(colleague.app, ["team", "menus"])
    by = accounts.Member(manager.person, world.one, colleague.app, manager)
    colleague.app.agency = world.one
    boss.set_box(colleague, "menus", granted=False, by=by, now=clock.now())
    page = carla.get("/office/cantina/menus-probe")
    assert page.status == 403
    assert carla.get("/office/cantina/home-probe").status == 200
    boss.set_box(colleague, "menus", granted=True, by=by, now=clock.now())
    assert carla.get("/office/cantina/menus-probe").status == 200


def test_an_app_one_is_not_a_member_of_is_as_unknown_as_one_that_does_not_exist(browse, world):
    make_client(world.one, "Irmã")
    carla = browse(world.carla)
    sibling = carla.get("/office/irma/menus-probe")
    unknown = carla.get("/office/nichts/menus-probe")
    assert (sibling.status, unknown.status) == (404, 404)
    assert _plain(sibling) == _plain(unknown)
    assert {name: sibling.headers[name] for name in _COMPARED} == {name: unknown.headers[name] for name in _COMPARED}


def test_staff_inside_see_the_one_app_they_entered_while_their_role_opens_it(browse, world):
    inside = browse(world.ana, inside=world.carla.app)
    other = make_app(make_client(world.one, "Outra"))
    assert inside.get("/office/cantina/home-probe").status == 200
    assert inside.get(f"/office/{other.slug}/home-probe").status == 404
    assert browse(world.bruno, inside=world.carla.app).get("/office/cantina/home-probe").status == 404
    billing = make_staff(Role.BILLING, world.one)
    assert browse(billing, inside=world.carla.app).get("/office/cantina/home-probe").status == 404


def test_staff_inside_are_out_for_good_once_they_are_no_staff_of_a_working_agency(browse, world):
    app, page = world.carla.app, "/office/cantina/home-probe"
    assert browse(make_staff(Role.OWNER, world.other), inside=app).get(page).status == 302
    inside = browse(world.ana, inside=app)
    Agency.update(suspended_at=clock.now()).where(Agency.id == world.one.id).execute()
    assert inside.get(page).status == 302
    Agency.update(suspended_at=None).execute()
    assert inside.get(page).status == 302, "the session is over"
    inside = browse(world.ana, inside=app)
    assert inside.get(page).status == 200
    StaffMembership.update(ended_at=clock.now()).where(StaffMembership.id == world.ana.membership_id).execute()
    assert inside.get(page).status == 302


def test_the_frame_of_the_dashboard_is_for_staff_who_are_at_work_there(browse, world):
    ana, carla, inside = browse(world.ana), browse(world.carla), browse(world.ana, inside=world.carla.app)
    page = ana.get("account.security.index")
    assert page.has_link("agency.clients.index") and page.has("Ana Prado")
    operator = accounts.add_operator("ops@ribalta.test", name="Ops", password="quatro palavras boas", now=clock.now())
    assert browse(operator).get("account.profile.index").has("Ops"), "who is no staff has a frame, too"
    assert _policy(inside.get("/inside-too")) == _policy(carla.get("/inside-too")), "inside, they are guests"
    assert _policy(page) != _policy(carla.get("/inside-too"))
    SignIn.update(owes_factor_since=clock.now()).execute()
    page = ana.get("account.fresh.index")
    assert page.status == 200
    assert not page.has_link("agency.clients.index"), "nothing is open before the second factor"


def test_a_suspended_agency_lets_neither_its_staff_nor_its_machines_nor_its_clients_people_in(browse, platform, world):
    now = clock.now()
    credential, _ = accounts.create_credential(world.one, scopes=["usage:write"], by=TESTER, now=now)
    token, _ = accounts.issue_access_token(credential, ["usage:write"], now=now)
    ana, carla = browse(world.ana), browse(world.carla)
    Agency.update(suspended_at=now).where(Agency.id == world.one.id).execute()
    assert ana.get("/agency/probe/").status == 403
    assert carla.get("/inside-too").status == 403
    assert platform.request("GET", "/api/v1/probe", headers={"Authorization": f"Bearer {token}"}).status == 403


def test_staff_inside_have_no_account_page_there(browse, world):
    assert browse(world.ana, inside=world.carla.app).get("/account/").status == 404
    assert browse(world.ana, inside=world.carla.app).get("/inside-too").status == 200


def test_access_taken_from_the_client_ends_the_session_and_says_so(browse, world):
    carla = browse(world.carla)
    tenants.set_client_access(world.carla.app.client, allowed=False, by=TESTER, now=clock.now())
    page = carla.get("/office/cantina/home-probe")
    assert page.status == 403
    assert page.has("Aurora")
    assert carla.get("/office/cantina/home-probe").status == 302
    tenants.set_client_access(world.carla.app.client, allowed=True, by=TESTER, now=clock.now())
    assert carla.get("/office/cantina/home-probe").status == 302


def test_a_closed_app_leaves_the_others_of_the_person_open(browse, world):
    second = make_app(make_client(world.one, "Segunda"))
    make_contributor(second, ["menus"], email=world.carla.person.email)
    carla = browse(world.carla)
    tenants.set_client_suspended(world.carla.app.client, suspended=True, by=TESTER, now=clock.now())
    assert carla.get("/office/cantina/home-probe").status == 403
    assert carla.get("/office/segunda/home-probe").status == 200


def test_a_removed_member_is_a_stranger_on_the_next_request(browse, world):
    carla = browse(world.carla)
    accounts.end_contributor(world.carla, by=TESTER, now=clock.now())
    assert carla.get("/office/cantina/home-probe").status == 302


def test_htmx_headers_change_no_decision(browse, world):
    for headers in ({"HX-Request": "true"}, {"HX-Boosted": "true", "HX-Request": "true"}, {"HX-Target": "x"}):
        assert browse(world.bruno).request("GET", "/agency/prices", headers=headers).status == 403
        assert browse(world.carla).request("GET", "/office/nichts/home-probe", headers=headers).status == 404


def test_what_was_refused_is_told_of_whoever_has_a_house_and_not_of_public_pages(browse, world, platform):
    for one in (browse(world.ana), platform):
        assert one.post("account.forgotten.reset", token="x" * 43).status == 404
    assert browse(world.carla).get("/office/nichts/menus-probe").status == 404
    told = AuditEntry.select().where(AuditEntry.action == "access.denied")
    assert told.count() == 0
    assert browse(world.carla).post("/office/nichts/menus-probe").status == 404
    assert [row.agency_id for row in told] == [world.one.id]


def test_a_view_is_stamped_once_and_only_with_what_exists():
    with pytest.raises(TypeError, match="twice"):
        access.signed_in()(access.public("x", on="both")(lambda: ""))
    with pytest.raises(ValueError, match="nonsense"):
        access.contributor(may="nonsense")
    with pytest.raises(ValueError, match="menus:sing"):
        access.contributor(may="menus:sing")
    with pytest.raises(ValueError, match="scope"):
        access.machine(scope="usage:steal")
    with pytest.raises(ValueError, match="why"):
        access.public("", on="both")
    with pytest.raises(ValueError, match="nothing"):
        access.agency_staff(may="nothing")
    access.agency_staff(may=Permission.OWN)


def test_a_route_without_a_stamp_keeps_the_portal_from_starting(settings, monkeypatch, database):
    from portal import blueprints, create_app

    monkeypatch.setattr(
        blueprints, "register", lambda app: app.add_url_rule("/bare", "agency.bare.index", lambda: "open")
    )
    with pytest.raises(RuntimeError, match=r"agency\.bare\.index"):
        create_app(settings)


_COMPARED = ("Content-Type", "Content-Security-Policy", "Cache-Control", "Referrer-Policy", "Vary")


def _policy(page):
    return page.headers["Content-Security-Policy"]


def _plain(page):
    """The page without its CSRF tokens, which are never the same twice."""
    return page.html.replace(page.browser.tokens[page.browser.host], "…")
