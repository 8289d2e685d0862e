"""The vendor's badge beside the boxes that show it, the seal that says so, and who is never sent either (R53-R57)."""

from __future__ import annotations

import pytest

from portal.domain import rights
from portal.domain.rights import SECTIONS, VENDOR_BRANDED
from tests.blueprints.office.conftest import EVERYTHING
from tests.factories import change_settings, make_contributor

ALT = "mostra a marca Ribalta"
SEAL, NO_SEAL = "100 % marca branca", "Ainda não é 100 % marca branca"


@pytest.fixture
def lia(cantina, client):
    """The team and everything else, the sections under the vendor's mark too."""
    change_settings(client, direct_support=True)
    return make_contributor(cantina, [*EVERYTHING, "help", "support"], email="lia@cantina.example", name="Lia Prado")


@pytest.fixture
def maria(cantina):
    return make_contributor(cantina, ["menus", "help", "support"], email="maria@cantina.example", name="Maria")


def rows_with_badge(page):
    rows = page.select(f"//tr[th//img[@alt='{ALT}']]")
    return {row.xpath("string(.//div[@class='who']/div/text()[1])").strip() for row in rows}


@pytest.mark.parametrize("endpoint", ["office.team.new", "office.team_many.index"])
def test_the_badge_stands_beside_exactly_the_flagged_boxes(browse, lia, cantina, endpoint):
    page = browse(lia).get(endpoint, app=cantina.slug)
    assert rows_with_badge(page) == {"Suporte Direto", "Ajuda online"}
    assert {s.key for s in SECTIONS if s.vendor_branded} == {"support", "help"} == set(VENDOR_BRANDED)
    assert page.has("Seções que mostram a marca Ribalta", "Este selo fica ao lado de cada seção")
    assert not page.select("//input[@value='help'][@checked]"), "unticked for a new contributor"
    assert SEAL in page.by_id("seal").text_content()


def test_the_page_of_a_person_and_the_look_at_a_set_carry_it_too(browse, lia, maria, cantina):
    page = browse(lia).get("office.team.show", app=cantina.slug, contributor_id=maria.id)
    assert rows_with_badge(page) == {"Suporte Direto", "Ajuda online"}
    assert page.has(NO_SEAL, "Suporte Direto e Ajuda online mostram a marca Ribalta.")
    page = browse(lia).get("office.team_rights.show", app=cantina.slug, contributor_id=maria.id, preset="white-label")
    assert rows_with_badge(page) == {"Suporte Direto", "Ajuda online"}
    page = browse(lia).get("office.team_matrix.index", app=cantina.slug)
    assert len(page.select(f"//th//img[@alt='{ALT}']")) == 2


def test_the_seal_follows_the_boxes_of_an_invitation_and_its_button_unticks_them(browse, lia, cantina):
    session = browse(lia)
    arrange = session.url("office.team.arrange", app=cantina.slug)
    data = {**session.get("office.team.new", app=cantina.slug).form("#invite").fields, "email": "new@cantina.example"}
    data["boxes"] = ["menus", "help"]
    page = session.request("POST", arrange, data=data, htmx=True)
    assert page.has(NO_SEAL, "Desmarcar Ajuda online") and not page.is_whole
    for htmx in (True, False):
        page = session.request("POST", arrange, data={**data, "preset": "unbranded"}, htmx=htmx)
        assert page.has(SEAL) and not page.has(NO_SEAL)
        assert page.select("//input[@name='boxes'][@checked]/@value") == ["menus"]
    assert page.form("#invite").value("email") == "new@cantina.example", "what was typed is kept"
    page = session.request("POST", arrange, data={**data, "preset": "white-label"}, htmx=True)
    assert set(page.select("//input[@name='boxes'][@checked]/@value")) == set(EVERYTHING)


@pytest.mark.parametrize("htmx", [True, False])
def test_one_button_makes_a_person_white_label_at_once(browse, lia, maria, cantina, htmx):
    session = browse(lia)
    where = {"app": cantina.slug, "contributor_id": maria.id}
    page = session.post("office.team.white_label", {}, htmx=htmx, **where)
    assert rights.boxes_of(maria) == {"menus"}
    if htmx:
        assert not page.select("//button[@role='switch'][@aria-checked='true'][contains(@aria-label, 'Ajuda')]")
        assert "right-changed" in page.headers["HX-Trigger"]
    else:
        assert page.follow().has(SEAL, "Salvo")
    assert session.get("office.team.seal", **where).has(SEAL)
    session.post("office.team.white_label", {}, **where)
    assert rights.boxes_of(maria) == {"menus"}, "a second time changes nothing"
    assert browse(maria).get("office.help.index", app=cantina.slug).status == 403


def test_ticks_of_what_is_not_offered_now_go_along(browse, lia, maria, client, cantina):
    change_settings(client, direct_support=False)
    page = browse(lia).get("office.team.show", app=cantina.slug, contributor_id=maria.id)
    seal = page.by_id("seal").text_content()
    assert "Ajuda online mostra a marca Ribalta." in seal and "Suporte Direto" not in seal
    browse(lia).post("office.team.white_label", {}, app=cantina.slug, contributor_id=maria.id)
    assert rights.boxes_of(maria) == {"menus"}


def test_who_holds_no_such_box_is_sent_no_word_of_it(browse, carla, lia, fabio, cantina):
    boss = browse(carla)
    who = {"app": cantina.slug, "contributor_id": fabio.id}
    pages = [boss.get(page, app=cantina.slug) for page in ("office.team.new", "office.team_many.index")]
    pages += [boss.get(page, **who) for page in ("office.team.show", "office.team_matrix.reasons")]
    pages += [boss.get(page, app=cantina.slug) for page in ("office.team_matrix.index", "office.team.index")]
    pages.append(boss.get("office.team_rights.show", **who, preset="everything"))
    pages.append(boss.get("office.home.index", app=cantina.slug))
    for page in pages:
        text = page.body.decode().lower()
        for word in ("ribalta", "marca branca", "ajuda online", "suporte direto", "/marks/", "/help/"):
            assert word not in text, f"{word} at {page.path}"
    assert boss.get("office.marks.show", app=cantina.slug, name="badge").status == 403
    assert boss.get("office.team.seal", **who).status == 403
    assert boss.post("office.team.white_label", {}, **who).status == 403


def test_nor_does_he_learn_of_it_by_a_colleague_who_holds_one(browse, carla, lia, maria, cantina):
    boss, who = browse(carla), {"app": cantina.slug, "contributor_id": maria.id}
    typed = {"email": "z@cantina.example", "addresses": "z@cantina.example", "language": "pt-BR", "boxes": "help"}
    copied = {"preset": "copy", "like": maria.person.email}
    pages = [boss.get(f"office.{page}", **who) for page in ("team.show", "team.menu", "team_matrix.reasons")]
    pages += [boss.get("office.team_rights.show", **who, **more) for more in ({"preset": "everything"}, copied)]
    pages += [boss.get(f"office.{page}", app=cantina.slug) for page in ("team.index", "team_matrix.index")]
    pages += [boss.get("office.team_matrix.export", app=cantina.slug), boss.get("office.team.seal", **who)]
    for begun in ("team", "team_many"):
        create = "invite" if begun == "team" else "create"
        pages += [boss.post(f"office.{begun}.{create}", typed, app=cantina.slug)]
        pages += [boss.post(f"office.{begun}.arrange", typed | copied, app=cantina.slug, htmx=on) for on in (0, 1)]
    pages += [boss.post(f"office.team.{act}", {"language": "x", "ends_on": "x"}, **who) for act in ("end", "contact")]
    for page in pages:
        for word in ("ribalta", "marca branca", "ajuda online", "suporte direto", "/marks/", "headset", "help-circle"):
            assert word not in page.body.decode().lower(), f"{word} at {page.path}"
    assert [page.status for page in pages if page.status in (403, 404, 500)] == [403] * 4
    assert boss.get("office.team.menu", **who).status == 403


def test_parts_of_the_page_of_a_person_are_for_whoever_sees_them_there(browse, lia, maria, fabio, cantina, ana):
    ivo = make_contributor(cantina, ["team", "help"], email="ivo@cantina.example")
    for part in ("menu", "seal"):
        for who, status in ((maria, 403), (fabio, 403), (ivo, 200)):
            assert browse(ivo).get(f"office.team.{part}", app=cantina.slug, contributor_id=who.id).status == status
    for reader in (browse(lia), browse(ana, inside=cantina)):
        page = reader.get("office.team.menu", app=cantina.slug, contributor_id=maria.id)
        assert page.status == 200 and page.has("Cardápios", "Suporte Direto", "Ajuda online")


def test_what_is_done_with_such_boxes_is_no_news_for_who_has_none(browse, carla, lia, maria, cantina):
    browse(lia).post("office.team.white_label", {}, app=cantina.slug, contributor_id=maria.id)
    assert browse(lia).get("office.home.index", app=cantina.slug).has("Ajuda online", "maria@cantina.example")
    page = browse(carla).get("office.home.index", app=cantina.slug)
    assert not page.has("Ajuda online") and not page.has("Suporte Direto")


def test_nobody_gives_or_takes_it_beyond_his_own(browse, carla, lia, maria, cantina):
    assert (
        browse(carla)
        .post("office.team.switch", {"granted": "yes"}, app=cantina.slug, contributor_id=maria.id, box="help")
        .status
        == 403
    )
    assert browse(lia).post("office.team.white_label", {}, app=cantina.slug, contributor_id=lia.id).status == 403
    reader = browse(make_contributor(cantina, ["help", "support"]))
    for who in (maria, make_contributor(cantina, ["help"])):
        where = {"app": cantina.slug, "contributor_id": who.id}
        assert reader.get("office.team.seal", **where).status == 403, "he sees the vendor, and not the team"
        assert reader.post("office.team.white_label", {}, **where).status == 403
    assert {"help", "support"} <= rights.boxes_of(lia) and "help" in rights.boxes_of(maria)


def test_the_mark_is_a_picture_at_an_address_that_says_nothing(browse, lia, cantina, ana, stranger):
    page = browse(lia).get("office.marks.show", app=cantina.slug, name="badge")
    assert page.status == 200 and b"<svg" in page.body
    assert page.headers["Cache-Control"].startswith("private") and "sandbox" in page.headers["Content-Security-Policy"]
    assert browse(lia).get("office.marks.show", app=cantina.slug, name="logo").status == 200
    assert browse(lia).get("office.marks.show", app=cantina.slug, name="theme.toml").status == 404
    assert browse(ana, inside=cantina).get("office.marks.show", app=cantina.slug, name="badge").status == 200
    assert browse(stranger).get("office.marks.show", app=cantina.slug, name="badge").status == 404


def test_at_the_dashboard_the_badge_stands_beside_the_same_sections(browse, ana, client, lia, maria, carla):
    page = browse(ana).get("agency.sections.index", client_id=client.id)
    named = page.select(f"//li[.//img[@alt='{ALT}']]//b/text()")
    assert named == ["Suporte Direto", "Ajuda online"]
    assert page.has("Mostra a marca Ribalta", SEAL)
    change_settings(client, direct_support=False)
    assert browse(ana).get("agency.sections.index", client_id=client.id).has("o Suporte Direto está desligado")
