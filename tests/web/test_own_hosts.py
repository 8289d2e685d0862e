"""An agency at a domain of its own: who is met where, and what the old address still does. HO-01, 03, 04, 12."""

from __future__ import annotations

import time

import pytest
from pydantic import SecretStr

from portal.domain import hosts, tenants
from portal.domain.hosts import OwnHost
from portal.gateways import probing
from portal.web import pace
from portal.web.hosts import host_of
from tests.factories import NOW

OWN = "clientes.aurora.example"
SUB = "aurora.localhost"


@pytest.fixture
def moved(world):
    """Aurora is met at its own domain."""
    tenants.note_host(world.one, OWN)
    return world


def asked_for(agency, state="verified"):
    return OwnHost.create(agency=agency, host=OWN, proof="p" * 32, state=state, asked_at=NOW, due_at=NOW)


@pytest.mark.parametrize("host", [OWN, OWN.upper(), OWN + ".", OWN + ":8000"])
def test_the_domain_shows_the_agencys_brand_and_no_other(app, moved, host):
    answer = app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Aurora" in text and "ribalta" not in text.lower()


@pytest.mark.parametrize(
    "host", ["x" + OWN, "x." + OWN, "aurora.example", OWN + ".evil", OWN + "@evil", "clientes.aurora"]
)
def test_a_name_beside_it_is_an_unknown_host(app, moved, host):
    answer = app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 404 and "aurora" not in answer.get_data(as_text=True).lower()


@pytest.mark.parametrize("state", ["pending_dns", "verified", "lost"])
def test_a_domain_that_is_not_in_use_shows_nothing(app, world, state):
    asked_for(world.one, state)
    answer = app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": OWN})
    assert answer.status_code == 404 and "aurora" not in answer.get_data(as_text=True).lower()


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/"),
        ("/sign-in", "/sign-in"),
        ("/office/cantina/home/?tab=1&x=a%20b", "/office/cantina/home/?tab=1&x=a%20b"),
        ("/setup/abc-DEF_123", "/setup/abc-DEF_123"),
        ("/nothing%0d%0aX: y", "/nothing%0D%0AX:%20y"),
        ("/x//evil.test/", "/x//evil.test/"),
        ("/pra%C3%A7a", "/pra%C3%A7a"),
    ],
)
def test_the_old_address_leads_to_the_new_one_with_path_and_question(app, moved, path, leads_to):
    answer = app.test_client().get(path, environ_overrides={"HTTP_HOST": SUB})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"http://{OWN}:8000{leads_to}")
    assert answer.headers["Cache-Control"] == "no-store", "a domain may be lost"


def test_what_is_posted_to_the_old_address_is_not_sent_on(at, moved):
    old = at(SUB)
    answer = old.request("POST", "/sign-in", data={"email": "carla@cantina.example", "password": "x"})
    assert (answer.status, answer.headers["Location"]) == (303, f"http://{OWN}:8000/")
    part = old.request("POST", "/office/cantina/team/x", htmx=True)
    assert part.headers["HX-Redirect"] == f"http://{OWN}:8000/" and part.status == 200


def test_installed_apps_live_on_at_the_old_address_with_all_they_are_made_of(app, at, moved):
    old, new = at(SUB), at(OWN)
    shown = old.get("/app/cantina/")
    assert shown.status == new.get("/app/cantina/").status == 200
    for address in shown.select("//link/@href | //script/@src | //img/@src"):
        assert old.get(address).status == 200, address
    assert old.get("/favicon.ico").status == 200
    assert old.get("/healthz").status == 200


def test_a_cookie_of_the_sub_domain_is_worth_nothing_at_the_own_domain_and_the_other_way_round(browse, at, world):
    carla = browse(world.carla)
    cookie = carla.client.get_cookie("session", domain=SUB)
    tenants.note_host(world.one, OWN)
    for host in (OWN, "northwind.localhost", "localhost"):
        other = at(host)
        other.client.set_cookie("session", cookie.value, domain=host, origin_only=True)
        assert other.get("/account/").status == 302, host
    new = at(OWN)
    new.sign_in(world.carla.person)
    assert new.get("/office/cantina/menus-probe").status == 200
    cookie = new.client.get_cookie("session", domain=OWN)
    tenants.note_host(world.one, None)
    old = at(SUB)
    old.client.set_cookie("session", cookie.value, domain=SUB, origin_only=True)
    assert old.get("/account/").status == 302


def test_places_of_other_houses_are_unknown_at_the_own_domain(at, moved):
    for path in ("/agency/", "/agency/probe/", "/operator/probe", "/api/v1/probe", "/dev/mail/"):
        assert at(OWN).get(path).status == 404, path
    own = at(OWN)
    own.sign_in(moved.carla.person)
    assert own.get(f"/office/{moved.dora.app.slug}x/menus-probe").status == 404


def test_a_change_is_known_to_every_request_that_follows(app, world):
    def status(host):
        return app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host}).status_code

    for _ in range(3):
        assert (status(SUB), status(OWN)) == (200, 404)
        tenants.note_host(world.one, OWN)
        assert (status(SUB), status(OWN)) == (302, 200)
        tenants.note_host(world.one, None)


def test_addresses_are_built_from_what_is_stored_and_never_from_the_request(app, moved):
    with app.test_request_context("/", base_url="http://evil.test"):
        assert host_of(moved.one) == OWN
        assert host_of(moved.other) == "northwind.localhost"


def test_a_certificate_may_be_had_for_names_that_are_served_or_proven_alone(app, world):
    def answer(name, **options):
        return app.test_client().get("/tls-ask", query_string={"domain": name}, **options)

    for name in ("localhost", SUB, "NORTHWIND.localhost."):
        assert answer(name).status_code == 200, name
    for name in ("", "evil.test", OWN, "nobody.localhost", "x." + SUB, "127.0.0.1", "a" * 5000, "%00", SUB + "/"):
        assert (answer(name).status_code, answer(name).data) == (404, b"no\n"), name
    asked_for(world.one, "pending_dns")
    assert answer(OWN).status_code == 404, "not before it is proven"
    OwnHost.update(state="verified").execute()
    assert answer(OWN).status_code == 200
    assert answer(OWN, environ_overrides={"HTTP_HOST": "127.0.0.1:8000"}).status_code == 200, "on any host"
    for trouble, status in (("no_name", 404), ("timeout", 404), ("taken", 404), ("probe_no_tls", 200)):
        OwnHost.update(state="lost", trouble=trouble).execute()
        assert answer(OWN).status_code == status, trouble


def test_whoever_is_not_the_proxy_may_not_try_many_names(app, world, monkeypatch):
    monkeypatch.setattr(pace, "_asked", {})
    there = {"REMOTE_ADDR": "192.0.2.9"}
    found = [app.test_client().get("/tls-ask?domain=x.test", environ_overrides=there).status_code for _ in range(40)]
    assert found.count(404) == 30 and found[-1] == 429
    here = [app.test_client().get("/tls-ask?domain=x.test").status_code for _ in range(40)]
    assert set(here) == {404}


def test_a_domain_that_is_asked_for_says_that_it_leads_here_to_whom_knows_the_answer(app, world, settings):
    nonce = probing.question(OWN, settings)

    def answer(host, nonce=nonce):
        path = f"/.well-known/host-proof/{nonce}"
        return app.test_client().get(path, environ_overrides={"HTTP_HOST": host})

    assert answer(OWN).status_code == 404, "nobody has asked for it"
    asked_for(world.one)
    assert answer(OWN).data.decode().strip() == probing.answer_to(nonce, OWN, settings)
    other = probing.question(OWN, settings)
    assert answer(OWN, other).data != answer(OWN).data
    for host in ("evil.test", "localhost", SUB):
        assert answer(host).status_code == answer(host, probing.question(host, settings)).status_code == 404, host


def test_whoever_else_asks_does_not_even_hear_which_domains_are_asked_for(app, world, settings, monkeypatch):
    asked_for(world.one, "pending_dns")
    good = probing.question(OWN, settings)
    moment, chance, sign = good.split(".")
    foreign = settings.model_copy(update={"secret_key": SecretStr("a key of some other installation, as long")})

    def status(nonce):
        path = f"/.well-known/host-proof/{nonce}"
        return app.test_client().get(path, environ_overrides={"HTTP_HOST": OWN}).status_code

    assert status(good) == 200
    wrong = ["n" * 32, f"{int(moment) + 1}.{chance}.{sign}", f"{moment}.{chance[::-1]}.{sign}", good[:-1] + "%0a"]
    for nonce in (*wrong, f"{moment}.{chance}.{'0' * 64}", probing.question("other.example", settings),
                  probing.question(OWN, foreign), probing.answer_to(good, OWN, settings)):  # fmt: skip
        assert status(nonce) == 404, nonce
    late = time.time() + probing.SECONDS + 2
    monkeypatch.setattr(probing.time, "time", lambda: late)
    assert status(good) == 404, "it is answered for a minute"


def test_what_lies_below_a_domain_of_an_agency_is_not_closed_by_it(database, settings):
    from portal import create_app
    from tests.factories import make_agency

    secure = settings.model_copy(update={"public_url": "https://portal.test", "platform_host": "portal.test",
                                         "agency_host_suffix": ".portal.test"})  # fmt: skip
    client = create_app(secure).test_client()
    tenants.note_host(make_agency("aurora", "Aurora"), OWN)
    own = client.get("/sign-in", base_url=f"https://{OWN}")
    assert own.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert own.headers["Set-Cookie"].startswith("__Host-session=")
    ours = client.get("/sign-in", base_url="https://portal.test")
    assert ours.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_staff_may_send_a_form_to_the_own_domain(browse, moved):
    policy = browse(moved.ana).get("/account/").headers["Content-Security-Policy"]
    assert f"form-action 'self' http://{OWN}:8000" in policy


def test_nothing_is_asked_of_a_domain_before_it_is_wanted(world):
    assert not hosts.is_asked_for(OWN) and not hosts.is_proven(OWN)
