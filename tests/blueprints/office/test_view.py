"""To see what a colleague sees: read-only, in one session, never more than both may, over as soon as it should be."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain import accounts, rights, tenants
from portal.domain.accounts import SignIn
from portal.domain.audit.models import AuditEntry
from portal.domain.rights import BOXES, SectionState
from tests.factories import NOW, TESTER, make_app, make_client, make_contributor, make_member

START, STOP, HOME = "office.view.start", "office.view.stop", "office.home.index"


@pytest.fixture
def lead(cantina):
    """Manages the team, and holds menus and settings."""
    return make_contributor(cantina, ["team", "menus", "menus:publish", "settings"], name="Lia Prado")


def look(browser, cantina, colleague):
    return browser.post(START, app=cantina.slug, contributor_id=colleague.id)


@pytest.fixture
def looking(browse, cantina, fabio, lead):
    """Lia's browser while she looks as Fábio."""
    browser = browse(lead)
    assert look(browser, cantina, fabio).status == 303
    return browser


@pytest.fixture
def staff_looking(browse, cantina, fabio, ana):
    browser = browse(ana, inside=cantina)
    assert look(browser, cantina, fabio).status == 303
    return browser


def viewing(browser, cantina):
    """What the bar says; nothing where there is none."""
    return " ".join(browser.get(HOME, app=cantina.slug).select("string(//div[@class='entry']/span)").split())


@pytest.mark.parametrize("who", ["looking", "staff_looking"])
def test_one_sees_what_the_colleague_sees_under_a_bar_that_says_so(request, cantina, who):
    browser = request.getfixturevalue(who)
    page = browser.get(HOME, app=cantina.slug)
    assert page.has("Fábio", "Cardápios", "Encerrar a visualização", "está vendo como Fábio Nunes")
    assert not page.has("Equipe") and not page.has("Configurações do aplicativo")
    assert browser.get("office.menus.index", app=cantina.slug).has("está vendo como Fábio Nunes")
    for section in ("team", "settings", "services"):
        refused = browser.get(f"/office/{cantina.slug}/{section}/")
        assert refused.status == 403 and refused.has("está vendo como Fábio Nunes")


def test_the_persons_page_has_the_button_where_one_may(browse, cantina, fabio, carla, lead):
    inside = browse(lead)
    page = inside.get("office.team.show", app=cantina.slug, contributor_id=fabio.id)
    page = page.form(START, app=cantina.slug, contributor_id=fabio.id).submit()
    assert page.status == 303 and page.follow().has("está vendo como Fábio Nunes")
    for colleague in (carla, lead):
        page = browse(lead).get("office.team.show", app=cantina.slug, contributor_id=colleague.id)
        assert not page.select(f"//form[contains(@action, '/view/{colleague.id}')]")


def test_the_bar_names_the_agency_of_who_comes_from_it(staff_looking, looking, cantina):
    assert "Ana Prado, de Aurora," in viewing(staff_looking, cantina)
    assert viewing(looking, cantina).startswith("Lia Prado está")


@pytest.mark.parametrize("who", ["looking", "staff_looking"])
@pytest.mark.parametrize("htmx", [False, True])
def test_nothing_can_be_changed_anywhere(request, cantina, fabio, who, htmx):
    browser, office = request.getfixturevalue(who), f"/office/{cantina.slug}"
    ways = [f"{office}/menus/categories", f"{office}/settings/", f"{office}/offers/menus/", f"{office}/team/new"]
    ways += [f"{office}/team/{fabio.id}/menus", "/account/preferences", "/setup/abcdef", "/sign-in"]
    done = AuditEntry.select().where(AuditEntry.action != "access.denied")
    before = done.count()
    for path in ways:
        refused = browser.post(path, {"name": "x", "language": "en", "granted": "no"}, htmx=htmx)
        assert refused.status == 403, path
    assert done.count() == before
    assert rights.boxes_of(fabio) == {"menus"}


def test_the_account_of_who_looks_is_out_of_reach_meanwhile(looking):
    for path in ("/account/", "/account/apps"):
        assert looking.get(path).status == 403
    for path in ("/account/password", "/account/name"):
        assert looking.post(path, {"name": "x"}).status in (403, 404)


def test_ending_it_leads_back_to_oneself_however_often(looking, cantina, fabio, lead):
    page = looking.get(HOME, app=cantina.slug).form(STOP, app=cantina.slug).submit()
    assert page.location.endswith(f"/team/{fabio.id}/")
    assert page.follow().status == 200 and viewing(looking, cantina) == ""
    assert looking.post(STOP, app=cantina.slug).status == 303
    entries = AuditEntry.select().where(AuditEntry.action.startswith("view.")).order_by(AuditEntry.id)
    assert [(e.action, e.actor_name, e.subject) for e in entries] == [
        ("view.started", "Lia Prado", "fabio@cantina.example"),
        ("view.ended", "Lia Prado", "fabio@cantina.example"),
    ]


def test_stopping_takes_a_post_of_its_own_page(looking, cantina):
    assert looking.get(f"/office/{cantina.slug}/view/stop").status == 405
    assert looking.request("POST", f"/office/{cantina.slug}/view/stop").status == 400
    assert viewing(looking, cantina)


def test_staff_leave_to_the_dashboard_from_within_and_a_contributor_signs_out(staff_looking, looking, cantina):
    there = f"http://localhost:8000/agency/clients/{cantina.client_id}/"
    assert staff_looking.post("account.enter.leave").location == there
    assert looking.post("account.sign_out.submit").status == 303
    assert "/sign-in" in looking.get("/").location


def test_the_start_page_stays_inside_the_view(looking, cantina):
    assert looking.get("/").location == f"/office/{cantina.slug}/home/"


def test_it_is_never_nested(looking, staff_looking, cantina, carla, lead):
    for browser in (looking, staff_looking):
        assert look(browser, cantina, carla).status == 403
        assert "Fábio" in viewing(browser, cantina)


def test_nobody_looks_as_himself_or_as_somebody_who_holds_more(browse, cantina, carla, lead):
    browser = browse(lead)
    for colleague in (lead, carla):
        assert look(browser, cantina, colleague).status == 403
        assert viewing(browser, cantina) == ""


def test_what_the_colleague_gets_later_stays_out_of_reach_of_who_does_not_hold_it(
    looking, staff_looking, cantina, fabio
):
    rights.give_boxes(fabio, list(BOXES), by=TESTER, now=NOW)
    path = f"/office/{cantina.slug}/services/"
    assert looking.get(path).status == 403 and not looking.get(HOME, app=cantina.slug).has("Serviços")
    assert staff_looking.get(path).status == 200, "staff may open every section themselves"


def test_who_manages_no_team_looks_as_nobody(browse, cantina, fabio, carla):
    assert look(browse(fabio), cantina, carla).status == 403


@pytest.mark.parametrize("who", ["neighbour", "stranger"])
def test_others_do_not_learn_that_the_person_exists(request, browse, cantina, fabio, who):
    other = request.getfixturevalue(who)
    assert browse(other).post(START, app=cantina.slug, contributor_id=fabio.id).status == 404
    own = browse(other).post(START, app=other.app.slug, contributor_id=fabio.id)
    assert own.status == 404


def test_signed_out_leads_to_sign_in(browser, cantina, fabio):
    there = browser.at("aurora.localhost")
    there.get("/sign-in")
    assert "/sign-in" in there.post(START, app=cantina.slug, contributor_id=fabio.id).location


def test_the_view_is_of_one_session_and_one_back_office(browse, looking, lead, cantina, aurora):
    assert viewing(browse(lead), cantina) == "", "another session of the same person looks as itself"
    second = make_contributor(make_app(make_client(aurora)), ["menus"], email=lead.person.email)
    assert looking.get(HOME, app=second.app.slug).status == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "ends",
    [
        lambda fabio, lead: accounts.end_contributor(fabio, by=TESTER, now=NOW),
        lambda fabio, lead: accounts.limit_contributor(fabio, date(2026, 6, 1), by=TESTER, now=NOW),
        lambda fabio, lead: rights.set_box(
            lead, "team", granted=False, by=make_member(make_contributor(lead.app, list(BOXES))), now=NOW
        ),
    ],
    ids=["the colleague is removed", "his time is over", "who looks no longer manages the team"],
)
def test_it_is_over_with_the_next_click_which_does_nothing(looking, cantina, fabio, lead, ends, method):
    token = looking.token()
    ends(fabio, lead)
    path = f"/office/{cantina.slug}/menus/" + ("" if method == "GET" else "categories")
    page = looking.request(method, path, data={"name": "Pizzas", "csrf_token": token})
    assert page.location == f"/office/{cantina.slug}/home/"
    assert page.follow().has("A visualização terminou")
    assert viewing(looking, cantina) == "" and SignIn.select().where(SignIn.viewing.is_null(False)).count() == 0
    assert AuditEntry.select().where(AuditEntry.action == "view.ended").count() == 1
    assert AuditEntry.select().where(AuditEntry.action == "menu.category_added").count() == 0


def test_somebody_who_cant_come_in_is_not_to_be_seen(browse, client, cantina, fabio, ana):
    tenants.set_client_access(client, allowed=False, by=TESTER, now=NOW)
    refused = look(browse(ana, inside=cantina), cantina, fabio)
    assert refused.status == 422 and refused.has("Fábio Nunes não pode entrar no momento")


def test_a_locked_section_shows_its_offer_to_who_looks_too(looking, client, cantina):
    rights.lock(client, "menus", rights.Offer("We do it."), by=TESTER, now=NOW)
    page = looking.get("office.menus.index", app=cantina.slug)
    assert page.has("We do it.") and page.form("#ask").submit().status == 403
    rights.set_state(client, "menus", SectionState.OFFERED, by=TESTER, now=NOW)
