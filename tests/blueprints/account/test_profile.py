"""One's own account: name, language, light, password."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain.tenants import Agency
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor, make_staff

NEW = "quatro gatos no telhado 7"


@pytest.fixture
def ana(database):
    return make_staff(agency=make_agency("aurora", "Aurora"), name="Ana Prado")


@pytest.fixture
def carla(database):
    return make_contributor(make_app(make_client(make_agency("aurora", "Aurora"), "Cantina")), ["menus"], name="Carla")


def test_staff_find_it_beside_the_tools_of_the_agency(browse, ana):
    page = browse(ana).get("account.profile.index")
    assert page.title.startswith("Minha conta")
    assert page.has("Ferramentas da Agência", "Gerenciar Clientes")
    assert page.select("//details//a[@href='/account/']")


def test_contributors_find_it_in_the_frame_of_their_app(browse, carla):
    page = browse(carla).get("account.profile.index")
    assert page.has("Minha conta", "Cantina", "Cardápios")
    assert "ibalta" not in page.html


def test_name_language_and_light_are_saved(browse, ana):
    browser = browse(ana)
    form = browser.get("account.profile.index").form("#profile")
    page = form.submit(name="  Ana   P. ", language="en", theme="dark").follow()
    assert page.has("Ana P.", "Saved")
    assert page.tree.get("lang") == "en"
    assert page.tree.get("data-bs-theme") == "dark"


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "x" * 121}, {"name": "a\u202eb"}, {"language": "xx"}, {"theme": "neon"}, {"theme": None}],
)
def test_one_bad_field_saves_nothing_and_keeps_what_was_typed(browse, ana, wrong):
    browser = browse(ana)
    changes = {"name": "Another Name", "language": "en", "theme": "dark", **wrong}
    page = browser.get("account.profile.index").form("#profile").submit(**changes)
    assert page.status == 422
    if "name" not in wrong:
        assert page.form("#profile").fields["name"] == ["Another Name"]
    again = browser.get("account.profile.index").form("#profile")
    assert again.fields["name"] == ["Ana Prado"]
    assert again.fields["language"] == ["pt-BR"]


def test_columns_that_are_no_fields_stay_as_they_are(browse, ana):
    browser = browse(ana)
    browser.get("account.profile.index")
    browser.post(
        "account.profile.save",
        {"name": "Ana", "language": "en", "theme": "auto", "is_operator": "1", "email": "x@y.example", "house": "x"},
    )
    page = browser.get("account.profile.index")
    assert page.has(ana.person.email)
    assert browser.get("/operator/").status == 404


def test_the_password_is_changed_by_the_present_one_and_ends_every_other_session(browse, ana):
    here, elsewhere = browse(ana), browse(ana)
    page = here.get("account.profile.index").form("#password").submit(current=PASSWORD, new=NEW)
    assert page.status == 303
    assert here.get("account.profile.index").status == 200
    assert elsewhere.get("account.profile.index").status == 302


@pytest.mark.parametrize(
    ("current", "new"),
    [("wrong", NEW), (PASSWORD, "short"), (PASSWORD, "password1"), (PASSWORD, "x" * 300), (PASSWORD, ""), ("", NEW)],
)
def test_a_password_that_does_not_do_changes_nothing(browse, ana, current, new):
    here, elsewhere = browse(ana), browse(ana)
    page = here.get("account.profile.index").form("#password").submit(current=current, new=new)
    assert page.status == 422
    assert NEW not in page.html
    assert elsewhere.get("account.profile.index").status == 200


def test_signed_out_leads_to_sign_in(browser, database):
    assert browser.get("account.profile.index").location.startswith("/sign-in")
    browser.get("/sign-in")
    assert browser.post("account.profile.save", {"name": "x"}).location == "/sign-in"


@pytest.mark.parametrize("path", ["/account/", "/account/security"])
def test_while_the_agency_is_suspended_its_people_have_no_account_pages(browse, carla, path):
    browser = browse(carla)
    assert browser.get(path).status == 200
    Agency.update(suspended_at=clock.now()).execute()
    assert browser.get(path).status == 403
    assert browser.get(path).status == 302, "signed out"
