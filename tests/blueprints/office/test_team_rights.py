"""All boxes of somebody at once: by a ready-made set or like somebody else, never beyond one's own."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.domain import rights
from portal.domain.audit.models import AuditEntry
from tests.browser import Browser
from tests.factories import make_contributor


@pytest.fixture
def boss(cantina):
    return make_contributor(cantina, ["team", "menus"], email="boss@cantina.example", name="Bia Souza")


def preview(browse, person, app, colleague, **asked):
    return browse(person).get("office.team_rights.show", app=app.slug, contributor_id=colleague.id, **asked)


def test_the_rights_of_somebody_are_copied_after_a_look_at_what_changes(browse, carla, fabio, cantina):
    model = make_contributor(cantina, ["services", "services:use"], email="maria@cantina.example", name="Maria")
    page = browse(carla).get("office.team.show", app=cantina.slug, contributor_id=fabio.id)
    assert "maria@cantina.example" in page.select("//datalist/option/@value")
    page = preview(browse, carla, cantina, fabio, like=" MARIA@cantina.example")
    assert page.has("Serviços", "Usar", "é dado", "Cardápios", "é retirado")
    assert rights.boxes_of(fabio) == {"menus"}
    page = page.form("#set").submit().follow()
    assert page.has("Salvo") and rights.boxes_of(fabio) == rights.boxes_of(model)
    assert {entry.details["box"] for entry in AuditEntry.select().where(AuditEntry.action == "right.granted")} == {
        "services",
        "services:use",
    }
    assert preview(browse, carla, cantina, fabio, like="maria@cantina.example").has("Nada mudaria")


def test_a_ready_made_set_is_looked_at_and_set(browse, carla, fabio, cantina):
    page = preview(browse, carla, cantina, fabio, preset="restaurant")
    assert page.has("Publicar", "é dado") and not page.has("é retirado")
    page.form("#set").submit()
    assert rights.boxes_of(fabio) == {"menus", "menus:publish"}
    preview(browse, carla, cantina, fabio, preset="nothing").form("#set").submit()
    assert rights.boxes_of(fabio) == frozenset()


def test_a_set_is_offered_where_it_ticks_something_that_exists(browse, carla, boss, fabio, cantina):
    page = browse(carla).get("office.team.show", app=cantina.slug, contributor_id=fabio.id)
    assert page.has("Restaurante") and not page.has("Marketing")
    services = make_contributor(cantina, ["team", "services"])
    page = browse(services).get("office.team.new", app=cantina.slug)
    assert not page.has("Restaurante") and page.has("Selecionar tudo")


def test_a_copy_gives_no_more_than_one_holds_and_says_of_the_rest_how_many(browse, boss, carla, fabio, cantina):
    assert len(rights.boxes_of(carla) - rights.boxes_of(boss)) == 5
    said = "5 direitos dessa pessoa ficam de fora"
    page = preview(browse, boss, cantina, fabio, like=carla.person.email)
    assert page.form("#set").fields["boxes"] == ["menus", "team"] and not page.has("Serviços")
    assert page.has(said)
    page = browse(boss).get("office.team.new", app=cantina.slug)
    page = page.browser.post(
        "office.team.arrange", {"preset": "copy", "like": "carla@cantina.example"}, htmx=True, app=cantina.slug
    )
    assert page.select("//input[@name='boxes'][@checked]/@value") == ["menus", "team"]
    assert page.has(said) and not page.has("Serviços")
    for who, asked in ((carla, {"like": carla.person.email}), (boss, {"preset": "nothing"})):
        assert not preview(browse, who, cantina, fabio, **asked).has("de fora")


def test_what_is_hidden_from_the_form_stays_as_it_is(browse, carla, cantina):
    row = make_contributor(cantina, ["statements", "menus"])
    rights.set_available(cantina.client, "statements", available=False)
    preview(browse, carla, cantina, row, preset="nothing").form("#set").submit()
    assert rights.boxes_of(row) == {"statements"}


@pytest.mark.parametrize("asked", [{"like": "nobody@a.example"}, {"like": ""}, {"like": "\x00"}, {"preset": "x"}, {}])
def test_a_set_that_there_is_not_is_said_at_its_field(browse, carla, fabio, cantina, asked):
    page = preview(browse, carla, cantina, fabio, **asked)
    assert page.status == 422 and rights.boxes_of(fabio) == {"menus"}
    if "preset" not in asked:
        assert page.by_id("f-like").get("aria-invalid") == "true"


def test_whoever_is_of_another_app_or_agency_is_nobody_to_copy_from(browse, carla, neighbour, stranger, cantina):
    for other in (neighbour, stranger):
        page = browse(carla).post(
            "office.team.arrange", {"preset": "copy", "like": other.person.email}, htmx=True, app=cantina.slug
        )
        assert page.status == 200 and page.has("Ninguém da equipe tem este endereço")


def test_nobody_sets_more_than_he_holds_himself_or_somebody_above(browse, boss, carla, fabio, cantina):
    def put(session, colleague, boxes):
        where = {"app": cantina.slug, "contributor_id": colleague.id}
        return session.post("office.team_rights.apply", {"boxes": boxes}, **where).status

    session = browse(boss)
    assert put(session, fabio, ["menus", "services"]) == 403
    assert put(session, carla, []) == 403 and put(session, boss, ["menus"]) == 403
    assert rights.boxes_of(fabio) == {"menus"} and "menus" in rights.boxes_of(carla)
    assert put(session, fabio, ["menus", "billing", "", "owner", *["menus"] * 5000]) in (303, 403)
    assert rights.boxes_of(fabio) == {"menus"}


def test_language_and_notices_of_a_person_are_changed(browse, carla, fabio, cantina):
    page = browse(carla).get("office.team.show", app=cantina.slug, contributor_id=fabio.id)
    page = page.form("#contact").submit(language="en", notices=None).follow()
    form = page.form("#contact")
    assert page.has("Salvo") and form.value("language") == "en" and "notices" not in form.fields
    [entry] = AuditEntry.select().where(AuditEntry.action == "contributor.changed")
    assert entry.details["changes"] == {"language": ["pt-BR", "en"], "notices": [True, False]}
    page = form.submit(language="tlh")
    assert page.status == 422 and page.by_id("f-language").get("aria-invalid") == "true"


def test_nobody_else_sets_anything(browse, app, settings, boss, carla, fabio, neighbour, stranger, cantina):
    cases = [
        ("GET", "office.team_rights.show"),
        ("POST", "office.team_rights.apply"),
        ("POST", "office.team.contact"),
    ]
    for method, endpoint in cases:

        def ask(session, who=fabio, method=method, endpoint=endpoint):
            return session.request(
                method, session.url(endpoint, app=cantina.slug, contributor_id=getattr(who, "id", who))
            )

        for person, status in ((neighbour, 404), (stranger, 404), (fabio, 403)):
            assert ask(browse(person)).status == status, (endpoint, person)
        assert ask(Browser(app, settings, "aurora.localhost")).status == 302
    session, where = browse(boss), {"app": cantina.slug, "contributor_id": carla.id}
    assert session.post("office.team.contact", {"language": "en"}, **where).status == 403
    where["contributor_id"] = uuid4()
    assert session.post("office.team_rights.apply", {"boxes": []}, **where).status == 404
