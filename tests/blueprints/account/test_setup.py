"""The link of an invitation: looked at without harm, accepted once, by the one it is for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts, invitations, rights, sign_in
from tests.browser import Browser
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor, make_member, make_staff

NEW = "quatro gatos no telhado 7"


@pytest.fixture
def cantina(database):
    return make_app(make_client(make_agency("aurora", "Aurora"), "Cantina da Praça"))


@pytest.fixture
def boss(cantina):
    return make_member(make_staff(agency=cantina.agency, name="Ana Prado"), cantina)


@pytest.fixture
def aurora(app, settings):
    return Browser(app, settings, "aurora.localhost")


@pytest.fixture
def invited(boss):
    """The path of a new link, and its invitation."""

    def invite(email="novo@cantina.example", boxes=("menus",), **options):
        row = invitations.invite(
            boss, email, list(boxes), origin="http://aurora.localhost:8000", now=clock.now(), **options
        )
        link = invitations.resend(row, by=boss, origin="", now=clock.now())
        return link, invitations.invitation_of(boss, row.id)

    return invite


def test_the_page_says_who_invited_to_what_and_opens_nothing_by_itself(aurora, invited):
    link, _ = invited()
    for _ in range(3):
        page = aurora.get(link)
        assert page.status == 200
        assert page.has("Ana Prado", "Cantina da Praça")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert aurora.request("HEAD", link).status == 200
    assert "ibalta" not in page.html
    assert aurora.get("/account/").status == 302


def test_who_accepts_sets_a_password_and_lands_in_his_only_section(aurora, invited, cantina):
    link, _ = invited()
    page = aurora.get(link).form("#setup").submit(name="Nova Pessoa", password=NEW)
    assert page.status == 303
    assert page.location == f"/office/{cantina.slug}/menus/"
    page = page.follow()
    assert page.status == 200
    assert page.has("Cardápios")
    assert not page.has("Extratos")


def test_a_used_link_is_as_dead_as_an_unknown_one(app, settings, aurora, invited):
    link, _ = invited()
    aurora.get(link).form("#setup").submit(name="Nova Pessoa", password=NEW)
    other = Browser(app, settings, "aurora.localhost")
    used, unknown = other.get(link), other.get("/setup/" + "x" * 43)
    assert used.status == unknown.status == 404
    assert len(used.html) == len(unknown.html)
    other.get("/sign-in")
    assert other.post(link, {"name": "X", "password": NEW}).status == 404


def test_dead_links_are_refused_alike(aurora, invited, boss, app, settings):
    cut, row = invited("a@cantina.example")
    replaced, row = invited("b@cantina.example")
    invitations.resend(row, by=boss, origin="", now=clock.now())
    revoked, row = invited("c@cantina.example")
    invitations.revoke(row, by=boss, now=clock.now())
    flipped, _ = invited("d@cantina.example")
    flipped = flipped[:-1] + ("A" if flipped[-1] != "A" else "B")
    aurora.get("/sign-in")
    for link in (cut[:-3], replaced, revoked, flipped, "/setup/x"):
        page = aurora.get(link)
        assert page.status == 404
        assert page.has("Este link não funciona mais", "Se você já o usou, entre.") and not page.has("Não há nada aqui")
        assert page.has_link("account.sign_in.show")
        assert aurora.post(link, {"name": "X", "password": NEW}).status == 404


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (1, 404)])
def test_a_link_lives_as_long_as_it_was_said(aurora, invited, monkeypatch, seconds, status):
    link, row = invited()
    later = invitations.preview(row.app.agency, link.rpartition("/")[2], now=clock.now())[0].expires_at
    monkeypatch.setattr(clock, "now", lambda: later + timedelta(seconds=seconds))
    assert aurora.get(link).status == status


def test_a_link_of_one_agency_is_none_at_another(app, settings, invited):
    make_agency("northwind", "Northwind")
    link, _ = invited()
    assert Browser(app, settings, "northwind.localhost").get(link).status == 404
    assert Browser(app, settings, "localhost").get(link).status == 404


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", NEW),
        ("Nova", "short"),
        ("Nova", "password1"),
        ("Nova", ""),
        ("x" * 121, NEW),
        ("Nova", "y" * 300),
        ("a\x00\nb\u202e", NEW),
    ],
)
def test_a_bad_field_accepts_nothing_and_keeps_what_was_typed(aurora, invited, name, password):
    link, _ = invited()
    page = aurora.get(link).form("#setup").submit(name=name, password=password)
    assert page.status == 422
    assert page.form("#setup").fields["password"] == [""]
    assert aurora.get("/account/").status == 302
    assert aurora.get(link).form("#setup").submit(name="Nova", password=NEW).status == 303


def test_fields_that_are_none_are_ignored(aurora, invited, cantina):
    link, _ = invited()
    aurora.get(link)
    aurora.post(link, {"name": "Nova", "password": NEW, "email": "x@y.example", "boxes": "team", "role": "owner"})
    person = accounts.person_in(str(cantina.agency.id), "novo@cantina.example")
    assert person is not None
    assert rights.boxes_of(accounts.contributor_in(cantina, person)) == {"menus"}


def test_somebody_else_who_is_signed_in_is_told_and_nothing_happens(browse, invited, cantina):
    link, _ = invited()
    other = browse(make_contributor(cantina, email="outra@cantina.example"))
    page = other.get(link)
    assert page.status == 403
    assert page.has("outra@cantina.example", "n…@c….example")
    assert "novo@" not in page.html
    assert page.select("//form[@action='/sign-out']")
    assert other.post(link, {"name": "X", "password": NEW}).status == 403
    assert other.get(link).status == 403


def test_staff_inside_can_not_accept_for_somebody(browse, invited, cantina, boss):
    link, _ = invited()
    assert browse(boss, inside=cantina).get(link).status == 403


def test_who_has_an_account_here_proves_it_by_its_password(aurora, invited, cantina):
    second = make_app(make_client(cantina.agency, "Segunda"))
    known = make_contributor(second, ["menus"], email="carla@cantina.example")
    link, _ = invited("carla@cantina.example")
    page = aurora.get(link)
    assert "name" not in page.form("#setup").fields
    assert page.form("#setup").submit(password="wrong password").status == 422
    assert aurora.get(link).form("#setup").submit(password=PASSWORD).status == 303
    assert accounts.contributor_in(cantina, known.person) is not None


def test_a_copied_link_tells_nobody_whether_there_is_an_account(aurora, invited, cantina, boss):
    make_contributor(make_app(make_client(cantina.agency, "Segunda")), email="carla@cantina.example")
    seen = []
    for email in ("carla@cantina.example", "nobody@cantina.example"):
        _, row = invited(email)
        link = invitations.copy_link(row, by=boss, origin="", now=clock.now())
        page = aurora.get(link)
        refused = page.form("#setup").submit(name="", password="wrong")
        seen.append([_form_of(page), refused.status, _form_of(refused)])
    assert seen[0] == seen[1]
    _, row = invited("dora@cantina.example")
    link = invitations.copy_link(row, by=boss, origin="", now=clock.now())
    assert aurora.get(link).form("#setup").submit(name="Dora", password=NEW).status == 303


def _form_of(page):
    return (page.title, *page.select("//form[@id='setup']//label/text() | //form[@id='setup']//button//text()"))


def test_a_second_factor_is_not_passed_by_with_a_link(aurora, invited, cantina, monkeypatch):
    second = make_app(make_client(cantina.agency, "Segunda"))
    known = make_contributor(second, ["menus"], email="carla@cantina.example")
    link, _ = invited("carla@cantina.example")
    monkeypatch.setattr(sign_in, "has_factor", lambda person: person == known.person)
    page = aurora.get(link).form("#setup").submit(password=PASSWORD)
    assert page.location.startswith("/sign-in?next=/office/cantina")
    assert aurora.get("/account/").status == 302
    assert accounts.contributor_in(cantina, known.person) is not None


def test_an_account_at_another_agency_is_not_known_here(aurora, invited):
    elsewhere = make_contributor(make_app(make_client(make_agency())), email="novo@cantina.example")
    link, _ = invited()
    page = aurora.get(link)
    assert "name" in page.form("#setup").fields
    page.form("#setup").submit(name="Nova", password=NEW)
    assert accounts.matches(accounts.person_in(elsewhere.person.house, "novo@cantina.example").password_hash, PASSWORD)


def test_the_page_speaks_the_language_of_the_invitation(aurora, invited):
    link, _ = invited(language="en")
    page = aurora.get(link)
    assert page.tree.get("lang") == "en"
    assert page.has("Welcome to Cantina da Praça")


def test_nothing_leads_to_another_place_or_carries_the_token_on(aurora, invited):
    link, _ = invited()
    page = aurora.get(link)
    addresses = page.select("//@href | //@src | //@action")
    assert all(address.startswith(("/", "#", "mailto:")) for address in addresses)
    after = page.form("#setup").submit(name="Nova", password=NEW)
    assert link.rpartition("/")[2] not in after.location
