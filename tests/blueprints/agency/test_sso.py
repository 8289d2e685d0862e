"""An agency's own provider at the dashboard: set up, tried out, removed. SO-09, SO-10, SO-14."""

from __future__ import annotations

import pytest

from portal.domain import accounts, federation
from portal.domain.accounts import Role
from portal.domain.audit import AuditEntry
from portal.domain.federation import Claims, Provider, Use
from portal.gateways import egress
from portal.gateways.signing import Seal
from tests.factories import NOW, PASSWORD, make_agency, make_contributor, make_staff
from tests.provider import CLIENT_ID, SECRET

INDEX, SAVE, TEST, REMOVE, DISCONNECT = (
    f"agency.sso.{name}" for name in ("index", "save", "test", "remove", "disconnect")
)


@pytest.fixture(autouse=True)
def _reachable(app, settings, provider, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"egress_allow": provider.place}))


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example", name="Ana Ribeiro")


@pytest.fixture
def bia(ana):
    """An administrator of Ana's agency."""
    return make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example")


@pytest.fixture
def typed(provider):
    return {
        "label": "Palco ID", "issuer": provider.issuer, "client_id": CLIENT_ID, "secret": SECRET,
        "domains": "@Cantina.example, clinica.example", "groups": "menus\nequipe", "group_claim": "groups",
        "contributors": "offered", "staff": "off",
    }  # fmt: skip


def save(browse, who, typed, **changes):
    return browse(who).get(INDEX).form("#sso-settings").submit(**typed | changes)


def test_a_provider_is_set_up_and_its_secret_never_shown_again(browse, ana, typed, settings):
    page = save(browse, ana, typed)
    assert page.status == 303
    row = federation.provider_of(ana.agency)
    assert row.domains == ["cantina.example", "clinica.example"] and row.groups == ["menus", "equipe"]
    assert SECRET not in row.secret and Seal(settings).open(row.secret) == SECRET
    page = page.follow()
    assert SECRET not in page.html and row.secret not in page.html
    assert page.form("#sso-settings").value("secret") == "" and page.has("Ainda não experimentado")
    assert "http://aurora.localhost:8000/sign-in/sso-callback" in page.html
    assert "http://localhost:8000/sign-in/sso/aurora/callback" in page.html
    (entry,) = AuditEntry.select().where(AuditEntry.action == "sso.set_up")
    assert SECRET not in str(entry.details)


def test_a_blank_secret_keeps_the_one_that_is_there(browse, ana, typed, settings):
    save(browse, ana, typed)
    assert save(browse, ana, typed, secret="", label="Palco").status == 303
    row = federation.provider_of(ana.agency)
    assert row.label == "Palco" and Seal(settings).open(row.secret) == SECRET
    (entry,) = AuditEntry.select().where(AuditEntry.action == "sso.changed")
    assert entry.details["changed"] == ["label"]


def test_a_secret_that_is_not_shown_again_after_a_mistake_elsewhere_is_asked_for_once_more(browse, ana, typed):
    page = save(browse, ana, typed, domains="not a domain")
    assert page.status == 422 and SECRET not in page.html
    assert "mais uma vez" in page.by_id("f-secret-error").text_content()
    assert page.form("#sso-settings").submit(domains="").has("tal como está lá")
    assert save(browse, ana, typed).status == 303
    page = save(browse, ana, typed, secret="", domains="not a domain")
    assert not page.select("//*[@id='f-secret-error']"), "nothing was typed there"


@pytest.mark.parametrize("field", ["issuer", "client_id"])
def test_the_secret_of_one_client_is_not_sent_to_another(browse, ana, typed, field):
    save(browse, ana, typed)
    page = save(browse, ana, typed, secret="", **{field: typed[field] + "/x"})
    assert page.status == 422 and page.by_id("f-secret-error").text_content()
    assert getattr(federation.provider_of(ana.agency), field) == typed[field]


def test_a_new_key_of_the_portal_seals_it_anew(browse, ana, typed, settings):
    from pydantic import SecretStr

    save(browse, ana, typed)
    old = federation.provider_of(ana.agency).secret
    new = {
        "secret_key": SecretStr("another key of forty characters, for this"),
        "secret_key_fallbacks": [settings.secret_key],
    }
    seal = Seal(settings.model_copy(update=new))
    assert federation.renew_seals(seal.renewed) == 1 and federation.renew_seals(seal.renewed) == 0
    assert federation.provider_of(ana.agency).secret != old
    assert seal.open(federation.provider_of(ana.agency).secret) == SECRET


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", ""),
        ("label", "x" * 41),
        ("issuer", ""),
        ("issuer", "https://login.example.com/?tenant=1"),
        ("issuer", "http://10.0.0.1/"),
        ("issuer", "https://localhost/"),
        ("issuer", "https://user:pass@login.example.com/"),
        ("issuer", "file:///etc/passwd"),
        ("issuer", "https://login.example.com:22/"),
        ("client_id", ""),
        ("client_id", "é"),
        ("secret", ""),
        ("secret", "x" * 501),
        ("domains", "cantina"),
        ("domains", "a@b.example"),
        ("domains", " ".join(f"d{n}.example" for n in range(51))),
        ("groups", "x" * 501),
        ("group_claim", "a b"),
        ("contributors", "all"),
        ("staff", ""),
        ("contributors", "only"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_the_rest_kept(browse, ana, typed, field, value, monkeypatch):
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["8.8.8.8"])
    page = save(browse, ana, typed, **{field: value})
    assert page.status == 422 and page.by_id(f"f-{field}-error").text_content()
    if field != "client_id":
        assert page.form("#sso-settings").value("client_id") == CLIENT_ID
    assert SECRET not in page.html and federation.provider_of(ana.agency) is None


def test_a_name_of_a_private_address_is_refused(browse, ana, typed, monkeypatch):
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["10.0.0.1"])
    assert save(browse, ana, typed, issuer="https://login.example.com/").status == 422


def test_the_only_way_is_one_that_has_led_somewhere(browse, ana, typed):
    save(browse, ana, typed)
    page = save(browse, ana, typed, contributors="only")
    assert page.status == 422 and "experimente" in page.by_id("f-contributors-error").text_content()
    before = federation.trial_door(ana.agency)
    federation.note_proven(before, now=NOW)
    assert save(browse, ana, typed, secret="another").status == 303
    federation.note_proven(before, now=NOW)  # somebody who was on the way meanwhile
    assert save(browse, ana, typed, secret="", contributors="only").status == 422
    federation.note_proven(federation.trial_door(ana.agency), now=NOW)
    assert save(browse, ana, typed, secret="", contributors="only").status == 303
    assert save(browse, ana, typed, contributors="only", client_id="another").status == 422


def test_whoever_is_in_is_signed_out_once_when_it_becomes_the_only_way(browse, ana, typed):
    save(browse, ana, typed)
    federation.note_proven(federation.trial_door(ana.agency), now=NOW)
    carla = make_contributor(agency=ana.agency)
    before = browse(carla)
    assert save(browse, ana, typed, secret="", contributors="only").status == 303
    assert before.get("/account/").status == 302
    later = browse(carla)
    assert save(browse, ana, typed, secret="", contributors="only", label="Palco").status == 303
    assert later.get("/account/").status == 200


# What decides who of the staff somebody is


def test_only_an_owner_opens_it_to_the_staff(browse, ana, bia, typed):
    assert save(browse, bia, typed).status == 303
    page = browse(bia).post(SAVE, typed | {"staff": "offered"})
    assert page.status == 403 and page.has("só um proprietário")
    assert federation.provider_of(ana.agency).staff == Use.OFF
    assert save(browse, ana, typed, staff="offered").status == 303


def test_once_it_is_open_to_the_staff_only_an_owner_changes_it(browse, ana, bia, typed):
    save(browse, ana, typed, staff="offered")
    page = browse(bia).get(INDEX)
    assert page.has("só um proprietário") and not page.select("//form[@id='sso-settings']//button[@type='submit']")
    for changes in ({"issuer": "https://evil.example"}, {"staff": "off"}, {"secret": "x"}):
        assert browse(bia).post(SAVE, typed | changes).status in (403, 422)
    assert browse(bia).post(REMOVE).status == 403
    row = federation.provider_of(ana.agency)
    assert row.staff == Use.OFFERED and row.issuer == typed["issuer"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.BILLING])
def test_others_of_the_staff_may_not(browse, ana, role):
    other = browse(make_staff(role, ana.agency))
    assert other.get(INDEX).status == 403
    assert {other.post(endpoint).status for endpoint in (SAVE, TEST, REMOVE)} == {403}


def test_nobody_signed_out_and_no_other_agency(browser, browse, ana, typed):
    save(browse, ana, typed)
    assert browser.get(INDEX).location.startswith("/sign-in")
    stranger = browse(make_staff(Role.OWNER, make_agency("boreal", "Boreal")))
    assert "Palco ID" not in stranger.get(INDEX).html
    assert stranger.post(TEST).status == 404


def test_the_columns_that_the_form_does_not_have_stay(browse, ana, typed):
    more = {"agency_id": "x", "proven_at": "1", "id": "x", "key": "installation", "created_at": "0"}
    assert browse(ana).post(SAVE, typed | more).status == 303
    row = federation.provider_of(ana.agency)
    assert row.proven_at is None and row.agency_id == ana.agency.id


# Trying it out


def test_it_is_tried_out_step_by_step_there_and_back(browse, ana, typed, provider):
    save(browse, ana, typed, domains="", groups="")
    browser = browse(ana)
    page = browser.get(INDEX).form(TEST).submit()
    assert page.status == 200 and page.has("O provedor responde", "assina com RS256", "publica suas chaves: 1")
    (address,) = page.select("//main//a[contains(@href, '/authorize')]/@href")
    before = browser.client.get_cookie("session", domain="localhost", path="/").value
    claims = {"sub": "ana-1", "email": "ana@aurora.example", "email_verified": True, "groups": ["equipe"]}
    page = browser.request("GET", provider.authorize(address, **claims)).follow()
    assert page.status == 200 and page.has("Funciona", "Ana Ribeiro", "ana-1", "equipe", "sim")
    assert browser.client.get_cookie("session", domain="localhost", path="/").value == before
    assert federation.identities_of(ana.person) == [] and Provider.get().proven_at
    assert browser.get(INDEX).has("Alguém voltou em ordem")


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "x@y.example", "email_verified": True, "groups": ["menus"]}, "nenhum dos domínios"),
        ({"email": "ana@cantina.example", "email_verified": True}, "Nenhum dos grupos"),
        ({"email": "ana@cantina.example", "groups": ["menus"]}, "não diz que verificou"),
        ({"email": "zoe@cantina.example", "email_verified": True, "groups": ["menus"]}, "Ninguém da sua equipe"),
    ],
)
def test_it_says_why_somebody_would_stay_outside(browse, ana, typed, provider, claims, said):
    save(browse, ana, typed)
    browser = browse(ana)
    (address,) = browser.get(INDEX).form(TEST).submit().select("//main//a[contains(@href, '/authorize')]/@href")
    assert browser.request("GET", provider.authorize(address, **claims)).follow().has(said)


def tried(browse, ana, provider, **claims):
    """The page of a try from which these claims came back."""
    browser = browse(ana)
    (address,) = browser.get(INDEX).form(TEST).submit().select("//main//a[contains(@href, '/authorize')]/@href")
    return browser.request("GET", provider.authorize(address, **{"email_verified": True} | claims)).follow()


@pytest.mark.parametrize("whose", ["another agency's", "another agency's, disabled", "an operator's", "nobody's"])
def test_of_other_accounts_a_try_says_no_more_than_of_none(browse, ana, typed, provider, whose):
    save(browse, ana, typed, domains="", groups="")
    if whose == "an operator's":
        accounts.add_operator("zoe@x.example", password=PASSWORD, now=NOW)
    elif whose != "nobody's":
        zoe = make_staff(Role.ADMIN, make_agency("boreal", "Boreal"), email="zoe@x.example", name="Zoe Prado")
        disabled_at = NOW if whose.endswith("disabled") else None
        accounts.Person.update(disabled_at=disabled_at).where(accounts.Person.id == zoe.person.id).execute()
    page = tried(browse, ana, provider, email="zoe@x.example")
    assert page.has("Ninguém da sua equipe") and "Zoe Prado" not in page.html
    outcome = federation.Errand.get().outcome
    assert (outcome["reason"], outcome["person"]) == ("unknown", None)


def test_a_try_keeps_no_name_of_whoever_would_be_refused(browse, ana, bia, typed, provider):
    save(browse, ana, typed, domains="", groups="")
    accounts.Person.update(disabled_at=NOW).where(accounts.Person.id == bia.person.id).execute()
    assert tried(browse, ana, provider, email="bia@aurora.example").has("está desligada")
    assert federation.Errand.get().outcome["person"] is None


def test_a_try_knows_who_is_connected_with_somebody_else(browse, ana, bia, typed, provider):
    save(browse, ana, typed, domains="", groups="")
    door = federation.trial_door(ana.agency)
    accounts.Person.update(password_hash=None).where(accounts.Person.id == bia.person.id).execute()
    federation.connect(door, Claims(door.issuer, "bia-1"), accounts.Person.get_by_id(bia.person.id), now=NOW)
    assert tried(browse, ana, provider, sub="bia-1", email="bia@aurora.example").has("Funciona")
    assert tried(browse, ana, provider, sub="bia-2", email="bia@aurora.example").has("ligada a outra pessoa")


def test_what_came_back_is_for_whoever_tried(browse, ana, bia, typed, provider):
    save(browse, ana, typed)
    browser = browse(ana)
    (address,) = browser.get(INDEX).form(TEST).submit().select("//main//a[contains(@href, '/authorize')]/@href")
    back = browser.request("GET", provider.authorize(address, email="zoe@cantina.example")).location
    assert browser.request("GET", back).status == 200
    assert browse(bia).request("GET", back).status == 404
    assert browse(make_staff(Role.OWNER, make_agency())).request("GET", back).status == 404


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        ({"failing": 500}, "não responde"),
        ({"failing": 404}, "Não há /.well-known"),
        ({"metadata": {"issuer": "https://other.example"}}, "se chama https://other.example"),
        ({"metadata": {"token_endpoint": "http://10.0.0.1/"}}, "não está na internet pública"),
        ({"keys": []}, "não publica chaves"),
    ],
)
def test_the_step_that_fails_is_named(browse, ana, typed, provider, breaks, said):
    save(browse, ana, typed)
    for name, value in breaks.items():
        setattr(provider, name, value)
    page = browse(ana).post(TEST)
    assert page.status == 200 and page.has(said)
    assert not page.select("//a[contains(@href, '/authorize')]")


def test_a_wrong_secret_shows_when_somebody_comes_back(browse, ana, typed, provider):
    save(browse, ana, typed, secret="wrong")
    browser = browse(ana)
    (address,) = browser.post(TEST).select("//main//a[contains(@href, '/authorize')]/@href")
    page = browser.request("GET", provider.authorize(address)).follow()
    assert page.has("não nos aceitou", "invalid_grant")


def test_it_is_removed_with_all_that_is_known_by_it(browse, ana, typed):
    save(browse, ana, typed)
    page = browse(ana).get(INDEX).form(REMOVE).submit().follow()
    assert page.has("O provedor foi removido") and federation.provider_of(ana.agency) is None
    assert browse(ana).post(REMOVE).status == 303


# Who is connected


@pytest.fixture
def connected(ana, browse, typed):
    """Carla of a client and Bia of the staff are known at the provider."""
    save(browse, ana, typed, staff="offered")
    door = federation.trial_door(ana.agency)
    carla = make_contributor(agency=ana.agency, email="carla@cantina.example", name="Carla Nunes")
    bia = make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example", name="Bia Prado")
    for who in (carla, bia):
        claims = Claims(door.issuer, who.person.email)
        federation.connect(door, claims, who.person, proved_as=who.person.id, now=NOW)
    return {row.person.name: row for row in federation.connections_of(ana.agency, most=9)}


def test_who_is_connected_is_listed_found_and_disconnected(browse, ana, connected):
    page = browse(ana).get(INDEX)
    assert page.has("Carla Nunes", "Bia Prado")
    assert not browse(ana).get(INDEX, q="carla@").has("Bia Prado")
    assert browse(ana).get(INDEX, q="100%").has("Ninguém com este endereço")
    page = page.form(DISCONNECT, identity_id=connected["Carla Nunes"].id).submit().follow()
    assert page.has("Carla Nunes foi desligado")
    assert [row.person.name for row in federation.connections_of(ana.agency, most=9)] == ["Bia Prado"]
    (entry,) = AuditEntry.select().where(AuditEntry.action == "sso.disconnected")
    assert (entry.actor_name, entry.subject) == ("Ana Ribeiro", "carla@cantina.example")
    assert browse(ana).post(DISCONNECT, identity_id=connected["Carla Nunes"].id).status == 404


def test_the_staffs_are_the_owners_to_disconnect(browse, ana, connected):
    bia = make_staff(Role.ADMIN, ana.agency)
    page = browse(bia).get(INDEX)
    assert len(page.select("//form[contains(@action, '/connections/')]")) == 1
    assert browse(bia).post(DISCONNECT, identity_id=connected["Bia Prado"].id).status == 403
    assert browse(bia).post(DISCONNECT, identity_id=connected["Carla Nunes"].id).status == 303
    stranger = browse(make_staff(Role.OWNER, make_agency("boreal", "Boreal")))
    assert stranger.post(DISCONNECT, identity_id=connected["Bia Prado"].id).status == 404
    assert browse(make_staff(Role.MANAGER, ana.agency)).post(DISCONNECT, identity_id=ana.person.id).status == 403


def test_a_provider_that_is_not_found_is_said_at_its_field_and_kept_without_opening_anything(
    browse, ana, typed, provider
):
    nowhere = {"issuer": provider.issuer + "/nowhere"}
    page = save(browse, ana, typed, **nowhere)
    row = federation.provider_of(ana.agency)
    assert (row.issuer, row.contributors, row.staff) == (nowhere["issuer"], "off", "off")
    assert page.status == 200 and page.by_id("f-issuer-error").text_content().strip().endswith("seja encontrado.")
    page = save(browse, ana, typed, secret="", staff="offered", **nowhere)
    assert page.by_id("f-issuer-error") is not None and federation.provider_of(ana.agency).staff == "off"
    assert save(browse, ana, typed, staff="offered").status == 303
    assert federation.provider_of(ana.agency).staff == "offered"


def test_a_provider_that_is_down_is_changed_and_closed_all_the_same_but_opens_nothing_more(
    browse, ana, typed, provider
):
    save(browse, ana, typed)
    provider.failing = 500
    assert save(browse, ana, typed, secret="", label="Palco").status == 303
    page = save(browse, ana, typed, secret="", staff="offered")
    row = federation.provider_of(ana.agency)
    assert page.status == 200 and (row.contributors, row.staff) == ("offered", "off")
    assert save(browse, ana, typed, secret="", contributors="off").status == 303
    assert federation.provider_of(ana.agency).contributors == "off"
