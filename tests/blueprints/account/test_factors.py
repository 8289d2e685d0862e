"""Second factors, forgotten passwords, sessions and addresses, as a browser meets them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pyotp
import pytest

from portal import clock
from portal.domain import sign_in
from portal.domain.accounts import Person, Role, SignIn, StaffMembership
from portal.domain.errors import Forbidden, Invalid
from portal.domain.outbox import Message
from portal.domain.sign_in import Demand
from portal.domain.sign_in.models import Authenticator
from portal.jobs.outbox import drain
from portal.web.access import stamp_of
from tests.browser import Browser
from tests.domain.test_sign_in import make_passkey
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor, make_staff

NEW = "quatro gatos no telhado 7"


@pytest.fixture
def agency(database):
    return make_agency("aurora", "Aurora")


@pytest.fixture
def carla(agency):
    return make_contributor(make_app(make_client(agency, "Cantina")), ["menus"], email="carla@cantina.example")


@pytest.fixture
def aurora(app, settings, agency):
    return Browser(app, settings, "aurora.localhost")


def enter(browser, email="carla@cantina.example", password=PASSWORD):
    return browser.get("account.sign_in.show").form("account.sign_in.submit").submit(email=email, password=password)


def sign_out(browser):
    browser.get("/account/")
    browser.post("account.sign_out.submit")


def letters(app, kind):
    """What waits to be mailed, after what must be done first was done; nothing of it is sent."""
    for topic in ("sign_in.reset_wanted", "sign_in.address_wanted", "sign_in.attacked"):
        drain(app.config["JOBS"], topic=topic, now=clock.now)
    found = [row.payload for row in Message.select().order_by(Message.id) if row.payload.get("letter") == kind]
    return [payload | payload["values"] for payload in found]


def path_of(letter):
    return "/" + letter["link"].split("/", 3)[3]


def add_app(browser):
    """Set up an app for codes; its secret and the page that followed."""
    browser.get("account.security.index").form("#add-app").submit()
    page = browser.get("account.authenticator.index")
    shown = page.select("//*[@class='typed-secret']")[0].text
    assert re.fullmatch(r"(\w{4} ){7}\w{4}", shown), "in fours, as one types them"
    secret = shown.replace(" ", "")
    assert page.select("//*[@class='qr']//*[local-name()='svg']")
    return secret, page.form("#authenticator").submit(code=pyotp.TOTP(secret).at(clock.now()))


def has_form(page, name):
    return bool(page.select(f"//form[@id='{name}']"))


def later(monkeypatch, **more):
    moment = clock.now() + timedelta(**more)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_forgotten_password_is_renewed_by_the_link_once(app, aurora, carla, browse):
    elsewhere = browse(carla)
    page = aurora.get("account.forgotten.index").form("#forgotten").submit(email="Carla@cantina.example")
    assert page.status == 200
    (letter,) = letters(app, "password_reset")
    assert letter["link"].startswith("http://aurora.localhost:8000/reset/")
    page = aurora.get(path_of(letter))
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    assert page.form("#reset").submit(password="password1").status == 422
    assert page.form("#reset").submit(password=NEW).location == "/sign-in"
    assert elsewhere.get("account.profile.index").status == 302
    assert aurora.get("account.profile.index").status == 302, "the link alone lets nobody in"
    page = aurora.get(path_of(letter))
    assert page.status == 404 and page.has("Este link não funciona mais") and page.has_link("account.sign_in.show")
    assert enter(aurora).status == 422
    assert enter(aurora, password=NEW).status == 303
    assert [news["what"] for news in letters(app, "sign_in_news")][:1] == ["password_reset"]


def test_the_answer_to_a_forgotten_password_tells_nothing(app, settings, agency, carla):
    texts = []
    for email in ("carla@cantina.example", "nobody@cantina.example"):
        browser = Browser(app, settings, "aurora.localhost")
        page = browser.get("account.forgotten.index").form("#forgotten").submit(email=email)
        texts.append((page.status, page.html.replace(email, "…").replace(browser.tokens["aurora.localhost"], "…")))
    assert texts[0] == texts[1]
    assert [letter["to"] for letter in letters(app, "password_reset")] == ["carla@cantina.example"]


def test_a_reset_link_dies_after_an_hour_after_a_newer_one_and_at_another_house(
    app, settings, aurora, carla, monkeypatch
):
    for _ in range(2):
        aurora.get("account.forgotten.index").form("#forgotten").submit(email=carla.person.email)
        later(monkeypatch, minutes=1)
    old, new = (path_of(letter) for letter in letters(app, "password_reset"))
    assert aurora.get(old).status == 404
    assert aurora.get(new).status == 200
    make_agency("northwind", "Northwind")
    assert Browser(app, settings, "northwind.localhost").get(new).status == 404
    assert aurora.get(new.replace("/reset/", "/account/address/")).status == 404
    later(monkeypatch, hours=1)
    assert aurora.get(new).status == 404


def test_a_second_step_is_asked_for_and_a_code_counts_once(aurora, carla, browse, monkeypatch):
    secret, page = add_app(browse(carla))
    assert page.location == "/account/recovery-codes"
    later(monkeypatch, minutes=2)
    page = enter(aurora)
    assert page.location == "/sign-in/second-step"
    assert aurora.get("account.profile.index").status == 302, "half signed in is not signed in"
    page = page.follow()
    code = pyotp.TOTP(secret).at(clock.now())
    wrong = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=90))
    assert page.form("#second-step").submit(code=wrong).status == 422
    assert page.form("#second-step").submit(code=code).location == "/office/cantina/menus/"
    sign_out(aurora)
    page = enter(aurora).follow()
    assert page.form("#second-step").submit(code=code).status == 422, "the same step twice"


def test_codes_can_not_be_guessed(aurora, carla, browse, monkeypatch):
    secret, _page = add_app(browse(carla))
    later(monkeypatch, minutes=2)
    page = enter(aurora).follow()
    statuses = [page.form("#second-step").submit(code=f"{n:06}").status for n in range(6)]
    assert statuses == [422] * 5 + [303]
    assert aurora.get("account.second_step.show").location.startswith("/sign-in")
    page = enter(aurora).follow()
    for n in range(5):
        page.form("#second-step").submit(code=f"{n:06}")
    page = enter(aurora).follow()
    answer = page.form("#second-step").submit(code=pyotp.TOTP(secret).at(clock.now()))
    assert answer.status == 429


def test_recovery_codes_are_shown_once_open_once_and_can_be_kept_as_a_file(app, aurora, carla, browse, monkeypatch):
    own = browse(carla)
    add_app(own)
    page = own.get("account.recovery.index").form("#make-codes").submit()
    codes = re.findall(r"(?:\w{4}-){3}\w{4}", page.text)
    assert len(codes) == 10
    kept = page.form("#file").submit()
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert kept.text.split() == codes
    assert own.post("account.recovery.download", {"codes": "not-mine"}).status == 303
    assert codes[0] not in own.get("account.recovery.index").html
    assert enter(aurora).follow().form("#second-step").submit(code=codes[0].upper()).location.startswith("/office/")
    sign_out(aurora)
    page = enter(aurora).follow().form("#second-step").submit(code=codes[0])
    assert page.status == 422 and page.has("Digite outro dos seus códigos.") and not page.has("Espere o próximo")
    assert "code_used" in [news["what"] for news in letters(app, "sign_in_news")]


def test_factors_are_changed_only_soon_after_a_proof(carla, browse, monkeypatch):
    browser = browse(carla)
    secret, _page = add_app(browser)
    later(monkeypatch, minutes=11)
    page = browser.get("account.security.index")
    assert page.form("account.authenticator.remove").submit().location.startswith("/account/confirm")
    assert sign_in.has_factor(carla.person)
    page = browser.get("account.fresh.index", next="/account/security")
    assert page.form("#fresh").submit(proof="wrong").status == 422
    assert page.form("#fresh").submit(proof=PASSWORD).status == 422, "the password is less than what is to be changed"
    code = pyotp.TOTP(secret).at(clock.now())
    assert page.form("#fresh").submit(proof=code).location == "/account/security"
    assert browser.post("account.authenticator.remove").location == "/account/security"
    assert not sign_in.has_factor(carla.person)


def test_whoever_has_only_a_passkey_proves_by_it_again(carla, browse):
    browser = browse(carla)
    make_passkey(carla.person)
    assert browser.get("account.fresh.index").has("Peça a Aurora que remova") and not has_form(
        browser.get("account.fresh.index"), "fresh"
    )
    sign_in.make_codes(carla.person, now=clock.now())
    page = browser.get("account.fresh.index")
    asked = browser.post("account.fresh.options")
    assert '"challenge"' in asked.text
    answer = {"credential": json.dumps({"id": "a2V5"}), "next": ""}
    assert browser.post("account.fresh.prove_by_passkey", answer).status == 422
    assert page.form("#fresh").submit(proof=PASSWORD).status == 422


def test_whoever_adds_a_first_passkey_is_told_that_the_password_alone_opens_nothing_any_more(
    agency, carla, browse, monkeypatch
):
    alone, names = "a senha sozinha não abre mais a sua conta", iter("ab")
    monkeypatch.setattr(sign_in, "add_passkey", lambda row, *_, **__: make_passkey(row.person, next(names)))
    browser = browse(carla)
    assert browser.get("account.security.index").has(f"A partir daí, {alone}.", "Você pode gerá-los assim que tiver")
    page = browser.post("account.passkeys.add").follow()
    assert page.has(f"De agora em diante, {alone}.", "só Aurora pode ajudar", "Gerar códigos de recuperação")
    assert browser.get("account.security.index").has("é preciso também o segundo fator", "só Aurora pode ajudar")
    assert browser.post("account.passkeys.add").follow().has("Você pode entrar com ela.")


def test_the_second_step_asks_for_what_there_is_and_names_who_can_help(aurora, carla, browse, monkeypatch):
    key = make_passkey(carla.person)
    page = enter(aurora).follow()
    assert not has_form(page, "second-step") and has_form(page, "passkey")
    assert page.has("Ficou sem o dispositivo? Peça a Aurora que remova seus segundos fatores.")
    assert aurora.post("account.second_step.submit", {"code": "x"}).has("Este código de recuperação não está certo")
    sign_in.make_codes(carla.person, now=clock.now())
    page = enter(aurora).follow()
    assert has_form(page, "second-step") and page.has("Código de recuperação", "sem nenhum código? Peça a Aurora")
    sign_in.remove_passkey(carla.person, key.id, now=clock.now())
    add_app(browse(carla))
    page = enter(aurora).follow()
    assert has_form(page, "second-step") and not has_form(page, "passkey")
    assert not page.has("recuperação"), "there are no codes"
    later(monkeypatch, minutes=2)
    assert page.form("#second-step").submit(code="000000").has("Espere o próximo")


@pytest.mark.parametrize(
    ("role", "helper"),
    [(Role.OWNER, "outro proprietário de Aurora"), (Role.BILLING, "um proprietário ou administrador")],
)
def test_staff_are_told_who_of_the_agency_can_help(agency, browse, role, helper):
    make_staff(Role.OWNER, agency)
    person = make_staff(role, agency).person
    make_passkey(person)
    assert browse(person).get("account.recovery.index").has(f"só {helper}")


def test_nobody_of_an_agency_is_said_to_help_who_runs_the_installation(agency, browse):
    person = make_staff(Role.OWNER, agency).person
    browser = browse(person)
    assert browser.get("account.recovery.index").has("só quem opera este portal pode ajudar"), "the only owner"
    StaffMembership.delete().execute()
    Person.update(is_operator=True).execute()
    assert browser.get("account.recovery.index").has("só quem tem acesso à linha de comando deste portal")


def test_the_last_factor_stays_where_one_is_demanded(agency, carla, browse):
    browser = browse(carla)
    add_app(browser)
    sign_in.set_demand(agency, Demand(contributors=True), by=make_staff(agency=agency), now=clock.now())
    assert browser.post("account.authenticator.remove").status == 422
    assert sign_in.has_factor(carla.person)


def test_an_agency_helps_no_operator(agency):
    admin, other = make_staff(Role.ADMIN, agency), make_staff(Role.ADMIN, agency).person
    Person.update(is_operator=True).where(Person.id == other.id).execute()
    with pytest.raises(Invalid):
        sign_in.person_to_help(admin, other.email, of_staff=True)
    other = Person.get_by_id(other.id)
    for act in (sign_in.take_factors, sign_in.end_everywhere):
        with pytest.raises(Forbidden):
            act(other, by=admin.actor, now=clock.now())


def test_where_a_second_factor_is_demanded_nothing_opens_before_it_is_set_up(aurora, agency, carla):
    owner = make_staff(agency=agency)
    sign_in.set_demand(agency, Demand(contributors=True), by=owner, now=clock.now())
    page = enter(aurora)
    assert page.status == 303
    for path in (page.location, "/account/", "/account/recovery-codes", "/account/address", "/account/apps"):
        assert aurora.get(path).location == "/account/security", path
    assert aurora.post("account.profile.save", {"name": "X"}).location == "/account/security"
    answer = aurora.get(page.location, htmx=True)
    assert answer.location == "/account/security" and answer.status == 204
    add_app(aurora)
    assert aurora.get(page.location).status == 200


def test_sessions_are_listed_and_ended(carla, browse):
    here, there, third = browse(carla), browse(carla), browse(carla)
    page = here.get("account.security.index")
    forms = [
        form.get("id") for form in page.select("//form[starts-with(@id,'end-')]") if form.get("id") != "end-others"
    ]
    assert len(forms) == 2
    assert here.post("account.security.end", session_id="00000000-0000-7000-8000-000000000000").status == 404
    page.form(f"#{forms[0]}").submit()
    assert sorted(browser.get("/account/").status for browser in (here, there, third)) == [200, 200, 302]
    here.get("account.security.index").form("#end-others").submit()
    assert sorted(browser.get("/account/").status for browser in (here, there, third)) == [200, 302, 302]


def test_a_session_of_somebody_else_is_not_there(carla, browse):
    other = make_contributor(carla.app, ["menus"])
    page = browse(other).get("account.security.index")
    browse(other)
    page = page.browser.get("account.security.index")
    theirs = page.select("//form[starts-with(@id,'end-')]/@action")[0]
    assert browse(carla).post(theirs).status == 404


def test_another_address_counts_after_its_own_link_and_the_old_one_is_told(app, aurora, carla, browse):
    browser = browse(carla)
    form = browser.get("account.address.index").form("#address")
    assert form.submit(email="nova@cantina.example", current="wrong").status == 422
    assert form.submit(email="nova@cantina.example", current=PASSWORD).status == 303
    (letter,) = letters(app, "address_confirm")
    assert letter["to"] == "nova@cantina.example"
    assert enter(aurora, "nova@cantina.example").status == 422
    aurora.get(path_of(letter)).form("#confirm-address").submit()
    assert browser.get("/account/").status == 302
    assert enter(aurora, "nova@cantina.example").status == 303
    told = {news["what"]: news["to"] for news in letters(app, "sign_in_news")}
    assert told["address_wanted"] == told["address_changed"] == "carla@cantina.example"
    assert aurora.get(path_of(letter)).status == 404


def test_who_proved_too_long_ago_who_he_is_proves_it_by_his_factor_before_he_changes_his_address(
    app, carla, browse, monkeypatch
):
    browser = browse(carla)
    add_app(browser)
    form = browser.get("account.address.index").form("#address")
    SignIn.update(proved_at=clock.now() - timedelta(minutes=11)).execute()
    page = browser.get("account.address.index")
    assert page.status == 303 and page.location == "/account/confirm?next=/account/address"
    assert page.follow().has("aplicativo autenticador")
    assert form.submit(email="nova@cantina.example", current=PASSWORD).location.startswith("/account/confirm")
    assert not letters(app, "address_confirm")


def test_an_address_that_somebody_has_meanwhile_is_not_taken_over(app, carla, browse, aurora):
    browser = browse(carla)
    form = browser.get("account.address.index").form("#address")
    form.submit(email="nova@cantina.example", current=PASSWORD)
    (letter,) = letters(app, "address_confirm")
    make_contributor(carla.app, email="nova@cantina.example")
    assert aurora.get(path_of(letter)).form("#confirm-address").submit().status == 404
    assert enter(aurora).status == 303


def test_the_agency_demands_a_factor_and_helps_who_is_stuck(app, agency, carla, browse, settings):
    admin, live = make_staff(Role.ADMIN, agency), browse(carla)
    add_app(live)
    browser = browse(admin)
    page = browser.get("agency.security.index")
    assert page.has("No momento não se exige", "0 de 1 pessoa da sua equipe", "Você não tem nenhum.")
    page.form("#demand-form").submit(contributors="yes")
    assert sign_in.demand_of(agency) == Demand(staff=False, contributors=True)
    person = browser.get("agency.security.index").form("#person")
    assert person.submit(email=carla.person.email, deed="factors").status == 303
    assert not sign_in.has_factor(carla.person)
    assert live.get("/account/").location.startswith("/sign-in")
    owner = make_staff(agency=agency)
    foreign = make_contributor(agency=make_agency())
    for email, kind in (
        (owner.person.email, "staff"),
        (foreign.person.email, "contributor"),
        (admin.person.email, "staff"),
        ("nobody@x.example", "staff"),
    ):
        assert person.submit(email=email, kind=kind).status == 422
    assert browse(make_staff(Role.MANAGER, agency)).get("agency.security.index").status == 403


def test_how_strong_a_password_is_is_said_in_words(aurora, carla):
    aurora.get("/sign-in")
    said = [
        aurora.post("account.strength.show", {"password": password}, htmx=True).text
        for password in ("", "short", "password1", NEW)
    ]
    assert said[0] == "" and len(set(said)) == 4


SET_UP = {
    *(f"account.authenticator.{view}" for view in ("begin", "add")),
    *(f"account.passkeys.{view}" for view in ("options", "add")),
    *(f"account.fresh.{view}" for view in ("index", "prove", "options", "prove_by_passkey")),
    "account.security.index",
}
"""What somebody may do who has to set up a second factor before anything else; an app that was not begun leads back."""


SOMETHING = {"uuid": f"{UUID(int=0)}", "int": "1", "box": "menus", "service": "litmus_test", "period": "2026-06"}
PART = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")


def personal(app, kind):
    """Endpoint, method and some path of every route of this kind of host that asks who is signed in."""
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app.view_functions[rule.endpoint])
        if stamp.on in (kind, "both") and not stamp.describe().startswith(("public", "machine")):
            path = PART.sub(lambda part: SOMETHING.get(part[1], "x"), rule.rule)
            yield from ((rule.endpoint, method, path) for method in rule.methods - {"HEAD", "OPTIONS"})


def is_sent_to_set_up(page):
    return page.status == 286 or (page.status in (302, 303) and urlsplit(page.location).path == "/account/security")


def test_who_owes_a_second_factor_reaches_the_pages_that_set_one_up_and_nothing_else(app, browse, agency, carla):
    browsers = {"platform": browse(make_staff(Role.OWNER, agency)), "agency": browse(carla)}
    SignIn.update(owes_factor_since=clock.now()).execute()
    for kind, browser in browsers.items():
        pages = [(endpoint, browser.request(method, path)) for endpoint, method, path in personal(app, kind)]
        assert {endpoint for endpoint, page in pages if not is_sent_to_set_up(page)} == SET_UP


def test_inside_a_back_office_staff_change_nothing_of_how_they_sign_in(browse, agency, carla):
    ana, now = make_staff(Role.OWNER, agency).person, clock.now()
    Authenticator.create(person=ana, secret="x", created_at=now)
    key, inside = make_passkey(ana), browse(ana, inside=carla.app)
    browse(ana)
    inside.get("office.home.index", app=carla.app.slug)
    for row in SignIn.select():
        assert inside.post("account.security.end", session_id=row.id).status == 404
    assert inside.post("account.passkeys.remove", passkey_id=key.id).status == 404
    assert inside.post("account.authenticator.remove").status == 404
    assert inside.post("account.authenticator.add").status == inside.post("account.passkeys.add").status == 404
    assert SignIn.select().where(SignIn.ended_at.is_null()).count() == 2
    assert sign_in.passkeys_of(ana) == [key] and sign_in.authenticator_of(ana)
