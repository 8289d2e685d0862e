from __future__ import annotations

import pytest

from portal.domain import tenants
from tests.browser import Browser
from tests.factories import make_contributor


@pytest.fixture
def keeper(cantina):
    return make_contributor(cantina, ["settings"])


def test_the_app_gets_another_name_and_keeps_its_address(browse, keeper, cantina, aurora):
    page = browse(keeper).get("office.settings.index", app=cantina.slug)
    assert page.by_id("address").get("value") == "http://aurora.localhost:8000/app/cantina-da-praca/"
    page = page.form("office.settings.save", app=cantina.slug).submit(name="  Cantina   Nova ").follow()
    assert page.status == 200 and page.has("Salvo", "Cantina Nova")
    assert tenants.app_by_slug(aurora, cantina.slug).name == "Cantina Nova"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_can_not_be_is_refused_and_kept_to_be_corrected(browse, keeper, cantina, aurora, name):
    page = browse(keeper).get("office.settings.index", app=cantina.slug)
    page = page.form("office.settings.save", app=cantina.slug).submit(name=name)
    assert page.status == 422
    assert page.by_id("f-name").get("value") == name
    assert page.by_id("f-name").get("aria-invalid") == "true"
    assert tenants.app_by_slug(aurora, cantina.slug).name == "Cantina da Praça"


def test_markup_in_a_name_is_only_text(browse, keeper, cantina):
    page = browse(keeper).get("office.settings.index", app=cantina.slug)
    page = page.form("office.settings.save", app=cantina.slug).submit(name="<script>alert(1)</script>").follow()
    assert page.has("<script>alert(1)</script>")


def test_too_little_right_another_app_and_no_session(browse, app, settings, fabio, neighbour, cantina):
    assert browse(fabio).post("office.settings.save", {"name": "x"}, app=cantina.slug).status == 403
    assert browse(neighbour).post("office.settings.save", {"name": "x"}, app=cantina.slug).status == 404
    nobody = Browser(app, settings, "aurora.localhost")
    assert nobody.request("POST", nobody.url("office.settings.save", app=cantina.slug)).status == 302


def test_a_form_without_the_token_changes_nothing(browse, keeper, cantina, aurora):
    session = browse(keeper)
    page = session.request("POST", session.url("office.settings.save", app=cantina.slug), data={"name": "x"})
    assert page.status == 400
    assert tenants.app_by_slug(aurora, cantina.slug).name == "Cantina da Praça"


def test_another_verb_is_not_known(browse, keeper, cantina):
    assert browse(keeper).post("office.settings.save", {"name": "x"}, app=cantina.slug, method="PUT").status == 405
