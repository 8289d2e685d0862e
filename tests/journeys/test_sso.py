"""Sign-in by a provider in a real browser, the provider a process of its own: set up, tried out, used, lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from portal.domain.accounts import Role
from portal.gateways import identity_discovery
from portal.gateways.identity import IdentityProvider
from tests.databases import free_port
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor, make_staff

pytestmark = pytest.mark.timeout(180)


class Provider:
    """`python -m oidc_provider_mock` on a free port."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port), "--require-nonce"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=1).close()
                return
            time.sleep(0.1)
        raise AssertionError("the provider does not start")

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def knows(self, subject: str, **claims: object) -> None:
        body = json.dumps(claims).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.issuer}/users/{subject}", body, headers, method="PUT")
        urllib.request.urlopen(request, timeout=5).close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def idp() -> Iterator[Provider]:
    identity_discovery.forget()
    found = Provider()
    yield found
    found.stop()


@pytest.fixture
def served(app: Flask, settings, idp, monkeypatch) -> Iterator[int]:
    """The portal on a port of its own; its port."""
    port = free_port()
    monkeypatch.setitem(IdentityProvider.__init__.__kwdefaults__, "seconds", 30.0)  # the machine may be busy
    here = {"port": port, "public_url": f"http://localhost:{port}", "egress_allow": f"127.0.0.1:{idp.port}"}
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=here))
    server = make_server("127.0.0.1", port, app, threaded=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield port
    server.shutdown()
    server.server_close()


def sign_in_there(page: Page, subject: str) -> None:
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_people_come_in_by_their_own_provider(served, idp, screen, browse):
    agency = make_agency("aurora", "Aurora")
    owner = make_staff(Role.OWNER, agency, email="ana@aurora.example", name="Ana Ribeiro")
    make_contributor(make_app(make_client(agency, "Cantina")), ["menus"], email="carla@cantina.example", name="Carla")
    idp.knows("ana-1", email="ana@aurora.example", email_verified=True)
    idp.knows("carla-1", email="carla@cantina.example", email_verified=True)
    idp.knows("eve-1", email="eve@elsewhere.example", email_verified=True)

    ana = screen()
    cookie = browse(owner).client.get_cookie("session", domain="localhost", path="/")
    ana.context.add_cookies([{"name": "session", "value": cookie.value, "url": f"http://localhost:{served}"}])
    ana.goto(f"http://localhost:{served}/agency/sso/")
    ana.get_by_label("Nome no botão").fill("Palco ID")
    ana.get_by_label("Emissor").fill(idp.issuer)
    ana.get_by_label("ID do cliente").fill("portal")
    ana.get_by_label("Segredo").fill("um segredo")
    for kind in ("contributors", "staff"):
        ana.locator(f"#f-{kind} input[value=offered]").check(force=True)
    ana.locator("#sso-settings").get_by_role("button", name="Salvar").click()
    ana.get_by_role("button", name="Experimentar").click()
    expect(ana.get_by_text("Ele publica suas chaves: 1")).to_be_visible()
    ana.get_by_role("link", name="Entrar lá").click()
    sign_in_there(ana, "ana-1")
    expect(ana.get_by_text("Esta pessoa entraria como Ana Ribeiro.")).to_be_visible()

    carla = screen((390, 844))
    carla.goto(f"http://aurora.localhost:{served}/office/cantina/menus/")
    carla.get_by_role("button", name="Continuar com Palco ID").click()
    sign_in_there(carla, "carla-1")
    carla.wait_for_url(f"http://aurora.localhost:{served}/office/cantina/menus/")
    expect(carla.get_by_role("heading", level=1)).to_be_visible()

    eve = screen(javascript=False)
    eve.goto(f"http://aurora.localhost:{served}/sign-in")
    eve.get_by_role("button", name="Continuar com Palco ID").click()
    sign_in_there(eve, "eve-1")
    expect(eve.get_by_text("não há aqui uma conta que possa usar")).to_be_visible()

    staff = screen()
    staff.goto(f"http://localhost:{served}/sign-in/sso/aurora")
    staff.get_by_role("button", name="Continuar").click()
    sign_in_there(staff, "ana-1")
    staff.get_by_role("link", name="Entrar com senha").click()
    staff.get_by_label("E-mail").fill("ana@aurora.example")
    staff.get_by_label("Senha", exact=True).fill(PASSWORD)
    staff.get_by_role("button", name="Entrar", exact=True).click()
    staff.get_by_role("button", name="Continuar").click()
    sign_in_there(staff, "ana-1")
    staff.wait_for_url(f"http://localhost:{served}/agency/")

    idp.stop()
    identity_discovery.forget()
    late = screen()
    late.goto(f"http://aurora.localhost:{served}/sign-in")
    late.get_by_role("button", name="Continuar com Palco ID").click()
    expect(late.get_by_text("Palco ID não responde no momento")).to_be_visible()
    late.get_by_role("link", name="Ir à página de entrada").click()
    expect(late.get_by_label("Senha")).to_be_visible()
