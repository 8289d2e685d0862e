"""The reference service before a portal that can be made to lie, to be silent and to lose its answers."""

from __future__ import annotations

import base64
import json
import re
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from portal.gateways.launch import KeyRing
from tests.factories import ROOT

FOLDER = ROOT / "examples" / "reference_service"
sys.path.insert(0, str(FOLDER))

import portal_api  # noqa: E402
import service  # noqa: E402
import words  # noqa: E402
from store import Place, Store  # noqa: E402

AURORA, OURS = "http://aurora.localhost:8000", "http://127.0.0.1:9"
HELD = {
    "enabled": True,
    "managed_by": "agency",
    "used": 9,
    "current": 9,
    "limit": 10,
    "at_limit": "bill",
    "ceiling": None,
    "remaining": 1,
    "excess": 0,
    "unit_price": 900,
    "block": 1,
    "currency": "BRL",
    "period": "2026-06",
}


class FakePortal:
    """`script`: what becomes of the next consumes ("ok", "lost" after counting, "dead" before, a status, a code)."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring, self.held, self.script = ring, dict(HELD), []
        self.asked: list[tuple[str, dict]] = []
        self.counted: dict[str, dict] = {}
        self.calls: Counter[str] = Counter()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                portal.calls[self.path] += 1
                if self.path == "/.well-known/jwks.json":
                    return self.answer(200, portal.ring.public(now=datetime.now(UTC)))
                return self.answer(200, portal.held | {"service": self.path.rpartition("/")[2]})

            def do_POST(self):
                portal.calls[self.path] += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path.endswith("/oauth/token"):
                    return self.answer(200, {"access_token": f"token-{portal.calls[self.path]}"})
                return portal.consume(self, json.loads(body))

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def consume(self, handler, body):
        self.asked.append((handler.path, body))
        what = self.script.pop(0) if self.script else "ok"
        if what in ("ok", "lost"):
            assert self.counted.setdefault(body["id"], body) == body, "one id, one body"
        if what in ("lost", "dead"):
            handler.close_connection = True
            return None
        if isinstance(what, int):
            return handler.answer(what, {"code": "http"})
        return handler.answer(200, {}) if what == "ok" else handler.answer(409, {"code": what})


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path)


@pytest.fixture
def fake(ring):
    portal = FakePortal(ring)
    yield portal
    portal.server.shutdown()
    portal.server.server_close()


@pytest.fixture
def folder(tmp_path, fake, monkeypatch):
    monkeypatch.setattr(portal_api, "PAUSES", (0.01, 0.01))
    place = tmp_path / "service"
    place.mkdir()
    issuers = {
        AURORA: {"agency": "aurora", "client_id": "a", "client_secret": "b"},
        "http://northwind.localhost:8000": {"agency": "northwind", "client_id": "n", "client_secret": "c"},
    }
    (place / "settings.json").write_text(json.dumps({"address": OURS, "portal": fake.url, "issuers": issuers}))
    return place


@pytest.fixture
def app(folder):
    return service.create_app(str(folder), catch_up=False)


@pytest.fixture
def visitor(app):
    return app.test_client()


def claims(key="litmus_test", **changes):
    return {
        "iss": AURORA,
        "aud": f"{OURS}/open/{key}",
        "sub": "0b1c",
        "agency": "aurora",
        "client": {"id": "1", "slug": "cantina", "name": "Cantina da Praça"},
        "app": "cantina",
        "service": key,
        "roles": ["use"],
        "language": "pt-BR",
        "brand": {"name": "Aurora", "colour": "#7a2e4d"},
        "return_to": f"{AURORA}/office/cantina/services/",
    } | changes


def now():
    return datetime.now(UTC)


def open_with(visitor, token, key="litmus_test", origin=AURORA):
    headers = {"Origin": origin} if origin else {}
    return visitor.post(f"/open/{key}", data={"launch_token": token}, headers=headers)


def enter(visitor, ring, key="litmus_test", **changes):
    answer = open_with(visitor, ring.token(claims(key, **changes), now=now()), key)
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.location)


def press(visitor, page, verb, label, **changes):
    """Send one form of the page; what the page says then."""
    form = dict.fromkeys(("form", "event"))
    for name in form:
        form[name] = re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]
    answer = visitor.post(page.request.path, data=form | {"verb": verb, "label": label} | changes)
    return visitor.get(answer.location) if answer.status_code == 303 else answer


# The way in


def test_a_good_token_opens_a_visit_of_ones_own(visitor, ring):
    page = enter(visitor, ring)
    assert page.status_code == 200 and "Teste de Litmus" in page.text and "Cantina da Praça" in page.text
    assert "/look/7a2e4d.css" in page.text and f'href="{AURORA}/office/cantina/services/"' in page.text
    answer = open_with(visitor, ring.token(claims(), now=now()))
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie
    assert "token" not in answer.location


def signed(ring, header, payload):
    """A token of our own making with the ring's present key."""
    key = json.loads(ring.file.read_text())[0]
    return jwt.encode({"alg": "ES256", "kid": key["kid"]} | header, payload, ECKey.import_key(key))


def fresh(**changes):
    """The claims of a good token, some of them changed; a time is said by how far from now it lies."""
    at = int(time.time())
    changes = {n: at + int(v.total_seconds()) if isinstance(v, timedelta) else v for n, v in changes.items()}
    return claims() | {"iat": at, "nbf": at, "exp": at + 60, "jti": "j1"} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://evil.localhost:8000"},
        {"iss": "http://northwind.localhost:8000"},
        {"aud": f"{OURS}/open/shutterstock"},
        {"aud": "https://other.example/open/litmus_test"},
        {"aud": None},
        {"service": "shutterstock"},
        {"agency": "northwind"},
        {"roles": []},
        {"exp": timedelta(seconds=-60)},
        {"exp": timedelta(hours=1)},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": timedelta(minutes=10)},
        {"iat": timedelta(minutes=10)},
        {"jti": None},
        {"jti": 7},
        {"sub": None},
        {"client": "cantina"},
        {"brand": {"name": "x", "colour": "red;}"}},
        {"return_to": "https://evil.example/"},
        {"return_to": f"{AURORA}.evil.example/"},
    ],
    ids=str,
)
def test_a_wrong_claim_opens_nothing(visitor, ring, changes):
    ring.public(now=now())
    payload = {name: value for name, value in fresh(**changes).items() if value is not None}
    answer = open_with(visitor, signed(ring, {}, payload))
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers
    assert open_with(visitor, signed(ring, {}, fresh(jti="j2"))).status_code == 303, "only the claim was wrong"


def forgeries(ring, tmp_path):
    token = ring.token(claims(), now=now())
    head, body, signature = token.split(".")
    kid = ring.public(now=now())["keys"][0]["kid"]
    pack = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()  # noqa: E731
    yield "none", f"{pack({'alg': 'none', 'kid': kid})}.{body}."
    yield "none without a key", f"{pack({'alg': 'None'})}.{body}."
    for secret in (json.dumps(ring.public(now=now())["keys"][0]), "a secret of enough characters to be taken"):
        header = {"alg": "HS256", "kid": kid}
        yield "HS256", jwt.encode(header, fresh(), OctKey.import_key(secret), algorithms=["HS256"])
    mine = ECKey.generate_key("P-256", auto_kid=True)
    yield "unknown key", jwt.encode({"alg": "ES256", "kid": mine.kid}, fresh(), mine)
    yield "their key id", jwt.encode({"alg": "ES256", "kid": kid}, fresh(), mine)
    embedded = mine.as_dict(private=False)
    yield "jwk", jwt.encode({"alg": "ES256", "kid": kid, "jwk": embedded}, fresh(), mine)
    yield "jku", jwt.encode({"alg": "ES256", "kid": kid, "jku": "http://127.0.0.1:1/"}, fresh(), mine)
    yield "kid is a path", jwt.encode({"alg": "ES256", "kid": "../../etc/passwd"}, fresh(), mine)
    yield "no kid", jwt.encode({"alg": "ES256"}, fresh(), mine)
    yield "crit", signed(ring, {"crit": ["b64"], "b64": True}, fresh())
    yield "body", f"{head}.{pack(fresh(sub='other'))}.{signature}"
    yield "signature", f"{head}.{body}.{signature[:-4]}AAAA"
    yield "cut", token[:-20]
    yield "two parts", f"{head}.{body}"
    yield "empty", ""
    yield "not ASCII", "é.é.é"
    yield "JSON", json.dumps({"payload": body, "protected": head, "signature": signature})


def test_no_forged_token_opens_anything(visitor, ring, tmp_path):
    for kind, token in forgeries(ring, tmp_path):
        answer = open_with(visitor, token)
        assert answer.status_code == 403 and "Set-Cookie" not in answer.headers, kind


def test_a_token_opens_once_also_when_it_is_sent_many_times_at_once(app, ring):
    token = ring.token(claims(), now=now())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: open_with(app.test_client(), token).status_code, range(16)))
    assert sorted(found) == [303] + [403] * 15


def test_a_token_that_was_used_stays_used_after_a_restart(visitor, ring, folder):
    token = ring.token(claims(), now=now())
    assert open_with(visitor, token).status_code == 303
    again = service.create_app(str(folder), catch_up=False).test_client()
    assert open_with(again, token).status_code == 403


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://northwind.localhost:8000"])
def test_only_a_page_of_the_agency_can_send_somebody_in(visitor, ring, origin):
    assert open_with(visitor, ring.token(claims(), now=now()), origin=origin).status_code == 403


def test_a_token_in_the_address_is_not_looked_at(visitor, ring):
    token = ring.token(claims(), now=now())
    assert visitor.post(f"/open/litmus_test?launch_token={token}", headers={"Origin": AURORA}).status_code == 403
    assert visitor.get(f"/open/litmus_test?launch_token={token}").status_code == 405


def test_a_new_key_is_fetched_when_it_is_needed_and_keys_are_kept(visitor, ring, fake, monkeypatch):
    enter(visitor, ring)
    enter(visitor, ring)
    assert fake.calls["/.well-known/jwks.json"] == 1
    monkeypatch.setattr("tokens.PAUSE", 0)
    ring.rotate(now=now())
    enter(visitor, ring)
    assert fake.calls["/.well-known/jwks.json"] == 2


def test_unknown_keys_do_not_make_it_ask_all_the_time(visitor, ring, fake):
    other = ECKey.generate_key("P-256", auto_kid=True)
    for _ in range(10):
        open_with(visitor, jwt.encode({"alg": "ES256", "kid": other.kid}, fresh(), other))
    assert fake.calls["/.well-known/jwks.json"] == 1


def test_another_person_at_the_same_browser_takes_nothing_over(visitor, ring):
    page = enter(visitor, ring)
    assert visitor.get(page.request.path).status_code == 200
    enter(visitor, ring, "shutterstock", sub="somebody else")
    assert visitor.get(page.request.path).status_code == 403


def test_a_visit_is_for_one_client_and_service_and_ends(visitor, ring, monkeypatch):
    page = enter(visitor, ring)
    for path in ("/aurora/other/litmus_test", "/aurora/cantina/shutterstock", "/northwind/cantina/litmus_test"):
        assert visitor.get(path).status_code == 403
        assert visitor.post(path, data={"verb": "run"}).status_code == 403
    real = time.time
    monkeypatch.setattr(service.time, "time", lambda: real() + service.VISIT + 1)
    assert visitor.get(page.request.path).status_code == 403


# Using it


def test_what_is_left_and_what_it_costs_is_said_before_it_is_used(visitor, ring, fake):
    page = enter(visitor, ring)
    assert "Ainda há 1 de 10 neste mês." in page.text and "cada teste custa R$\xa09,00" in page.text
    fake.held |= {"used": 13, "remaining": 0, "excess": 3}
    page = visitor.get(page.request.path)
    assert "Acima do limite até agora: 3, que custam R$\xa027,00." in page.text


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"limit": None, "remaining": None}, "There is no limit."),
        ({"at_limit": "stop"}, "Then it stops until next month, or until Aurora raises the limit."),
        ({"at_limit": "stop", "remaining": 0}, "It goes on next month, or when Aurora raises the limit."),
        ({"at_limit": "ceiling", "ceiling": 20}, "It goes up to 20 and not beyond."),
        ({"limit": 0, "remaining": 0, "excess": 9}, "Nothing is included."),
        ({"block": 1000, "unit_price": 250, "remaining": 0, "excess": 1001}, "which cost R$\xa05.00."),
        ({"enabled": False}, "This service is off at the moment. Ask Aurora to switch it on."),
    ],
)
def test_every_rule_at_the_limit_has_its_sentence(visitor, ring, fake, held, said):
    fake.held |= held
    assert said in enter(visitor, ring, language="en").text


def test_a_use_is_counted_and_shown(visitor, ring, fake):
    page = press(visitor, enter(visitor, ring), "run", "Cardápio de junho")
    assert "Feito." in page.text and "Cardápio de junho" in page.text
    ((path, body),) = fake.asked
    assert path == "/api/v1/clients/cantina/services/litmus_test/consume"
    assert body == {"id": body["id"], "quantity": 1} and re.fullmatch("[0-9a-f]{32}", body["id"])


def test_a_button_pressed_twice_counts_once(visitor, ring, fake):
    page = enter(visitor, ring)
    for _ in range(3):
        press(visitor, page, "run", "Junho")
    assert len(fake.asked) == 1
    press(visitor, visitor.get(page.request.path), "run", "Junho")
    assert len(fake.counted) == 2


@pytest.mark.parametrize("script", [["lost"], ["dead"], [500], [503], ["lost", "lost"], [401], ["lost", 503]], ids=str)
def test_after_a_lost_answer_it_asks_again_under_the_same_id(visitor, ring, fake, script):
    fake.script = list(script)
    page = press(visitor, enter(visitor, ring), "run", "Junho")
    assert "Feito." in page.text
    assert len({body["id"] for _, body in fake.asked}) == 1 and len(fake.asked) == len(script) + 1
    assert len(fake.counted) == 1


def test_without_any_answer_it_is_finished_later_and_counted_once(visitor, ring, fake, folder):
    fake.script = ["lost", "dead", "dead"]
    page = press(visitor, enter(visitor, ring), "run", "Junho")
    assert "A resposta não chegou." in page.text and "sendo concluído" in page.text
    again = service.create_app(str(folder), catch_up=True).test_client()  # as after a kill: only the file is left
    for _ in range(100):
        if not Store(folder / "service.db").open_events():
            break
        time.sleep(0.05)
    page = enter(again, ring)
    assert "Junho" in page.text and "sendo concluído" not in page.text
    assert len(fake.counted) == 1


def test_what_waits_is_finished_before_anything_new(visitor, ring, fake):
    page = enter(visitor, ring, "email_sync")
    fake.script = ["dead", "dead", "dead"]
    press(visitor, page, "connect", "a@x.example")
    press(visitor, visitor.get(page.request.path), "connect", "b@x.example")
    assert [body["value"] for body in fake.counted.values()] == [10, 11]
    assert list(fake.counted) == list(dict.fromkeys(body["id"] for _, body in fake.asked))


@pytest.mark.parametrize("language", ["pt-BR", "en"])
@pytest.mark.parametrize("code", ["ceiling_reached", "service_disabled", "client_suspended", "id_conflict"])
def test_a_refusal_is_said_in_plain_words_and_uses_nothing(visitor, ring, fake, code, language):
    fake.script = [code]
    page = press(visitor, enter(visitor, ring, language=language), "run", "Junho")
    key = code if code in words.WORDS[language] else "refused"
    assert words.say(language, key, agency="Aurora", code=code) in page.text
    assert "Junho" not in page.text and not fake.counted
    page = press(visitor, page, "run", "Julho")
    assert "Julho" in page.text


def test_mailboxes_are_a_level_that_goes_up_and_down(visitor, ring, fake):
    fake.held |= {"current": 2, "used": 4}
    page = enter(visitor, ring, "email_sync")
    assert "Caixa 1" in page.text and "Caixa 2" in page.text
    page = press(visitor, page, "connect", "bar@cantina.example")
    page = press(visitor, page, "connect", "bar@cantina.example")
    assert "Não havia nada a mudar." in page.text
    page = press(visitor, page, "disconnect", "Caixa 1")
    assert [body["value"] for _, body in fake.asked] == [3, 2]
    assert "bar@cantina.example" in page.text and "<span>Caixa 1</span><button" not in page.text


def test_a_level_below_its_peak_costs_nothing_more(visitor, ring, fake):
    fake.held |= {"limit": 2, "remaining": 0, "excess": 2, "current": 3, "used": 4}
    assert "Acima de 4 ao mesmo tempo, cada caixa custa" in enter(visitor, ring, "email_sync").text
    fake.held |= {"current": 4}
    assert "A partir daqui, cada caixa custa" in enter(visitor, ring, "email_sync").text


def test_a_refused_mailbox_is_not_connected(visitor, ring, fake):
    fake.script = ["ceiling_reached"]
    page = press(visitor, enter(visitor, ring, "email_sync"), "connect", "bar@cantina.example")
    assert "bar@cantina.example" not in page.text


def test_only_pictures_that_are_there_can_be_taken(visitor, ring, fake):
    page = enter(visitor, ring, "shutterstock", language="en")
    assert press(visitor, page, "take", "nothing").status_code == 400
    assert "Set table" in press(visitor, page, "take", "table").text
    assert len(fake.counted) == 1


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"enabled": True, "managed_by": "agency"}, "Aurora manages it."),
        ({"enabled": True, "managed_by": "client"}, "You manage it yourselves"),
        ({"enabled": False, "managed_by": "client"}, "This service is off at the moment."),
    ],
)
def test_the_sales_optimizer_shows_whether_it_is_on_and_whose_it_is(visitor, ring, fake, held, said):
    fake.held = dict.fromkeys(HELD) | {"period": "2026-06", "currency": "BRL"} | held
    page = enter(visitor, ring, "sales_optimizer", language="en")
    assert said in page.text and "<button" not in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"form": "wrong"},
        {"form": ""},
        {"form": "é"},
        {"verb": "take"},
        {"verb": ""},
        {"event": "x"},
        {"event": "A" * 32},
    ],
)
def test_a_form_that_is_not_ours_does_nothing(visitor, ring, fake, changes):
    page = enter(visitor, ring)
    form = {"verb": "run"} | changes
    assert press(visitor, page, form.pop("verb"), "Junho", **form).status_code == 400
    assert not fake.asked


def test_without_a_portal_the_page_says_so(visitor, ring, fake):
    page = enter(visitor, ring)
    fake.server.shutdown()
    fake.server.server_close()
    page = visitor.get(page.request.path)
    assert page.status_code == 200 and "Não dá para ler os números agora." in page.text


def test_it_sends_nothing_unless_somebody_uses_it(app, visitor, fake):
    assert visitor.get("/").status_code == 404
    assert visitor.get("/aurora/cantina/litmus_test").status_code == 403
    assert not fake.calls


def test_nothing_names_a_vendor_and_every_page_has_its_policy(visitor, ring, folder):
    page = enter(visitor, ring)
    answers = [page, visitor.get("/nothing"), visitor.get("/static/style.css"), open_with(visitor, "x")]
    for answer in answers:
        text = answer.text + str(answer.headers)
        assert "ribalta" not in text.lower()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for file in FOLDER.rglob("*"):
        if file.suffix in (".py", ".html", ".css"):
            assert "ribalta" not in file.read_text().lower(), file
            assert not re.search(r"^\s*(from|import) portal\b", file.read_text(), re.MULTILINE), file
    for secret in ("secret", "service.db"):
        assert (folder / secret).stat().st_mode & 0o077 == 0, secret


def test_both_languages_say_the_same_with_the_same_values():
    english, portuguese = words.WORDS["en"], words.WORDS["pt-BR"]
    assert english.keys() == portuguese.keys()
    for key, text in english.items():
        values = set(re.findall(r"\{(\w+)\}", text))
        assert values == set(re.findall(r"\{(\w+)\}", portuguese[key])), key


@pytest.mark.parametrize(
    ("minor", "currency", "language", "said"),
    [
        (192308, "BRL", "pt-BR", "R$\xa01.923,08"),
        (192308, "BRL", "en", "R$\xa01,923.08"),
        (5, "EUR", "en", "€0.05"),
        (1200, "JPY", "en", "JPY\xa01,200"),
    ],
)
def test_amounts_are_written_as_the_language_does(minor, currency, language, said):
    assert words.money(minor, currency, language) == said


def test_one_thing_at_a_time_is_open_at_one_place(tmp_path):
    store, place = Store(tmp_path / "s.db"), Place("a", "c", "litmus_test")
    assert store.begin("1", place, "run", "x")
    assert not store.begin("2", place, "run", "x")
    assert store.begin("3", place._replace(client="d"), "run", "x")
    store.finish(store.open_events(place)[0], done=True)
    assert not store.begin("1", place, "run", "x"), "known already"
    assert store.begin("2", place, "run", "x")
    assert [row["id"] for row in store.open_events()] == ["3", "2"]
