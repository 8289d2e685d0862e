from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from portal import clock
from portal.domain import accounts, invitations, outbox, rights
from portal.domain.accounts import Role
from portal.domain.rights import Offer
from tests.browser import Browser
from tests.factories import NOW, TESTER, change_settings, make_contributor, make_member, make_staff

ORIGIN = "http://aurora.localhost:8000"


@pytest.fixture
def boss(cantina):
    """Manages the team, and has the menu besides: less than everything."""
    return make_contributor(cantina, ["team", "menus"], email="boss@cantina.example", name="Bia Souza")


@pytest.fixture
def rita(carla, cantina):
    """An invitation that waits."""
    return invitations.invite(make_member(carla), "rita@cantina.example", ["menus"], origin=ORIGIN, now=clock.now())


def team(browse, person, app, **values):
    return browse(person).get("office.team.index", app=app.slug, **values)


def invite(browse, person, app, **fields):
    page = browse(person).get("office.team.new", app=app.slug)
    return page.form("#invite").submit(**fields)


def waiting(carla):
    return {row.email: row for row in invitations.open_invitations(make_member(carla))}


def switch(session, app, colleague, box, granted, *, htmx=True):
    return session.post(
        "office.team.switch", {"granted": granted}, htmx=htmx, app=app.slug, contributor_id=colleague.id, box=box
    )


def states(page):
    """Each row of the list: the name, or the address of who has none yet, with the state."""
    found = {}
    for row in page.select("//div[@id='team']//tbody/tr"):
        who, state = row.xpath(".//th//div[contains(@class, 'break')]")[0], row.xpath("./td")[0]
        name = next(text.strip() for text in who.itertext() if text.strip())
        found[name] = " ".join(state.text_content().split())
    return found


# The list


def test_whoever_may_help_somebody_in_is_led_there_with_the_address_filled_in(browse, ana, boss, carla, cantina):
    address = f"http://localhost:8000/agency/security/?email={quote(boss.person.email)}&kind=contributor#stuck"
    session = browse(ana, inside=cantina)
    person = session.get("office.team.show", app=cantina.slug, contributor_id=boss.id)
    for page in (session.get("office.team.index", app=cantina.slug), person):
        assert address in page.select("//a/@href")
    form = browse(ana).get(address.partition("8000")[2].partition("#")[0]).form("#person")
    assert (form.value("email"), form.value("kind"), form.value("deed")) == (boss.person.email, "contributor", "end")
    manager = make_staff(Role.MANAGER, ana.agency, clients=[cantina.client])
    for who, said in ((carla, "Peça ajuda a Aurora"), (manager, "Peça ajuda a um proprietário ou administrador")):
        session = browse(who, inside=cantina) if who is manager else browse(who)
        page = session.get("office.team.show", app=cantina.slug, contributor_id=boss.id)
        assert page.has(said) and address not in page.select("//a/@href")
        assert address not in session.get("office.team.index", app=cantina.slug).select("//a/@href")


def test_the_owner_comes_first_and_can_not_be_touched(browse, ana, carla, cantina):
    page = team(browse, carla, cantina)
    first = page.select("//table//tbody/tr")[0]
    assert "Ana Prado" in first.text_content() and "Administrador – Proprietário" in first.text_content()
    assert not first.xpath(".//a | .//form | .//button | .//details")


def test_everybody_is_there_with_his_state(browse, ana, carla, fabio, rita, cantina):
    make_contributor(cantina, [], name="Zoe Fim", ends_on=NOW.date() + timedelta(days=3))
    make_contributor(cantina, [], name="Zeca Foi", ends_on=NOW.date() - timedelta(days=3))
    invitations.invite(make_member(carla), "velho@cantina.example", [], origin=ORIGIN, now=NOW - timedelta(days=8))
    found = states(team(browse, carla, cantina))
    assert found["Ana Prado"] == "Administrador – Proprietário"
    assert found["Carla Menezes"] == found["Fábio Nunes"] == "ativo"
    assert found["rita@cantina.example"] == "pendente, faltam 7 dias"
    assert found["velho@cantina.example"] == "vencido"
    assert found["Zoe Fim"] == "termina em 3 dias" and found["Zeca Foi"] == "terminou em 12 de junho"


def test_a_search_finds_by_name_and_address_whatever_the_accents(browse, ana, carla, fabio, rita, cantina):
    for wanted in ("FABIO", "fábio n", "Fabio@Cantina"):
        assert set(states(team(browse, carla, cantina, q=wanted))) == {"Fábio Nunes"}
    page = browse(carla).get("office.team.index", app=cantina.slug, q="rita@", htmx=True)
    assert not page.is_whole and len(states(page)) == 1
    page = team(browse, carla, cantina, q="<niemand>")
    assert page.status == 200 and page.has("Ninguém encontrado", "<niemand>")
    assert team(browse, carla, cantina, q="x" * 5000).status == 200


def test_five_hundred_people_are_no_limit(browse, carla, cantina):
    for n in range(120):
        person = accounts.register(
            str(cantina.agency.id), f"p{n}@a.example", name=f"P {n:03}", language="en", agency=cantina.agency, now=NOW
        )
        accounts.add_contributor(cantina, person, by=make_member(carla).actor, now=NOW)
    page = team(browse, carla, cantina)
    assert page.has("121 pessoas", "P 048") and not page.has("P 049")
    seen = list(states(page))
    while page.select("//a[@rel='next']"):
        page = page.click("Próxima")
        seen += states(page)
    assert seen == ["Carla Menezes (você)", *(f"P {n:03}" for n in range(120))] or len(set(seen)) == 121
    assert "P 119" in seen and page.click("Anterior").has("P 050")
    for nonsense in ("0", str(uuid4()), "x", "٣"):
        assert team(browse, carla, cantina, after=nonsense, before=nonsense, only=nonsense).status == 200
    assert len(states(team(browse, carla, cantina, q="P 04"))) == 10


def test_nobody_yet_is_said(browse, ana, cantina):
    page = browse(ana, inside=cantina).get("office.team.index", app=cantina.slug)
    assert page.has("Ninguém foi convidado ainda", "Novo Contribuidor")


# Inviting


def test_an_invitation_opens_this_app_only_and_says_so(browse, carla, cantina):
    page = browse(carla).get("office.team.new", app=cantina.slug)
    assert page.has("Dá acesso só a este aplicativo", "O painel de Aurora é outra coisa: tem um convite próprio.")
    assert page.has("Nunca, mesmo com tudo marcado", "faturamento de Aurora")
    assert not page.select("//input[@name='boxes'][contains(@value, 'billing')]")


def test_the_catalogue_says_what_is_ticked_at_first(browse, carla, cantina):
    page = browse(carla).get("office.team.new", app=cantina.slug)
    assert page.form("#invite").fields["boxes"] == ["menus", "menus:publish"]


def test_an_invitation_is_sent_with_what_was_ticked(browse, carla, cantina):
    page = invite(
        browse,
        carla,
        cantina,
        email="  Lia@Cantina.EXAMPLE ",
        boxes=["menus:publish"],
        ends_on="2026-12-31",
        language="en",
    )
    page = page.follow()
    assert page.has("O convite está a caminho de lia@cantina.example.", "lia@cantina.example", "pendente")
    row = waiting(carla)["lia@cantina.example"]
    assert row.boxes == ["menus", "menus:publish"] and row.ends_on == date(2026, 12, 31) and row.language == "en"
    assert not row.accepted_at


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "carla"}, "email"),
        ({"email": "a@b@c.example"}, "email"),
        ({"email": "x" * 300 + "@a.example"}, "email"),
        ({"email": "a@a.example", "ends_on": "2020-01-01"}, "ends_on"),
        ({"email": "a@a.example", "ends_on": "amanhã"}, "ends_on"),
        ({"email": "a@a.example", "language": "tlh"}, "language"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_kept(browse, carla, cantina, fields, field):
    page = invite(browse, carla, cantina, boxes=["services"], **fields)
    assert page.status == 422 and page.has("Nada foi enviado ainda.")
    assert page.by_id(f"f-{field}").get("aria-invalid") == "true"
    assert page.by_id("f-email").get("value") == fields["email"]
    assert page.by_id("box-services").get("checked") is not None
    assert page.by_id("box-menus").get("checked") is None
    assert not waiting(carla)


def test_an_invitation_without_any_right_is_asked_about_first(browse, carla, cantina):
    page = invite(browse, carla, cantina, email="lia@cantina.example", boxes=[])
    assert page.status == 422 and page.has("Esta pessoa não verá nada.") and not waiting(carla)
    assert page.by_id("f-email").get("value") == "lia@cantina.example"
    assert page.form("#invite").submit(nothing="yes").status == 303
    assert waiting(carla)["lia@cantina.example"].boxes == []


def test_whoever_is_there_already_is_not_invited(browse, carla, fabio, cantina):
    page = invite(browse, carla, cantina, email=" FABIO@cantina.example")
    assert page.status == 422 and page.has("Esta pessoa já está na equipe") and not waiting(carla)


def test_a_second_invitation_takes_the_place_of_the_first(browse, carla, rita, cantina):
    assert invite(browse, carla, cantina, email="rita@cantina.example", boxes=["services"]).status == 303
    assert waiting(carla)["rita@cantina.example"].boxes == ["services"]
    assert len([name for name in states(team(browse, carla, cantina)) if "rita" in name]) == 1


@pytest.mark.parametrize("box", ["billing", "home", "menus:delete", "owner", "", "*"])
def test_a_box_that_is_none_is_refused(browse, carla, cantina, box):
    page = invite(browse, carla, cantina, email="a@a.example", boxes=[box])
    assert page.status == 422 and not waiting(carla)


def test_a_letter_with_the_link_goes_out_and_no_password_is_ever_asked_for(browse, carla, cantina):
    invite(browse, carla, cantina, email="lia@cantina.example")
    letter = next(message.payload for message in outbox.claim(clock.now(), topic="mail.send"))
    assert letter["letter"] == "invitation" and letter["to"] == "lia@cantina.example"
    assert letter["agency"] == str(cantina.agency.id) and letter["values"]["link"].startswith(f"{ORIGIN}/setup/")
    page = browse(carla).get("office.team.new", app=cantina.slug)
    assert not page.select("//input[@type='password']")


def test_presets_and_select_all_tick_without_sending(browse, carla, cantina):
    session = browse(carla)
    page = session.get("office.team.new", app=cantina.slug)
    url = session.url("office.team.arrange", app=cantina.slug)
    data = {**page.form("#invite").fields, "email": "lia@cantina.example"}
    page = session.request("POST", url, data={**data, "preset": "everything"})
    assert page.is_whole and set(page.form("#invite").fields["boxes"]) == rights.boxes_of(carla)
    assert page.form("#invite").value("email") == "lia@cantina.example"
    page = session.request("POST", url, data={**data, "preset": "restaurant"}, htmx=True)
    assert not page.is_whole and len(page.select("//input[@name='boxes'][@checked]")) == 2
    page = session.request("POST", url, data={**data, "preset": "nothing"}, htmx=True)
    assert not page.select("//input[@name='boxes'][@checked]")
    assert not waiting(carla)


def test_a_box_brings_and_takes_what_hangs_on_it(browse, carla, cantina):
    session = browse(carla)

    def ticked(boxes, changed):
        page = session.post("office.team.arrange", {"boxes": boxes, "changed": changed}, htmx=True, app=cantina.slug)
        return page.select("//input[@name='boxes'][@checked]/@value"), page

    boxes, page = ticked(["menus:publish"], "menus:publish")
    assert boxes == ["menus", "menus:publish"]
    assert "Cardápios" in page.by_id("their-menu").text_content()
    boxes, _ = ticked(["menus:publish", "services"], "menus")
    assert boxes == ["services"]


# Somebody's rights


def test_a_box_is_switched_as_a_fragment_and_its_dependents_follow(browse, carla, fabio, cantina):
    session = browse(carla)
    page = switch(session, cantina, fabio, "services:use", "yes")
    assert page.status == 200 and not page.is_whole
    assert page.select("//button[@role='switch']/@aria-checked") == ["true", "true"]
    assert "right-changed" in page.headers["HX-Trigger"]
    assert {"services", "services:use"} <= rights.boxes_of(fabio)
    page = switch(session, cantina, fabio, "services", "no")
    assert page.select("//button[@role='switch']/@aria-checked") == ["false", "false"]
    assert rights.boxes_of(fabio) == {"menus"}
    for _ in range(2):
        assert switch(session, cantina, fabio, "menus", "yes").status == 200
        assert rights.boxes_of(fabio) == {"menus"}, "set, never flipped; access brings nothing else"


def test_a_box_is_switched_without_script(browse, carla, fabio, cantina):
    session = browse(carla)
    where = {"app": cantina.slug, "contributor_id": fabio.id}
    page = session.get("office.team.show", **where)
    page = page.form("office.team.switch", **where, box="menus:publish").submit()
    assert page.status == 303
    page = page.follow()
    assert page.has("Salvo") and rights.boxes_of(fabio) == {"menus", "menus:publish"}
    assert page.form("office.team.switch", **where, box="menus:publish").value("granted") == "no"


def test_the_menu_beside_the_boxes_shows_what_they_make(browse, carla, fabio, cantina):
    session = browse(carla)
    switch(session, cantina, fabio, "services", "yes")
    page = session.get("office.team.menu", htmx=True, app=cantina.slug, contributor_id=fabio.id)
    assert page.has("Início", "Cardápios", "Serviços") and not page.has("Equipe")


def entries(page, place):
    return [" ".join(entry.text_content().split()) for entry in page.select(place)]


def test_the_menu_shown_of_a_person_is_the_one_that_he_finds(browse, carla, boss, fabio, client, cantina):
    rights.lock(client, "settings", Offer("We do it for you.", None, None), by=TESTER, now=NOW)
    change_settings(client, optimizer_enabled=True)
    session, own = browse(carla), browse(fabio)
    for box in ("services", "settings", "team"):
        switch(session, cantina, fabio, box, "yes")
        page = session.get("office.team.show", app=cantina.slug, contributor_id=fabio.id)
        shown = entries(page, "//div[@id='their-menu']//li")
        assert shown == entries(own.get("office.home.index", app=cantina.slug), "//header[@id='menu']/nav//li")
        data = {"boxes": list(rights.boxes_of(fabio))}
        page = session.post("office.team.arrange", data, htmx=True, app=cantina.slug)
        assert entries(page, "//div[@id='their-menu']//li") == shown, "an invitation shows it in the same way"
    assert "Otimizador de Vendas" in shown and "Configurações do aplicativo" in shown
    page = browse(boss).post("office.team.arrange", data, htmx=True, app=cantina.slug)
    assert entries(page, "//div[@id='their-menu']//li") == ["Início", "Cardápios", "Outras Configurações", "Equipe"]


@pytest.mark.parametrize("granted", ["", "perhaps", "YES", None])
def test_a_wrong_value_changes_no_right(browse, carla, fabio, cantina, granted):
    page = browse(carla).post(
        "office.team.switch",
        {} if granted is None else {"granted": granted},
        htmx=True,
        app=cantina.slug,
        contributor_id=fabio.id,
        box="menus",
    )
    assert page.status == 422 and rights.boxes_of(fabio) == {"menus"}


@pytest.mark.parametrize("box", ["billing", "home", "menus:delete", "add-ons:buy"])
def test_a_box_that_is_none_can_not_be_given(browse, carla, fabio, cantina, box):
    page = browse(carla).post(f"/office/{cantina.slug}/team/{fabio.id}/{box}", {"granted": "yes"})
    assert page.status == 404 and rights.boxes_of(fabio) == {"menus"}


def test_nobody_changes_himself(browse, carla, cantina):
    session = browse(carla)
    page = session.get("office.team.show", app=cantina.slug, contributor_id=carla.id)
    assert page.has("Estes são os seus próprios direitos") and not page.select("//main//form")
    assert switch(session, cantina, carla, "menus", "no").status == 403
    where = {"app": cantina.slug, "contributor_id": carla.id}
    assert session.post("office.team.remove", **where).status == 403
    assert session.post("office.team.end", {"ends_on": "2030-01-01"}, **where).status == 403
    assert "menus" in rights.boxes_of(carla)


# Somebody with `team` who does not hold everything


def test_he_sees_only_the_boxes_that_he_may_give(browse, boss, fabio, cantina):
    page = browse(boss).get("office.team.new", app=cantina.slug)
    assert page.select("//input[@name='boxes']/@value") == ["menus", "team"]
    page = browse(boss).get("office.team.show", app=cantina.slug, contributor_id=fabio.id)
    offered = {action.rpartition("/")[2] for action in page.select("//form[contains(@id, 'switch')]/@action")}
    assert offered == {"menus", "team"}


def test_he_gives_no_more_than_he_holds(browse, boss, carla, fabio, cantina):
    page = invite(browse, boss, cantina, email="lia@cantina.example", boxes=["menus", "services"])
    assert page.status == 403 and page.by_id("f-email").get("value") == "lia@cantina.example"
    assert not waiting(carla)
    page = switch(browse(boss), cantina, fabio, "services", "yes")
    assert page.status == 403 and rights.boxes_of(fabio) == {"menus"}
    page = browse(boss).post("office.team.arrange", {"preset": "everything"}, htmx=True, app=cantina.slug)
    assert page.select("//input[@name='boxes'][@checked]/@value") == ["menus", "team"]


def test_he_does_not_touch_who_holds_more(browse, boss, carla, cantina):
    session, where = browse(boss), {"app": cantina.slug, "contributor_id": carla.id}
    page = session.get("office.team.show", **where)
    assert page.has("Esta pessoa tem direitos que você não tem") and not page.select("//main//form")
    assert switch(session, cantina, carla, "menus", "no").status == 403
    assert session.post("office.team.remove", **where).status == 403
    assert session.post("office.team.end", {"ends_on": "2026-06-16"}, **where).status == 403
    assert accounts.colleague_of(make_member(boss), carla.id).ends_on is None


def test_he_does_not_get_at_the_link_of_an_invitation_above_him(browse, boss, carla, cantina):
    row = invitations.invite(make_member(carla), "chef@a.example", ["services"], origin=ORIGIN, now=clock.now())
    session, where = browse(boss), {"app": cantina.slug, "invitation_id": row.id}
    assert not session.get("office.team.index", app=cantina.slug).select("//form[contains(@action, 'resend')]")
    assert session.post("office.team.resend", **where).status == 403
    assert session.post("office.team.revoke", **where).status == 403
    assert session.post("office.team.link", **where).status == 403
    assert invite(browse, boss, cantina, email="chef@a.example", boxes=["menus"]).status == 403
    assert waiting(carla)["chef@a.example"].boxes == ["services"]


# The owner


@pytest.mark.parametrize(
    ("method", "endpoint", "data"),
    [
        ("GET", "office.team.show", None),
        ("GET", "office.team.menu", None),
        ("POST", "office.team.switch", {"granted": "no"}),
        ("POST", "office.team.end", {"ends_on": "2026-06-16"}),
        ("POST", "office.team.remove", {}),
    ],
)
def test_the_owner_is_untouchable_for_everybody(browse, ana, carla, cantina, method, endpoint, data):
    values = {"box": "menus"} if endpoint.endswith("switch") else {}
    where = {"app": cantina.slug, "contributor_id": ana.person.id, **values}
    invited = make_contributor(cantina, list(rights.BOXES))
    for session in (browse(carla), browse(invited), browse(ana, inside=cantina)):
        page = session.get(endpoint, **where) if method == "GET" else session.post(endpoint, data, **where)
        assert page.status == 403
    assert accounts.owners_of(cantina.agency)[0].id == ana.person.id


# Invitations that wait


def test_an_invitation_is_sent_again_and_the_old_link_is_dead(browse, carla, rita, cantina):
    page = team(browse, carla, cantina)
    page = page.form("office.team.resend", app=cantina.slug, invitation_id=rita.id).submit().follow()
    assert page.has("Um novo link está a caminho de rita@cantina.example.")
    letters = [message.payload for message in outbox.claim(clock.now(), topic="mail.send")]
    assert [letter["to"] for letter in letters] == ["rita@cantina.example"] * 2
    token = letters[-1]["values"]["link"].rpartition("/")[2]
    assert waiting(carla)["rita@cantina.example"].token_hash == accounts.digest(token) != rita.token_hash


def test_a_new_link_is_shown_once_without_a_letter_and_the_old_one_is_dead(browse, carla, rita, cantina):
    old = rita.token_hash
    page = team(browse, carla, cantina)
    page = page.form("office.team.link", app=cantina.slug, invitation_id=rita.id).submit()
    assert page.status == 200 and len(outbox.claim(clock.now(), topic="mail.send")) == 1
    link = page.by_id("link").get("value")
    assert link.startswith("http://aurora.localhost:8000/setup/")
    fresh = waiting(carla)["rita@cantina.example"]
    assert fresh.token_hash == accounts.digest(link.rpartition("/")[2]) != old


def test_a_link_is_not_sent_without_end(browse, carla, rita, cantina):
    session, where = browse(carla), {"app": cantina.slug, "invitation_id": rita.id}
    found = [session.post("office.team.resend", **where).status for _ in range(5)]
    assert found[0] == 303 and found[-1] == 422
    assert session.post("office.team.link", **where).status == 200, "a link that is not sent is no mail"


def test_an_invitation_is_taken_back(browse, carla, rita, cantina):
    page = team(browse, carla, cantina)
    page = page.form("office.team.revoke", app=cantina.slug, invitation_id=rita.id).submit().follow()
    assert page.has("O convite de rita@cantina.example foi cancelado") and not waiting(carla)
    assert browse(carla).post("office.team.resend", app=cantina.slug, invitation_id=rita.id).status == 404


# Ends


def test_a_person_is_removed_after_being_asked_about(browse, carla, fabio, cantina):
    session, where = browse(carla), {"app": cantina.slug, "contributor_id": fabio.id}
    inside = browse(fabio)
    assert inside.get("office.home.index", app=cantina.slug).status == 200
    page = session.get("office.team.show", **where, ask="remove")
    assert page.has("Remover Fábio Nunes?")
    page = page.form("office.team.remove", **where).submit().follow()
    assert page.has("Fábio Nunes não tem mais acesso.") and "Fábio" not in str(states(page))
    assert inside.get("office.home.index", app=cantina.slug).location.startswith("/sign-in"), "he was signed out"
    assert session.post("office.team.remove", **where).status == 404


def test_an_access_gets_an_end_and_loses_it_again(browse, carla, fabio, cantina):
    session, where = browse(carla), {"app": cantina.slug, "contributor_id": fabio.id}
    page = session.get("office.team.show", **where)
    page = page.form("#end").submit(ends_on="2026-06-18").follow()
    assert page.has("termina em 3 dias") and page.form("#end").value("ends_on") == "2026-06-18"
    page = page.form("#end").submit(ends_on="2026-06-01")
    assert page.status == 422 and page.by_id("f-ends_on").get("value") == "2026-06-01"
    page = session.get("office.team.show", **where).form("#end").submit(ends_on="").follow()
    assert page.has("ativo")
    clock.move_to(datetime.fromisoformat("2026-06-19T12:00:00+00:00"))
    assert browse(fabio).get("office.home.index", app=cantina.slug).status == 200


def test_an_access_past_its_end_is_closed(browse, cantina):
    past = make_contributor(cantina, ["menus"], ends_on=NOW.date() - timedelta(days=1))
    assert browse(past).get("office.menus.index", app=cantina.slug).status == 403


# Everybody else

WRITES = [
    ("office.team.invite", None, {"email": "a@a.example"}),
    ("office.team.arrange", None, {"preset": "everything"}),
    ("office.team.switch", "contributor_id", {"granted": "yes"}),
    ("office.team.end", "contributor_id", {"ends_on": ""}),
    ("office.team.remove", "contributor_id", {}),
    ("office.team.resend", "invitation_id", {}),
    ("office.team.revoke", "invitation_id", {}),
    ("office.team.link", "invitation_id", {}),
]


@pytest.mark.parametrize(("endpoint", "key", "data"), WRITES)
def test_nobody_else_manages_the_team(
    browse, app, settings, carla, fabio, rita, stranger, neighbour, cantina, endpoint, key, data
):
    target = {"contributor_id": fabio.id, "invitation_id": rita.id}
    values = {key: target[key]} if key else {}
    if endpoint.endswith("switch"):
        values["box"] = "services"
    for person in (stranger, neighbour):
        assert browse(person).post(endpoint, data, app=cantina.slug, **values).status == 404
        if key:  # the row of this app, asked for in the own one
            assert browse(person).post(endpoint, data, app=person.app.slug, **values).status == 404
    assert browse(fabio).post(endpoint, data, app=cantina.slug, **values).status == 403
    nobody = Browser(app, settings, "aurora.localhost")
    assert nobody.request("POST", nobody.url(endpoint, app=cantina.slug, **values), data=data).status == 302
    assert nobody.request("POST", nobody.url(endpoint, app=cantina.slug, **values), htmx=True).status == 401
    session = browse(carla)
    assert session.request("POST", session.url(endpoint, app=cantina.slug, **values), data=data).status == 400
    assert rights.boxes_of(fabio) == {"menus"} and list(waiting(carla)) == ["rita@cantina.example"]


def test_somebody_unknown_is_not_there(browse, carla, cantina):
    for endpoint in ("office.team.show", "office.team.menu"):
        assert browse(carla).get(endpoint, app=cantina.slug, contributor_id=uuid4()).status == 404
    for endpoint in ("office.team.resend", "office.team.revoke"):
        assert browse(carla).post(endpoint, app=cantina.slug, invitation_id=uuid4()).status == 404
    assert browse(carla).get(f"/office/{cantina.slug}/team/not-an-id/").status == 404
    assert browse(carla).post("office.team.index", app=cantina.slug).status == 405


def test_markup_in_a_name_is_only_text(browse, carla, cantina):
    make_contributor(cantina, [], name="<img src=x onerror=alert(1)>", email="img@a.example")
    page = team(browse, carla, cantina)
    assert page.has("<img src=x onerror=alert(1)>") and "<img src=x" not in page.html


def test_people_are_shown_by_state(browse, ana, carla, fabio, rita, cantina):
    for name, days in (("Zoe Fim", 0), ("Zora", 7), ("Zul", 8), ("Zeca Foi", -1)):
        make_contributor(cantina, [], name=name, ends_on=NOW.date() + timedelta(days=days))
    invitations.invite(make_member(carla), "velho@cantina.example", [], origin=ORIGIN, now=NOW - timedelta(days=8))
    page = team(browse, carla, cantina)
    assert page.has("Todos 9", "Ativo 4", "Termina logo 2", "Encerrado 1", "Pendente 1", "Vencido 1")
    for only, found in (
        ("ends_soon", {"Zoe Fim", "Zora"}),
        ("ended", {"Zeca Foi"}),
        ("pending", {"rita@cantina.example"}),
        ("expired", {"velho@cantina.example"}),
        ("active", {"Ana Prado", "Carla Menezes", "Fábio Nunes", "Zul"}),
    ):
        assert set(states(team(browse, carla, cantina, only=only))) == found
    assert team(browse, carla, cantina, only="ended", q="rita").has("Ninguém encontrado")


def test_the_count_is_that_of_the_rows_and_a_state_has_one_word(browse, ana, carla, fabio, rita, cantina):
    page = team(browse, carla, cantina)
    assert page.has(f"Todos {len(states(page))}") and not page.has("convite enviado") and not page.has("Convidado")
    shown = team(browse, carla, cantina, only="active")
    assert shown.has(f"Ativo {len(states(shown))}")
    assert team(browse, carla, cantina, q="cantina.example").has("Todos 3"), "a search is not for owners"
    assert browse(carla).get("office.home.index", app=cantina.slug).has(f"{len(states(page))} pessoas na equipe")


def test_the_list_says_what_more_than_access_somebody_has(browse, ana, carla, fabio, cantina):
    page = team(browse, carla, cantina)
    assert page.has("Cardápios (Publicar), Serviços (Usar), Extratos, Equipe, Configurações do aplicativo")
    [cell] = page.select("//tr[.//small[.='fabio@cantina.example']]/td[2]")
    assert cell.text_content().strip() == "Cardápios"


def test_an_access_that_ended_is_given_again_with_its_rights(browse, carla, cantina):
    past = make_contributor(cantina, ["menus"], name="Zeca Foi", ends_on=NOW.date() - timedelta(days=1))
    page = browse(carla).get("office.team.show", app=cantina.slug, contributor_id=past.id)
    assert page.has("O acesso terminou em 14 de junho de 2026", "Os direitos ficam guardados.")
    page.form("#end").submit(ends_on="")
    assert browse(past).get("office.menus.index", app=cantina.slug).status == 200


def test_who_invited_sees_who_joined(browse, carla, cantina, ana):
    row = invitations.invite(make_member(carla), "lia@cantina.example", ["menus"], origin=ORIGIN, now=clock.now())
    token = invitations.copy_link(row, by=make_member(carla), origin="", now=clock.now()).rpartition("/")[2]
    invitations.accept(cantina.agency, token, name="Lia Souza", password="quatro gatos no telhado 7", now=clock.now())
    assert team(browse, carla, cantina).has("Aceitaram seu convite há pouco: Lia Souza.")
    page = browse(ana, inside=cantina).get("office.team.index", app=cantina.slug)
    assert not page.has("Aceitaram seu convite")


def test_whoever_is_invited_the_answer_tells_nothing_of_other_accounts(browse, carla, neighbour, stranger, cantina):
    said = set()
    for email in ("nobody@a.example", neighbour.person.email, stranger.person.email):
        page = invite(browse, carla, cantina, email=email).follow()
        row = next(row for row in page.select("//div[@id='team']//tbody/tr") if email in row.text_content())
        said.add(" ".join(row.text_content().split()).replace(email, "").replace(email[0].upper(), "", 1))
    assert len(said) == 1 and "pendente" in said.pop()


def test_a_section_that_is_hidden_is_named_in_no_list(browse, ana, carla, fabio, client, cantina):
    def listed():
        page = team(browse, carla, cantina, q="fabio")
        return page.has("Cardápios") and "Cardápios" in page.by_id("team").text_content()

    assert listed()
    rights.set_state(client, "menus", rights.SectionState.HIDDEN, by=make_member(ana, cantina).actor, now=NOW)
    assert not listed() and rights.boxes_of(fabio) == {"menus"}


def test_the_enter_key_sends_the_form_and_chooses_no_ready_made_rights(browse, carla, cantina):
    for endpoint in ("office.team.new", "office.team_many.index"):
        page = browse(carla).get(endpoint, app=cantina.slug)
        (first,) = page.select("(//form[@id='invite']//button[@type='submit'])[1]")
        assert "name" not in first.attrib and "formaction" not in first.attrib
