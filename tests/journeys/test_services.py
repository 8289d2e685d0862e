"""Services outside the portal with real HTTP: from the button in the back office to the number that went up."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.gateways.launch import KeyRing
from tests.databases import free_port
from tests.live import PASSWORD, PHONE, ROOT, Live

pytestmark = pytest.mark.timeout(300)

AGENCY, CLIENT = "aurora", "cantina-da-praca"


@pytest.fixture(scope="module")
def running(live: Live) -> Live:
    live.start()
    return live


def beside(live: Live) -> dict:
    return json.loads((live.data / "reference_service" / "settings.json").read_text())


class Api:
    """The portal as the service asks it, with the service's own credential."""

    def __init__(self, live: Live) -> None:
        self.url = f"{live.url}/api/v1"
        key = beside(live)["issuers"][live.at(AGENCY)]
        basic = b64encode(f"{key['client_id']}:{key['client_secret']}".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/oauth/token", b"grant_type=client_credentials", {"Authorization": f"Basic {basic}"}
        )
        with urllib.request.urlopen(request) as answer:
            self.token = json.load(answer)["access_token"]

    def held(self, service: str) -> dict:
        path = f"{self.url}/clients/{CLIENT}/services/{service}"
        request = urllib.request.Request(path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


# In the browser


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill("carla@cantina.example")
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script, on a phone"])
def test_a_contributor_opens_litmus_runs_a_test_and_sees_it_counted(
    running: Live, screen: Callable[..., Page], javascript: bool
):
    api = Api(running)
    before = api.held("litmus_test")
    page = screen(javascript=javascript) if javascript else screen(PHONE, javascript=False)
    sign_in(page, running.at(AGENCY))
    services = f"{running.at(AGENCY)}/office/{CLIENT}/services/"
    page.goto(services)
    row = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="Abrir Teste de Litmus"))
    expect(row).to_contain_text(f"{before['used']} de {before['limit']}")
    page.get_by_role("button", name="Abrir Teste de Litmus").click()
    if not javascript:
        page.get_by_role("button", name="Continuar").click()

    page.wait_for_url(f"{beside(running)['address']}/**")
    assert "token" not in page.url and "." not in urllib.parse.urlsplit(page.url).path
    expect(page.get_by_role("heading", level=1)).to_have_text("Teste de Litmus")
    expect(page.locator("header")).to_contain_text("Aurora")
    page.get_by_label("Assunto do envio").fill("Cardápio de inverno")
    page.get_by_role("button", name="Fazer um teste").click()
    expect(page.get_by_role("status")).to_have_text("Feito.")
    expect(page.get_by_role("listitem").first).to_contain_text("Cardápio de inverno")
    assert "ribalta" not in page.content().lower()

    page.get_by_role("link", name="Voltar").click()
    expect(page).to_have_url(services)
    expect(row).to_contain_text(f"{before['used'] + 1} de {before['limit']}")
    assert api.held("litmus_test")["used"] == before["used"] + 1


def test_going_back_leads_to_the_services_and_not_to_a_used_token(running: Live, screen: Callable[..., Page]):
    page = screen()
    sign_in(page, running.at(AGENCY))
    page.goto(f"{running.at(AGENCY)}/office/{CLIENT}/services/")
    page.get_by_role("button", name="Abrir Shutterstock").click()
    page.wait_for_url(f"{beside(running)['address']}/**")
    page.go_back()
    expect(page).to_have_url(f"{running.at(AGENCY)}/office/{CLIENT}/services/")


def test_the_service_gets_no_cookie_of_the_portal(running: Live, screen: Callable[..., Page]):
    page = screen()
    sign_in(page, running.at(AGENCY))
    page.goto(f"{running.at(AGENCY)}/office/{CLIENT}/services/")
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.all_headers().get("cookie", "")) if "127.0.0.1" in request.url else None,
    )
    page.get_by_role("button", name="Abrir Sincronização de e-mail").click()
    page.wait_for_url(f"{beside(running)['address']}/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sincronização de e-mail")
    assert sent and not [cookie for cookie in sent if cookie and not cookie.startswith("visit=")]


# With lost answers and kills


class Wire:
    """Between service and portal. `lose` answers of consume get lost once the portal has counted; `hold` keeps them."""

    def __init__(self, live: Live) -> None:
        self.lose = 0
        self.hold = False
        self.counted = threading.Event()
        wire, port = self, live.port

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.pass_on(None)

            def do_POST(self):
                self.pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def pass_on(self, body):
                portal = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                wanted = {"authorization", "content-type", "content-length"}
                headers = {name: value for name, value in self.headers.items() if name.lower() in wanted}
                portal.request(self.command, self.path, body, headers | {"Host": "localhost"})
                answer = portal.getresponse()
                data = answer.read()
                if self.path.endswith("/consume"):
                    wire.counted.set()
                    if wire.hold:
                        time.sleep(60)
                    if wire.lose:
                        wire.lose -= 1
                        self.close_connection = True
                        return
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.getheader("Content-Type"))
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


class OwnService:
    """A second reference service, whose wire to the portal can be cut, and which can be killed."""

    def __init__(self, live: Live, wire: Wire, folder: Path) -> None:
        self.live, self.folder = live, folder
        self.address = f"http://127.0.0.1:{free_port()}"
        folder.mkdir()
        settings = beside(live) | {"address": self.address, "portal": wire.url}
        (folder / "settings.json").write_text(json.dumps(settings))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "service:create_app()", "--bind", self.address.partition("//")[2]]
        command += ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT / "examples" / "reference_service",
            env={**os.environ, "REFERENCE_SERVICE_FOLDER": str(self.folder)},
            start_new_session=True,
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.address}/static/style.css").close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the service does not answer")

    def kill(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def enter(self, service: str) -> tuple[urllib.request.OpenerDirector, str, str]:
        """A visit by a token of the running portal: the visitor, the address of the page, and the page."""
        issuer = self.live.at(AGENCY)
        claims = {
            "iss": issuer,
            "aud": f"{self.address}/open/{service}",
            "sub": "somebody",
            "agency": AGENCY,
            "client": {"id": "-", "slug": CLIENT, "name": "Cantina"},
            "service": service,
            "roles": ["use"],
            "language": "en",
            "brand": {"name": "Aurora", "colour": "#123456"},
            "return_to": f"{issuer}/",
        }
        token = KeyRing(self.live.data).token(claims, now=datetime.now(UTC))
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        body = urllib.parse.urlencode({"launch_token": token}).encode()
        request = urllib.request.Request(f"{self.address}/open/{service}", body, {"Origin": issuer})
        with visitor.open(request, timeout=60) as answer:
            return visitor, answer.url, answer.read().decode()


def press(visitor, address: str, page: str, verb: str, label: str) -> str:
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("form", "event")}
    body = urllib.parse.urlencode(form | {"verb": verb, "label": label}).encode()
    with visitor.open(address, body, timeout=60) as answer:
        return answer.read().decode()


@pytest.fixture
def wire(running: Live):
    wire = Wire(running)
    yield wire
    wire.server.shutdown()
    wire.server.server_close()


@pytest.fixture
def own(running: Live, wire: Wire, tmp_path: Path):
    service = OwnService(running, wire, tmp_path / "own")
    service.start()
    yield service
    service.kill()


def test_after_lost_answers_a_use_is_counted_once(running: Live, wire: Wire, own: OwnService):
    api = Api(running)
    before = api.held("shutterstock")["used"]
    visitor, address, page = own.enter("shutterstock")
    wire.lose = 2
    page = press(visitor, address, page, "take", "table")
    assert "Done." in page and page.count("Set table</span>") == 2, "once offered, once taken"
    assert wire.lose == 0
    assert api.held("shutterstock")["used"] == before + 1


def test_a_kill_between_counting_and_its_answer_neither_loses_nor_doubles(running: Live, wire: Wire, own: OwnService):
    api = Api(running)
    before = api.held("litmus_test")["used"]
    visitor, address, page = own.enter("litmus_test")
    wire.hold = True
    threading.Thread(target=_left_alone, args=(visitor, address, page), daemon=True).start()
    assert wire.counted.wait(30)
    own.kill()
    wire.hold = False
    assert api.held("litmus_test")["used"] == before + 1

    own.start()  # what is open is asked again under the same id
    for _ in range(100):
        _visitor, _address, page = own.enter("litmus_test")
        if "being finished" not in page:
            break
        time.sleep(0.2)
    assert page.count("Kept over a kill") == 1 and "being finished" not in page
    assert api.held("litmus_test")["used"] == before + 1


def test_a_kill_while_a_mailbox_is_connected_leaves_the_level_right(running: Live, wire: Wire, own: OwnService):
    api = Api(running)
    before = api.held("email_sync")["current"]
    visitor, address, page = own.enter("email_sync")
    wire.hold = True
    threading.Thread(
        target=_left_alone, args=(visitor, address, page, "connect", "bar@cantina.example"), daemon=True
    ).start()
    assert wire.counted.wait(30)
    own.kill()
    wire.hold = False
    own.start()
    for _ in range(100):
        visitor, address, page = own.enter("email_sync")
        if "being finished" not in page:
            break
        time.sleep(0.2)
    assert f"Connected now: {before + 1}." in page and page.count("bar@cantina.example</span>") == 2
    page = press(visitor, address, page, "disconnect", "bar@cantina.example")
    assert f"Connected now: {before}." in page
    assert api.held("email_sync")["current"] == before


def test_refusals_of_the_portal_are_said_in_plain_words(running: Live, own: OwnService):
    visitor, address, page = own.enter("sales_optimizer")
    assert "It is on." in page and "You manage it yourselves" in page and "<button" not in page
    with pytest.raises(urllib.error.HTTPError) as error:
        press(visitor, address, own.enter("litmus_test")[2], "run", "x")
    assert error.value.code == 400


# How it runs


def at_work(live: Live) -> str:
    return " ".join(
        command.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        for command in Path("/proc").glob("[0-9]*/cmdline")
        if command.exists() and f"127.0.0.1:{beside(live)['port']}".encode() in _read(command)
    )


def test_its_settings_are_for_their_owner_alone_and_outlive_a_restart(running: Live):
    before = beside(running)
    file = running.data / "reference_service" / "settings.json"
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
    urllib.request.urlopen(f"{running.url}/.well-known/jwks.json").close()  # whoever asks first has them made
    assert (running.data / "launch-keys.json").stat().st_mode & 0o777 == 0o600
    assert "service:create_app" in at_work(running)
    running.stop()
    assert not at_work(running), "it ends with the others"
    running.start()
    assert beside(running) == before


def test_an_installation_that_does_not_want_it_has_none(running: Live):
    file = running.data / "reference_service" / "settings.json"
    running.stop()
    running.settings["PORTAL_REFERENCE_SERVICE"] = "off"
    try:
        running.start()
        assert not file.exists()
        assert "PORTAL_SERVICE_ADDRESSES" not in running.said()
        running.stop()
    finally:
        del running.settings["PORTAL_REFERENCE_SERVICE"]
    running.start()
    keys = {each["client_id"] for each in beside(running)["issuers"].values()}
    assert len(keys) == 2


def test_a_rotated_key_is_used_at_once_by_the_running_portal(running: Live, own: OwnService):
    time.sleep(5)  # a service asks for keys again after some seconds
    before = json.load(urllib.request.urlopen(f"{running.url}/.well-known/jwks.json"))["keys"]
    assert "launch tokens are signed" in running.portal("rotate-launch-key").lower()
    after = json.load(urllib.request.urlopen(f"{running.url}/.well-known/jwks.json"))["keys"]
    assert len(after) == len(before) + 1 and before[0] in after
    assert "Litmus test" in own.enter("litmus_test")[2]


def _left_alone(visitor, address: str, page: str, verb: str = "run", label: str = "Kept over a kill") -> None:
    with suppress(OSError):  # the service is killed meanwhile
        press(visitor, address, page, verb, label)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
