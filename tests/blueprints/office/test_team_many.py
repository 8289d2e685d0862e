"""Many invited at once, as pages: pasted, looked at line by line, sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import invitations
from tests.browser import Browser
from tests.factories import make_contributor, make_member

LIFE = timedelta(days=7)


class Homes:
    def home_of(self, agency):
        return "http://aurora.localhost:8000"


def paste(browse, person, app, addresses, **fields):
    page = browse(person).get("office.team_many.index", app=app.slug)
    return page.form("#invite").submit(addresses=addresses, **fields)


@pytest.fixture
def batch(carla):
    given = {"language": "en", "ends_on": None, "now": clock.now()}
    return invitations.begin_list(make_member(carla), "lia@a.example\nnonsense", ["menus"], **given)


def test_a_list_is_looked_at_sent_and_told_how_far_it_is(browse, app, settings, carla, fabio, cantina):
    assert browse(carla).get("office.team.index", app=cantina.slug).has_link("office.team_many.index", app=cantina.slug)
    page = paste(browse, carla, cantina, "Lia Souza <lia@a.example>\nnonsense\nfabio@cantina.example", boxes=["menus"])
    page = page.follow()
    assert page.has("1 pessoa será convidada.", "2 linhas ficam de fora.", "Lia Souza", "Esta pessoa já está na equipe")
    assert page.has("1 direito para cada pessoa", "Cada pessoa recebe: Cardápios: Acesso")
    assert not invitations.open_invitations(make_member(carla))
    page = page.form(f"{page.path}send").submit().follow()
    batch = invitations.running_list(make_member(carla))
    assert page.has("Os convites estão saindo", "0 de 1")
    where = {"app": cantina.slug, "batch_id": batch.id}
    part = browse(carla).get("office.team_many.progress", htmx=True, **where)
    assert part.status == 200 and not part.is_whole and part.has("0 de 1")
    invitations.list_work(batch.id, homes=Homes(), life=LIFE, now=clock.now())
    part = browse(carla).get("office.team_many.progress", htmx=True, **where)
    assert part.status == 204 and part.location == browse(carla).url("office.team_many.show", **where)
    page = browse(carla).get("office.team_many.progress", **where).follow()
    assert page.has("1 convite foi enviado.", "convite enviado", "lia@a.example")
    assert browse(carla).get("office.team.index", app=cantina.slug).has("lia@a.example", "Lia Souza", "pendente")
    [row] = invitations.open_invitations(make_member(carla), "lia@a.example")
    row.app = cantina
    link = invitations.copy_link(row, by=make_member(carla), origin="", now=clock.now())
    assert Browser(app, settings, "aurora.localhost").get(link).form("#setup").value("name") == "Lia Souza"


def test_what_was_pasted_comes_back_to_be_changed_or_is_forgotten(browse, carla, cantina, batch):
    page = browse(carla).get("office.team_many.show", app=cantina.slug, batch_id=batch.id).click("Mudar a lista")
    form = page.form("#invite")
    assert form.value("addresses") == "lia@a.example\nnonsense" and form.fields["boxes"] == ["menus"]
    assert browse(carla).get("office.team_many.index", app=cantina.slug, again="x").status == 200
    page = browse(carla).get("office.team_many.show", app=cantina.slug, batch_id=batch.id)
    page = page.form("office.team_many.discard", app=cantina.slug, batch_id=batch.id).submit().follow()
    assert page.has("Ninguém foi convidado.")
    assert browse(carla).get("office.team_many.show", app=cantina.slug, batch_id=batch.id).status == 404


def test_too_many_lists_that_wait_are_told_at_the_field_and_the_addresses_stay(browse, carla, cantina):
    given = {"language": "en", "ends_on": None, "now": clock.now()}
    for colleague in [make_member(make_contributor(cantina, ["team"])) for _ in range(4)] * 5:
        invitations.begin_list(colleague, "x@a.example", [], **given)
    page = paste(browse, carla, cantina, "lia@a.example")
    assert page.status == 422 and page.form("#invite").value("addresses") == "lia@a.example"
    assert page.by_id("f-addresses").get("aria-invalid") == "true" and page.has("20 listas desta equipe já esperam")


@pytest.mark.parametrize(
    ("fields", "field", "status"),
    [
        ({"addresses": ""}, "addresses", 422),
        ({"addresses": "a@a.example\n" * 501}, "addresses", 422),
        ({"ends_on": "2020-01-01"}, "ends_on", 422),
        ({"language": "tlh"}, "language", 422),
        ({"boxes": ["billing"]}, None, 422),
    ],
)
def test_what_can_not_be_is_said_and_kept(browse, carla, cantina, fields, field, status):
    page = paste(browse, carla, cantina, **({"addresses": "lia@a.example"} | fields))
    assert page.status == status and page.has("Nada foi enviado ainda.")
    if field:
        assert page.by_id(f"f-{field}").get("aria-invalid") == "true"
    assert page.form("#invite").value("addresses").strip() == fields.get("addresses", "lia@a.example").strip()


def test_boxes_are_arranged_as_for_one_person_and_never_beyond_ones_own(browse, cantina):
    boss = make_contributor(cantina, ["team", "menus"])
    session = browse(boss)
    page = session.post("office.team_many.arrange", {"preset": "everything"}, htmx=True, app=cantina.slug)
    assert page.select("//input[@name='boxes'][@checked]/@value") == ["menus", "team"]
    page = session.post("office.team_many.arrange", {"preset": "nothing", "addresses": "a@a.example"}, app=cantina.slug)
    assert page.is_whole and page.form("#invite").value("addresses") == "a@a.example"
    assert paste(browse, boss, cantina, "a@a.example", boxes=["services"]).status == 403


def test_a_list_is_nobody_elses(browse, app, settings, carla, fabio, neighbour, stranger, cantina, batch):
    colleague = make_contributor(cantina, ["team"])
    cases = [
        ("GET", "office.team_many.index", {}),
        ("POST", "office.team_many.create", {}),
        ("POST", "office.team_many.arrange", {}),
        ("GET", "office.team_many.show", {"batch_id": batch.id}),
        ("GET", "office.team_many.progress", {"batch_id": batch.id}),
        ("POST", "office.team_many.send", {"batch_id": batch.id}),
        ("POST", "office.team_many.discard", {"batch_id": batch.id}),
    ]
    sessions = [(browse(person), status) for person, status in ((stranger, 404), (neighbour, 404), (fabio, 403))]
    nobody = Browser(app, settings, "aurora.localhost")
    for method, endpoint, values in cases:
        for session, status in sessions:
            assert session.request(method, session.url(endpoint, app=cantina.slug, **values)).status == status, endpoint
        assert nobody.request(method, nobody.url(endpoint, app=cantina.slug, **values)).status == 302
        if values:
            session = browse(colleague)
            found = session.get(endpoint, app=cantina.slug, **values) if method == "GET" else None
            found = found or session.post(endpoint, app=cantina.slug, **values)
            assert found.status == 404, endpoint
    assert invitations.list_of(make_member(carla), batch.id).state == "checking"
