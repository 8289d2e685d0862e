"""Sign-in by a provider, there and back: SO-01, SO-07, SO-08, SO-10 to SO-13, and AU-14, AU-15 by this way."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from argon2 import extract_parameters

from portal import clock
from portal.audit_words import sentence
from portal.blueprints.account import sso_visit
from portal.blueprints.agency.activity_lines import lines_of
from portal.domain import accounts, federation, invitations, sign_in, staffing
from portal.domain.accounts import Person, Role, passwords
from portal.domain.audit import AuditEntry
from portal.domain.federation import Use, Wish
from portal.domain.outbox import Message
from portal.gateways.signing import Seal
from portal.languages import speaking
from tests.browser import Browser
from tests.factories import (
    PASSWORD,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_member,
    make_staff,
)
from tests.provider import CLIENT_ID, SECRET

BEGIN, SIGN_IN = "account.sso.begin", "account.sign_in.show"
CARLA = {"sub": "carla-1", "email": "carla@cantina.example", "email_verified": True}
ANA = {"sub": "ana-1", "email": "ana@aurora.example", "email_verified": True}


@pytest.fixture(autouse=True)
def _reachable(app, settings, provider, monkeypatch):
    """The operator lets requests go to the provider of these tests."""
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"egress_allow": provider.place}))


@pytest.fixture
def agency(database):
    return make_agency("aurora", "Aurora")


@pytest.fixture
def ana(agency):
    return make_staff(Role.OWNER, agency, email="ana@aurora.example", name="Ana Ribeiro")


@pytest.fixture
def carla(agency):
    return make_contributor(
        make_app(make_client(agency, "Cantina")), ["menus"], email=CARLA["email"], name="Carla Nunes"
    )


@pytest.fixture
def set_up(ana, settings, provider):
    """Give Ana's agency the provider, open as wished; it knows Ana where `met`."""

    def set_up(by=ana, *, proven=True, met=True, **changes):
        wish = {
            "label": "Palco ID", "issuer": provider.issuer, "client_id": CLIENT_ID, "secret": SECRET, "domains": (),
            "groups": (), "group_claim": "groups", "contributors": Use.OFFERED, "staff": Use.OFFERED,
        } | changes  # fmt: skip
        only = {kind: wish[kind] for kind in ("contributors", "staff") if wish[kind] == Use.ONLY}
        now, seal = clock.now(), Seal(settings).close
        row = federation.save(Wish(**wish | dict.fromkeys(only, Use.OFFERED)), by=by, seal=seal, now=now)
        if only and proven:
            federation.note_proven(federation.trial_door(by.agency), now=now)
            row = federation.save(Wish(**wish | {"secret": ""}), by=by, seal=seal, now=now)
        if met and by is ana and not federation.identities_of(ana.person):
            met_before(ana, str(ana.agency.id), provider)
        return row

    return set_up


def met_before(staff, key, provider):
    """The provider vouched for this one of the staff before."""
    federation.Identity.create(
        person=staff.person, provider=key, house=accounts.PLATFORM, issuer=provider.issuer, subject=ANA["sub"],
        created_at=clock.now(), used_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def aurora(app, settings, agency):
    return Browser(app, settings, "aurora.localhost")


def leave(browser, *, start=SIGN_IN, form="#sso-begin", **typed):
    """Press the button; the address at the provider to which the browser goes on by itself."""
    page = browser.get(start).form(form).submit(**typed)
    assert page.status == 200, page.text
    zero, _, address = page.headers["Refresh"].partition("; url=")
    assert zero == "0" and address in page.select("//main//a/@href")
    return address


def come_back(browser, address, provider, **claims):
    return browser.request("GET", provider.authorize(address, **claims))


def enter(browser, provider, **claims):
    return come_back(browser, leave(browser), provider, **claims)


def again(browser):
    """Another browser at the same host."""
    return Browser(browser.app, browser.settings, browser.host)


def persons():
    return Person.select().count()


def letters(letter):
    return [row.payload for row in Message.select() if row.payload.get("letter") == letter]


def trail(action):
    return list(AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id))


def test_a_contributor_comes_in_by_the_provider_of_his_agency(aurora, carla, set_up, provider):
    set_up()
    page = enter(aurora, provider, **CARLA)
    assert page.status == 303 and page.location == "/office/cantina/menus/"
    assert page.follow().status == 200
    (link,) = federation.identities_of(carla.person)
    assert (link.issuer, link.subject) == (provider.issuer, "carla-1")


def test_the_first_time_is_written_down_and_told_the_second_is_not(aurora, carla, set_up, provider):
    set_up()
    for browser in (aurora, again(aurora)):
        assert enter(browser, provider, **CARLA).status == 303
    assert [entry.subject for entry in trail("sso.connected")] == [CARLA["email"]]
    (letter,) = letters("sso_connection")
    assert letter["to"] == CARLA["email"]
    assert letter["values"]["path"] == "/account/" and letter["agency"] == str(carla.app.agency_id)


def test_whoever_is_known_stays_known_whatever_his_address_becomes(aurora, carla, set_up, provider):
    set_up()
    enter(aurora, provider, **CARLA)
    assert (
        enter(again(aurora), provider, sub="carla-1", email="new@elsewhere.example", email_verified=True).status == 303
    )


def test_he_gets_to_the_page_that_he_wanted(aurora, carla, set_up, provider):
    set_up()
    page = aurora.get("/office/cantina/menus/").follow()
    address = page.form("#sso-begin").submit().headers["Refresh"].partition("url=")[2]
    assert come_back(aurora, address, provider, **CARLA).location == "/office/cantina/menus/"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https:evil.example", "http://evil.example/", "%2f%2fevil.example",
               "/%09/evil.example", "javascript:alert(1)", "@evil.example", "http://aurora.localhost:1/", "/agency/"],
)  # fmt: skip
def test_he_gets_nowhere_else(aurora, carla, set_up, provider, wanted):
    set_up()
    page = aurora.post(BEGIN, {"next": wanted})
    address = page.headers["Refresh"].partition("url=")[2]
    assert wanted not in address
    assert come_back(aurora, address, provider, **CARLA).location == "/office/cantina/menus/"


# The way back


def refused(page):
    assert page.status == 422 and page.has("Você não entrou"), page.text
    assert "Referrer-Policy" in page.headers
    return True


def test_a_way_back_without_its_state_leads_nowhere(aurora, carla, set_up, provider):
    set_up()
    there = urlsplit(provider.authorize(leave(aurora), **CARLA))
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    for changed in ({"state": ""}, {"state": "x"}, {"state": asked["state"][:-1]}, {"state": asked["state"] + "x"}):
        assert refused(aurora.request("GET", f"{there.path}?{urlencode(asked | changed)}"))
    assert refused(aurora.request("GET", there.path))
    assert "/token" not in provider.paths
    assert aurora.request("GET", f"{there.path}?{there.query}").status == 303


def test_a_way_back_works_once(aurora, carla, set_up, provider):
    set_up()
    back = provider.authorize(leave(aurora), **CARLA)
    assert aurora.request("GET", back).status == 303
    assert refused(aurora.request("GET", back))
    assert provider.paths.count("/token") == 1


def test_a_way_back_belongs_to_one_browser(app, settings, aurora, carla, set_up, provider):
    set_up()
    back = provider.authorize(leave(aurora), **CARLA)
    other = Browser(app, settings, aurora.host)
    assert refused(other.request("GET", back))
    leave(other)  # it has been somewhere of its own
    assert refused(other.request("GET", back))
    assert "/token" not in provider.paths


def test_a_way_back_belongs_to_one_host_and_one_provider(app, settings, aurora, carla, set_up, provider, ana):
    set_up()
    rita = make_staff(Role.OWNER, make_agency("boreal", "Boreal"))
    set_up(by=rita)
    back = urlsplit(provider.authorize(leave(aurora), **CARLA))
    cookie = aurora.client.get_cookie("session", domain="aurora.localhost", path="/")
    for host, path in [
        ("boreal.localhost", "/sign-in/sso-callback"),
        ("localhost", "/sign-in/sso-callback"),
        ("localhost", "/sign-in/sso/aurora/callback"),
        ("localhost", "/sign-in/sso/boreal/callback"),
        ("localhost", "/sign-in/sso/nobody/callback"),
    ]:
        other = Browser(app, settings, host)
        other.client.set_cookie("session", cookie.value, domain=host, origin_only=True)
        page = other.request("GET", f"{path}?{back.query}")
        assert page.status == 422
    assert aurora.request("GET", f"/sign-in/sso/aurora/callback?{back.query}").status == 404
    assert "/token" not in provider.paths


def test_a_way_back_lives_for_ten_minutes(aurora, carla, set_up, provider, monkeypatch):
    set_up()
    back = provider.authorize(leave(aurora), **CARLA)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10, seconds=1))
    assert refused(aurora.request("GET", back))


def test_settings_changed_meanwhile_close_the_way_back(aurora, carla, set_up, provider):
    set_up()
    back = provider.authorize(leave(aurora), **CARLA)
    set_up(client_id="another")
    assert refused(aurora.request("GET", back))
    set_up(contributors=Use.OFF)
    assert refused(aurora.request("GET", back))


def test_a_code_of_somebody_elses_visit_is_refused_by_its_nonce(app, settings, aurora, carla, set_up, provider):
    set_up()
    other = Browser(app, settings, aurora.host)
    stolen = parse_qs(urlsplit(provider.authorize(leave(other), **CARLA)).query)["code"][0]
    state = parse_qs(urlsplit(leave(aurora)).query)["state"][0]
    assert refused(aurora.request("GET", "/sign-in/sso-callback?" + urlencode({"code": stolen, "state": state})))


def test_nothing_that_opens_anything_is_kept(aurora, carla, set_up, provider):
    set_up()
    asked = parse_qs(urlsplit(leave(aurora)).query)
    (row,) = federation.Errand.select()
    kept = " ".join(str(value) for value in row.__data__.values())
    with aurora.client.session_transaction(base_url="http://aurora.localhost:8000") as session:
        browser = session.get("sso", "-")
    for secret in (asked["state"][0], asked["nonce"][0], browser):
        assert secret not in kept


def test_whoever_goes_back_from_the_provider_is_told(aurora, carla, set_up, provider):
    set_up()
    state = parse_qs(urlsplit(leave(aurora)).query)["state"][0]
    page = aurora.request("GET", "/sign-in/sso-callback?" + urlencode({"error": "access_denied", "state": state}))
    assert refused(page) and page.has("Palco ID não confirmou você")


# Who comes back


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "x", "email": "nobody@cantina.example", "email_verified": True},
        {"sub": "x", "email": "nobody@cantina.example", "email_verified": True, "groups": ["operator", "owner"]},
        {"sub": "x", "email": CARLA["email"], "email_verified": False},
        {"sub": "x", "email": CARLA["email"]},
        {"sub": "x"},
    ],
)
def test_a_stranger_gets_a_plain_refusal_and_no_account(aurora, carla, set_up, provider, claims):
    set_up()
    before = persons()
    page = enter(aurora, provider, **claims)
    assert refused(page) and page.has("não há aqui uma conta que possa usar")
    assert persons() == before and federation.identities_of(carla.person) == []
    (entry,) = trail("sso.refused")
    assert entry.agency_id == carla.app.agency_id and entry.details["reason"] in ("unknown", "unverified")
    assert aurora.get("/office/cantina/menus/").status == 302


def test_nobody_takes_over_an_account_that_is_connected_already(aurora, carla, set_up, provider):
    set_up()
    enter(aurora, provider, **CARLA)
    assert refused(enter(again(aurora), provider, **CARLA | {"sub": "carla-2"}))
    assert trail("sso.refused")[0].details["reason"] == "other_subject"


@pytest.mark.parametrize(
    ("rule", "claims", "status"),
    [
        ({"domains": ("cantina.example",)}, {}, 303),
        ({"domains": ("xcantina.example", "b.cantina.example")}, {}, 422),
        ({"groups": ("menus", "staff")}, {"groups": ["staff"]}, 303),
        ({"groups": ("menus",)}, {"groups": "menus"}, 303),
        ({"groups": ("menus",)}, {"groups": ["Menus", "menusx"]}, 422),
        ({"groups": ("menus",)}, {}, 422),
        ({"groups": ("menus",), "group_claim": "roles"}, {"groups": ["menus"], "roles": []}, 422),
    ],
)
def test_domains_and_groups_let_in_or_not(aurora, carla, set_up, provider, rule, claims, status):
    set_up(**rule)
    assert enter(aurora, provider, **CARLA, **claims).status == status


def test_a_rule_that_came_later_counts_for_whoever_is_known(aurora, carla, set_up, provider):
    set_up()
    enter(aurora, provider, **CARLA)
    set_up(groups=("menus",))
    assert refused(enter(again(aurora), provider, **CARLA))


def test_a_removed_contributor_stays_out_though_the_provider_knows_him(aurora, carla, set_up, provider, ana):
    set_up()
    enter(aurora, provider, **CARLA)
    accounts.end_contributor(carla, by=ana.actor, now=clock.now())
    before = accounts.Contributor.select().count()
    page = enter(again(aurora), provider, **CARLA)
    assert page.status == 403 and page.has("nada está aberto")
    assert accounts.Contributor.select().count() == before


def test_a_disabled_account_stays_out(aurora, carla, set_up, provider):
    set_up()
    enter(aurora, provider, **CARLA)
    Person.update(disabled_at=clock.now()).where(Person.id == carla.person.id).execute()
    assert refused(enter(again(aurora), provider, **CARLA))
    assert trail("sso.refused")[0].details["reason"] == "disabled"


def test_two_agencies_with_one_provider_know_nothing_of_each_other(app, settings, aurora, carla, set_up, provider):
    set_up()
    set_up(by=make_staff(Role.OWNER, make_agency("boreal", "Boreal")))
    assert enter(aurora, provider, **CARLA).status == 303
    assert refused(enter(Browser(app, settings, "boreal.localhost"), provider, **CARLA))


@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize("way", ["known", "by its address", "invited", "called"])
def test_a_provider_that_goes_while_somebody_is_on_the_way_lets_nobody_in(
    app, settings, aurora, carla, ana, set_up, provider, monkeypatch, invited, called, way, stays
):
    set_up()
    if way == "known":
        enter(again(aurora), provider, **CARLA)
    before, redeem = persons(), sso_visit.redeem

    def late(*args):
        claims = redeem(*args)
        set_up(contributors=Use.OFF, staff=Use.OFF) if stays else federation.remove(by=ana, now=clock.now())
        return claims

    monkeypatch.setattr(sso_visit, "redeem", late)
    if way == "invited":
        page = accept(aurora, invited, provider, **DAVI)
    elif way == "called":
        page = accept_place(at_platform(app, settings), called, provider, **BIA)
    else:
        page = enter(aurora, provider, **CARLA)
    assert page.status == 422 and persons() == before
    assert len(federation.identities_of(carla.person)) == (way == "known" and stays)


def test_a_refusal_is_told_with_the_provider_and_its_reason(aurora, carla, ana, set_up, provider, browse):
    set_up()
    enter(aurora, provider, sub="x", email="nobody@cantina.example", email_verified=True)
    said = "Palco ID confirmou nobody@cantina.example, que não entrou: nenhuma conta com este endereço"
    page = browse(ana).get("agency.activity.index")
    assert page.has(said) and "unknown" not in page.text
    (entry,) = trail("sso.refused")
    assert list(lines_of(entry, "BRL")) == []
    entry.details = {"reason": "unverified"}
    with speaking("en"):
        assert sentence(entry).startswith("Palco ID vouched for nobody@cantina.example")


# A provider that fails


@pytest.mark.parametrize("trouble", ["failing", "raw", "gone"])
def test_a_provider_that_is_down_is_said_to_be(aurora, carla, set_up, provider, trouble):
    set_up()
    address = leave(aurora)
    back = provider.authorize(address, **CARLA)
    if trouble == "failing":
        provider.failing = 500
    elif trouble == "raw":
        provider.raw = {"/token": b"<html>", "/.well-known/openid-configuration": b"no"}
    else:
        provider.stop()
    assert refused(aurora.request("GET", back))
    from portal.gateways import identity_discovery

    identity_discovery.forget()
    page = aurora.post(BEGIN)
    assert refused(page) and page.has("Palco ID")
    assert (
        aurora.get(SIGN_IN).form("account.sign_in.submit").submit(email=CARLA["email"], password=PASSWORD).status == 303
    )


# Staff, at the platform


def at_platform(app, settings):
    return Browser(app, settings, settings.platform_host)


def test_staff_name_their_agency(app, settings, ana, set_up, provider):
    set_up()
    browser = at_platform(app, settings)
    page = browser.get(SIGN_IN)
    assert page.has_link("account.sso.show")
    address = leave(browser, start="account.sso.show", form="#sso-form", agency=" Aurora ")
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == ["http://localhost:8000/sign-in/sso/aurora/callback"]
    page = come_back(browser, address, provider, **ANA)
    assert page.status == 303 and page.location == "/agency/"


def test_staff_come_by_a_link_of_their_agency(app, settings, ana, set_up, provider):
    set_up()
    browser = at_platform(app, settings)
    address = browser.get("account.sso.named", agency="aurora").form("#sso-form").submit().headers["Refresh"][7:]
    assert come_back(browser, address, provider, **ANA).location == "/agency/"


def test_the_way_of_one_agencys_staff_is_not_anothers(app, settings, ana, set_up, provider):
    set_up()
    set_up(by=make_staff(Role.OWNER, make_agency("boreal", "Boreal")))  # the same client of the same provider
    browser = at_platform(app, settings)
    back = provider.authorize(leave(browser, start="account.sso.show", form="#sso-form", agency="aurora"), **ANA)
    assert (
        refused(browser.request("GET", back.replace("/sso/aurora/", "/sso/boreal/"))) and "/token" not in provider.paths
    )
    assert browser.request("GET", back).status == 303


def test_nobody_learns_which_agencies_there_are(app, settings, ana, set_up, provider):
    set_up(by=make_staff(Role.OWNER, make_agency("boreal", "Boreal")), staff=Use.OFF)
    answers = []
    for name in ("boreal", "nobody"):
        browser = at_platform(app, settings)
        shown = browser.get("account.sso.named", agency=name)
        page = shown.form("#sso-form").submit()
        assert (page.status == 422 and page.has("Não há entrada por provedor")) or page.has("There is no sign-in")
        answers.append((shown.html.replace(name, "-"), page.html.replace(name, "-")))
    same = [[_without_tokens(part) for part in pair] for pair in answers]
    assert same[0] == same[1]


def _without_tokens(text):
    import re

    return re.sub(r'(csrf_token" value="|X-CSRFToken": ")[^"]+', r"\1", text)


def test_a_provider_reaches_the_staff_of_its_own_agency_alone(app, settings, ana, set_up, provider):
    set_up()
    make_staff(Role.OWNER, make_agency("boreal", "Boreal"), email="rita@boreal.example")
    accounts.add_operator("ops@ribalta.example", password=PASSWORD, now=clock.now())
    both = accounts.add_operator("both@ribalta.example", password=PASSWORD, now=clock.now())
    accounts.StaffMembership.create(person=both, agency=ana.agency, role="owner", created_at=clock.now())
    for address in ("rita@boreal.example", "ops@ribalta.example", "both@ribalta.example"):
        browser = at_platform(app, settings)
        there = leave(browser, start="account.sso.show", form="#sso-form", agency="aurora")
        assert come_back(browser, there, provider, sub=address, email=address, email_verified=True).status == 422
    assert {entry.details["reason"] for entry in trail("sso.refused")} == {"unknown"}


@pytest.fixture
def installation(app, provider, monkeypatch):
    """The settings name a provider, too."""
    from pydantic import SecretStr

    named = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(SECRET)}
    monkeypatch.setitem(
        app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=named | {"oidc_label": "Casa"})
    )


@pytest.mark.usefixtures("installation")
def test_the_installations_own_provider_lets_in_operators_and_staff(app, settings, ana, provider):
    accounts.add_operator("ops@ribalta.example", password=PASSWORD, now=clock.now())
    met_before(ana, federation.INSTALLATION, provider)
    browser = at_platform(app, settings)
    by_password(browser, "ops@ribalta.example")
    back = browser.get("account.sso.show").form("#sso-begin").submit().headers["Refresh"].partition("url=")[2]
    page = come_back(browser, back, provider, sub="ops", email="ops@ribalta.example", email_verified=True)
    assert page.status == 303 and page.location == "/account/"
    assert enter(at_platform(app, settings), provider, **ANA).location == "/agency/"
    assert (
        refused(enter(at_platform(app, settings), provider, sub="n", email="n@x.example", email_verified=True)) is True
    )


@pytest.mark.usefixtures("installation")
def test_it_is_not_on_the_hosts_of_agencies(aurora, carla):
    page = aurora.get(SIGN_IN)
    assert not page.select("//form[@id='sso-begin']") and "Casa" not in page.html
    assert aurora.post(BEGIN).status == 422


@pytest.mark.usefixtures("installation")
def test_it_gives_way_where_an_agency_lets_its_staff_in_by_its_own_alone(app, settings, ana, set_up, provider):
    make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example")
    set_up(staff=Use.ONLY)
    met_before(ana, federation.INSTALLATION, provider)
    page = enter(at_platform(app, settings), provider, sub="bia", email="bia@aurora.example", email_verified=True)
    assert page.status == 422
    assert enter(at_platform(app, settings), provider, **ANA).location == "/agency/"


def test_a_wrong_password_is_compared_as_often_and_as_dearly_whoever_it_is_tried_for(
    app, settings, ana, set_up, monkeypatch
):
    """AU-04 without a clock: the one dear step of a try is made for everybody once, with the same costs."""
    harbour, bia = make_staff(Role.OWNER, make_agency()), make_staff(Role.ADMIN, ana.agency)
    disabled, vouched = (make_staff(Role.ADMIN, harbour.agency).person for _ in range(2))
    Person.update(disabled_at=clock.now()).where(Person.id == disabled.id).execute()
    Person.update(password_hash=None).where(Person.id == vouched.id).execute()
    staffing.invite(harbour, "pending@x.example", staffing.Place("admin"), origin="", now=clock.now())
    set_up(staff=Use.ONLY)
    tried = [harbour.person.email, "nobody@x.example", disabled.email, bia.person.email, "pending@x.example"]
    made, hasher = [], passwords._hasher

    class Counting:
        hash = check_needs_rehash = None

        def verify(self, password_hash, password):
            made.append((extract_parameters(password_hash), password))
            return hasher.verify(password_hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    platform, costs = at_platform(app, settings), extract_parameters(harbour.person.password_hash)
    form = platform.get(SIGN_IN).form("account.sign_in.submit")
    for password in ("not the one", PASSWORD, "x" * 255):
        for email in [*tried, vouched.email]:
            if (email, password) != (harbour.person.email, PASSWORD):
                made.clear()
                assert form.submit(email=email, password=password).status == 422, email
                assert made == [(costs, password)], f"{email}: {made}"


# Invitations


@pytest.fixture
def invited(carla):
    """A link for Davi, and its path."""
    member = make_member(make_staff(Role.OWNER, carla.app.agency), carla.app)
    invitations.invite(
        member,
        "davi@cantina.example",
        ["menus"],
        language="pt-BR",
        origin="http://aurora.localhost:8000",
        now=clock.now(),
    )
    (letter,) = letters("invitation")
    return urlsplit(letter["values"]["link"]).path


DAVI = {"sub": "davi-1", "email": "davi@cantina.example", "email_verified": True, "name": "Davi Lima"}


def accept(aurora, path, provider, **claims):
    token = path.rpartition("/")[2]
    aurora.get(path)
    page = aurora.post(BEGIN, {"setup": token})
    return come_back(aurora, page.headers["Refresh"].partition("url=")[2], provider, **claims)


def test_an_invitation_is_accepted_by_the_provider(aurora, carla, set_up, provider, invited):
    set_up()
    page = accept(aurora, invited, provider, **DAVI)
    assert page.status == 303 and page.location == "/office/cantina/menus/"
    davi = accounts.person_in(str(carla.app.agency_id), DAVI["email"])
    assert davi.name == "Davi Lima" and davi.password_hash is None
    assert [entry.subject for entry in trail("invitation.accepted")] == [DAVI["email"]]
    assert aurora.get(invited).status == 404
    enter(again(aurora), provider, **DAVI)


@pytest.mark.parametrize(
    ("claims", "rule"),
    [
        ({"email": "other@cantina.example"}, {}),
        ({"email": "other@cantina.example", "email_verified": False}, {}),
        ({}, {"domains": ("elsewhere.example",)}),
        ({}, {"groups": ("menus",)}),
    ],
)
def test_an_invitation_is_for_the_invited_alone(aurora, carla, set_up, provider, invited, claims, rule):
    set_up(**rule)
    before = persons()
    assert refused(accept(aurora, invited, provider, **DAVI | claims))
    assert persons() == before and aurora.get(invited).status == 200


def test_a_dead_link_is_not_carried_along(aurora, carla, set_up, provider, invited):
    set_up()
    assert aurora.post(BEGIN, {"setup": "x" * 43}).status == 404
    token = invited.rpartition("/")[2]
    page = aurora.post(BEGIN, {"setup": token})
    invitation = invitations.Invitation.get()
    invitations.Invitation.update(revoked_at=clock.now()).where(invitations.Invitation.id == invitation.id).execute()
    before = persons()
    assert refused(come_back(aurora, page.headers["Refresh"].partition("url=")[2], provider, **DAVI))
    assert persons() == before


def test_an_account_that_is_there_already_is_proved_by_its_address(aurora, carla, set_up, provider):
    set_up()
    second = make_app(make_client(carla.app.agency, "Segunda"))
    invitations.invite(
        make_member(make_staff(Role.OWNER, carla.app.agency), second), CARLA["email"], ["menus"], language="pt-BR",
        origin="http://aurora.localhost:8000", now=clock.now(),
    )  # fmt: skip
    path = urlsplit(letters("invitation")[0]["values"]["link"]).path
    assert refused(accept(aurora, path, provider, sub="carla-1"))
    assert accept(aurora, path, provider, **CARLA).status == 303
    assert accounts.contributor_in(second, carla.person)


def test_the_way_there_is_a_post_of_our_own_page(aurora, carla, set_up):
    set_up()
    assert aurora.request("POST", "/sign-in/sso").status == 400
    assert aurora.request("GET", "/sign-in/sso").status == 404  # naming an agency is for the platform


def test_whoever_is_signed_in_as_somebody_else_uses_no_link_up(browse, carla, set_up, provider, invited):
    set_up()
    token = invited.rpartition("/")[2]
    other = browse(carla)
    page = other.post(BEGIN, {"setup": token})
    assert page.status == 403 and page.has(CARLA["email"]) and DAVI["email"] not in page.html


# The only way in


def test_where_it_is_the_only_way_no_password_is_set(aurora, carla, set_up, provider, invited):
    set_up(contributors=Use.ONLY)
    page = aurora.get(invited)
    assert not page.select("//input[@name='password']") and page.select("//form[@id='sso-begin']")
    page = aurora.post(invited, {"name": "Davi", "password": "quatro palavras bem longas"})
    assert page.status == 422 and page.has("só se entra pelo provedor")
    assert accept(aurora, invited, provider, **DAVI).status == 303


# Staff, invited


@pytest.fixture
def called(ana):
    """A link for Bia to the staff of Ana's agency, and its path."""
    place = staffing.Place(role=Role.ADMIN)
    staffing.invite(ana, "bia@aurora.example", place, origin="http://localhost:8000", now=clock.now())
    (letter,) = letters("staff_invitation")
    return urlsplit(letter["values"]["link"]).path


BIA = {"sub": "bia-1", "email": "bia@aurora.example", "email_verified": True, "name": "Bia Prado"}


def accept_place(browser, path, provider, **claims):
    address = browser.get(path).form("#sso-begin").submit().headers["Refresh"].partition("url=")[2]
    return come_back(browser, address, provider, **claims)


def test_a_place_on_the_staff_is_taken_by_the_provider(app, settings, set_up, provider, called):
    set_up(staff=Use.ONLY)
    browser = at_platform(app, settings)
    assert browser.post(called, {"name": "Bia", "password": "quatro palavras bem longas"}).status == 422
    page = accept_place(browser, called, provider, **BIA)
    assert page.status == 303 and page.location == "/agency/"
    bia = accounts.person_in(accounts.PLATFORM, BIA["email"])
    assert bia.name == "Bia Prado" and accounts.staff_of_person(bia).role == Role.ADMIN
    assert browser.get(called).status == 404


def test_no_agency_vouches_for_an_account_that_is_there_already(app, settings, set_up, provider, called):
    set_up()
    accounts.register(accounts.PLATFORM, BIA["email"], name="Bia", language="pt-BR", password=PASSWORD, now=clock.now())
    assert accept_place(at_platform(app, settings), called, provider, **BIA).status == 422
    assert trail("sso.refused")[0].details["reason"] == "by_password"
    set_up(by=make_staff(Role.OWNER, make_agency("boreal", "Boreal")))
    other = {"agency": "boreal", "setup": called.rpartition("/")[2]}
    assert at_platform(app, settings).post(BEGIN, other).status == 404


def test_a_copied_link_shows_nobody_whether_an_address_has_an_account(app, settings, ana, set_up, provider):
    set_up()
    accounts.register(accounts.PLATFORM, BIA["email"], name="Bia", language="pt-BR", password=PASSWORD, now=clock.now())
    answers = []
    for claims in (BIA, BIA | {"sub": "lia-1", "email": "lia@aurora.example"}):
        place, now = staffing.Place(role=Role.ADMIN), clock.now()
        made = staffing.invite(ana, claims["email"], place, origin="http://localhost:8000", now=now)
        later = now + timedelta(seconds=1)
        link = staffing.resend(made, by=ana, origin="http://localhost:8000", mail=False, now=later)
        page = accept_place(at_platform(app, settings), urlsplit(link).path, provider, **claims)
        answers.append((page.status, " ".join(page.text.split()).replace(claims["email"], "…")))
    assert answers[0] == answers[1] and answers[0][0] == 422 and "use uma senha" in answers[0][1]
    assert {entry.details["reason"] for entry in trail("sso.refused")} == {"by_password"}
    assert accounts.person_in(accounts.PLATFORM, "lia@aurora.example") is None


@pytest.mark.parametrize("name", ["Bia www.evil.example", "Bia\u202e", ""])
def test_a_name_that_the_provider_claims_and_can_be_none_here_keeps_nobody_out(
    app, settings, set_up, provider, called, name
):
    set_up()
    assert accept_place(at_platform(app, settings), called, provider, **BIA | {"name": name}).status == 303
    assert accounts.person_in(accounts.PLATFORM, BIA["email"]).name == ""


def by_password(browser, email, password=PASSWORD):
    return browser.get(SIGN_IN).form("account.sign_in.submit").submit(email=email, password=password)


def test_the_only_way_takes_no_password_and_says_no_more_than_a_wrong_one(aurora, carla, set_up, provider):
    set_up(contributors=Use.ONLY)
    right = by_password(aurora, CARLA["email"])
    wrong = by_password(again(aurora), CARLA["email"], "not the password")
    assert right.status == wrong.status == 422
    assert _without_tokens(right.html) == _without_tokens(wrong.html)
    assert enter(again(aurora), provider, **CARLA).status == 303


def test_the_only_way_gives_no_new_password(app, settings, carla, ana, set_up):
    make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example")
    set_up(contributors=Use.ONLY, staff=Use.ONLY)
    platform = accounts.PLATFORM
    people = [(str(ana.agency.id), CARLA["email"]), (platform, "bia@aurora.example"), (platform, ANA["email"])]
    for house, email in people:
        sign_in.send_reset(
            house, email, link_to=lambda person, token: "http://x/", may=federation.may_use_password, now=clock.now()
        )
    assert [letter["to"] for letter in letters("password_reset")] == [ANA["email"]]


def test_owners_keep_their_password_in_the_open(app, settings, ana, set_up):
    make_staff(Role.OWNER, ana.agency, email="olga@aurora.example")
    make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example")
    set_up(staff=Use.ONLY)
    assert by_password(at_platform(app, settings), "bia@aurora.example").status == 422
    assert by_password(at_platform(app, settings), ANA["email"]).status == 303
    assert [entry.actor_name for entry in trail("sso.bypassed")] == ["Ana Ribeiro"]
    assert {letter["to"] for letter in letters("sso_bypassed")} == {ANA["email"], "olga@aurora.example"}


def is_in(browser, start="/account/"):
    return browser.get(start).status == 200


def test_the_only_way_ends_what_passwords_began(app, settings, aurora, carla, ana, set_up, browse):
    bia = browse(make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example"))
    owner, rita = browse(ana), browse(make_staff(Role.ADMIN, make_agency("boreal", "Boreal")))
    by_password(aurora, CARLA["email"])
    set_up(contributors=Use.ONLY)
    assert not is_in(aurora) and is_in(bia) and is_in(owner)
    set_up(contributors=Use.ONLY, staff=Use.ONLY)
    assert not is_in(bia) and is_in(owner) and is_in(rita)


def test_a_half_done_sign_in_by_password_is_over_with_passwords(aurora, carla, set_up):
    code = sign_in.make_codes(carla.person, now=clock.now())[0]
    with_passkey(carla.person)
    page = by_password(aurora, CARLA["email"]).follow()
    set_up(contributors=Use.ONLY)
    assert page.form("account.second_step.submit").submit(code=code).status != 303
    assert not is_in(aurora)


def test_an_owner_who_comes_by_the_provider_passed_nothing(app, settings, ana, set_up, provider):
    set_up(staff=Use.ONLY)
    Person.update(password_hash=None).where(Person.id == ana.person.id).execute()
    browser = at_platform(app, settings)
    page = come_back(
        browser, leave(browser, start="account.sso.show", form="#sso-form", agency="aurora"), provider, **ANA
    )
    assert page.location == "/agency/" and trail("sso.bypassed") == [] and letters("sso_bypassed") == []


def with_passkey(person):
    """A second factor, so that codes on paper are asked for."""
    sign_in.Passkey.create(
        person=person, credential_hash="x", credential="x", public_key="x", signs=0, transports=[], host="x",
        name="x", created_at=clock.now(),
    )  # fmt: skip


def test_an_owner_whose_second_step_follows_a_password_is_written_down_once(app, settings, ana, set_up):
    set_up(staff=Use.ONLY)
    code = sign_in.make_codes(ana.person, now=clock.now())[0]
    with_passkey(ana.person)
    browser = at_platform(app, settings)
    page = by_password(browser, ANA["email"])
    assert trail("sso.bypassed") == []
    assert page.follow().form("account.second_step.submit").submit(code=code).status == 303
    assert len(trail("sso.bypassed")) == 1


def test_an_owner_who_sets_a_password_by_an_invitation_is_written_down(app, settings, ana, set_up):
    set_up(staff=Use.ONLY)
    place = staffing.Place(role=Role.OWNER)
    staffing.invite(ana, "olga@aurora.example", place, origin="http://localhost:8000", now=clock.now())
    path = urlsplit(letters("staff_invitation")[0]["values"]["link"]).path
    page = at_platform(app, settings).post(path, {"name": "Olga", "password": "quatro palavras bem longas"})
    assert page.status == 303
    assert [entry.subject for entry in trail("sso.bypassed")] == ["olga@aurora.example"]


def test_without_it_nothing_is_said_of_passwords(app, settings, ana, set_up):
    set_up()
    assert by_password(at_platform(app, settings), ANA["email"]).status == 303
    assert trail("sso.bypassed") == [] and letters("sso_bypassed") == []


def test_a_sign_in_by_the_provider_is_a_strong_one(aurora, carla, ana, set_up, provider):
    set_up()
    sign_in.set_demand(ana.agency, sign_in.Demand(contributors=True), by=ana, now=clock.now())
    assert enter(aurora, provider, **CARLA).location == "/office/cantina/menus/"
    assert aurora.get("/office/cantina/menus/").status == 200
    accounts.set_password(carla.person, accounts.hash_password(PASSWORD))
    by_password(again(aurora), CARLA["email"])
    owing = [row.owes_factor_since is not None for row in accounts.SignIn.select().order_by(accounts.SignIn.id)]
    assert owing == [False, True]


def test_no_secret_reaches_the_log(aurora, carla, set_up, provider, capfd):
    set_up()
    address = leave(aurora)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    back = provider.authorize(address, **CARLA)
    assert aurora.request("GET", back).status == 303 and refused(aurora.request("GET", back))
    written = "".join(capfd.readouterr())
    assert "sso-callback" in written or written == ""
    for secret in (SECRET, asked["state"], asked["nonce"], parse_qs(urlsplit(back).query)["code"][0]):
        assert secret not in written
