"""Which letters about limits one gets: turned down, or one a day; never off where it costs an owner money."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import Contributor, Notices, Role
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_staff, record_usage

ALL = {"approaching": "yes", "reached": "yes", "foreseen": "yes", "resolved": "yes", "rhythm": "at_once"}


@pytest.fixture(autouse=True)
def today(database):
    yield
    clock.forget()


@pytest.fixture
def aurora(database):
    return make_agency("aurora", "Aurora")


@pytest.fixture
def ana(aurora):
    return make_staff(Role.OWNER, aurora)


@pytest.fixture
def carla(aurora):
    return make_contributor(make_app(make_client(aurora, "Cantina")), ["services"])


def test_the_account_leads_to_it(browse, ana, carla):
    for who in (ana, carla):
        assert browse(who).get("account.profile.index").has_link("account.notices.index")
    assert browse(ana).get("account.profile.index").has("com que frequência")
    assert not browse(carla).get("account.profile.index").has("com que frequência"), "it is one switch"


@pytest.mark.parametrize(("boxes", "led"), [(["menus"], False), (["statements"], True), ([], False)])
def test_who_gets_no_such_letter_is_led_to_no_choice(browse, carla, boxes, led):
    person = make_contributor(carla.app, boxes)
    assert browse(person).get("account.profile.index").has_link("account.notices.index") == led


def test_staff_choose_letter_by_letter(browse, ana):
    page = browse(ana).get("account.notices.index")
    form = page.form("#notices")
    assert {name: form.value(name) for name in ALL} == ALL, "at first everything, at once"
    page = form.submit(approaching=None, resolved=None, rhythm="daily").follow()
    assert page.has("Saved") or page.has("Salvo")
    assert accounts.notices_of(ana.person) == Notices(False, True, True, False, "daily")
    form = page.form("#notices")
    assert form.value("rhythm") == "daily" and form.value("approaching") is None


def test_an_owner_reads_what_can_not_be_turned_off(browse, ana, aurora):
    words = "Onde o uso além do limite custa dinheiro, esta mensagem sempre chega"
    assert browse(ana).get("account.notices.index").has(words)
    assert not browse(make_staff(Role.ADMIN, aurora)).get("account.notices.index").has(words)


def test_a_banner_of_the_back_office_stands_above_the_account_too(browse, carla):
    record_usage(carla.app.client, "litmus_test", 13)
    clock.move_to(NOW)
    page = browse(carla).get("account.notices.index")
    assert page.status == 200 and page.has("Teste de Litmus passou do limite: 13 de 10")
    assert page.has_link("office.services.show", app=carla.app.slug, key="litmus_test")


def test_contributors_turn_administrative_notices_off_and_on(browse, carla):
    page = browse(carla).get("account.notices.index")
    assert "ibalta" not in page.html and page.has("Avisos administrativos")
    page = page.form("#notices").submit(wanted=None).follow()
    assert not Contributor.get_by_id(carla.id).wants_notices
    page.form("#notices").submit(wanted="yes")
    assert Contributor.get_by_id(carla.id).wants_notices


@pytest.mark.parametrize("wrong", [{"rhythm": "never"}, {"rhythm": None}, {"reached": "maybe"}])
def test_a_wrong_value_saves_nothing_and_keeps_what_was_chosen(browse, ana, wrong):
    form = browse(ana).get("account.notices.index").form("#notices")
    page = form.submit(**{"approaching": None, "rhythm": "daily", **wrong})
    assert page.status == 422 and page.form("#notices").value("approaching") is None
    assert accounts.notices_of(ana.person) == Notices()


def test_each_chooses_for_himself_alone(browse, ana, aurora):
    other = make_staff(Role.OWNER, aurora)
    browse(ana).get("account.notices.index").form("#notices").submit(approaching=None)
    assert accounts.notices_of(other.person) == Notices()


def test_signed_out_leads_to_sign_in(browser, database):
    assert browser.get("account.notices.index").location.startswith("/sign-in")
