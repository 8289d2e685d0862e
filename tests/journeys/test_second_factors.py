"""Passkey, app for codes and recovery code, as a person meets them in Chromium with a virtual authenticator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from portal import clock
from tests.databases import free_port
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor
from tests.live import PHONE, OpenScreen

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def served(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application of the tests behind a real port: the address of Aurora's host."""
    port = free_port()
    settings = app.config["SETTINGS"].model_copy(update={"port": port, "public_url": f"http://localhost:{port}"})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://aurora.localhost:{port}"
    server.shutdown()
    thread.join()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#f-email", "carla@cantina.example")
    page.fill("#f-password", PASSWORD)
    page.click("#sign-in button")


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/account/")
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    page.wait_for_url(re.compile("/sign-in"))


def test_a_passkey_and_an_app_for_codes_open_the_door(served: str, screen: OpenScreen):
    make_contributor(
        make_app(make_client(make_agency("aurora", "Aurora"), "Cantina")), ["menus"], email="carla@cantina.example"
    )
    page = screen(PHONE)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    sign_in(page, served)
    page.wait_for_url(re.compile("/office/"))
    page.goto(f"{served}/account/security")
    page.fill("#add-passkey input[name=name]", "Meu celular")
    page.click("#add-passkey button")
    page.wait_for_url(re.compile("/account/recovery-codes"))
    expect(page.locator("body")).to_contain_text("a senha sozinha não abre mais a sua conta")
    page.click("#make-codes button")
    codes = page.locator(".codes li").all_text_contents()
    assert len(codes) == 10

    sign_out(page, served)
    page.click("#passkey button")
    page.wait_for_url(re.compile("/office/"))

    page.goto(f"{served}/account/security")
    expect(page.locator("main")).to_contain_text("Meu celular")
    page.click("#add-app button")
    page.wait_for_url(re.compile("/account/authenticator"))
    secret = (page.locator(".typed-secret").text_content() or "").replace(" ", "")
    page.fill("#f-code", pyotp.TOTP(secret).at(clock.now() - timedelta(seconds=30)))
    page.click("#authenticator button")
    page.wait_for_url(re.compile("/account/security"))

    sign_out(page, served)
    sign_in(page, served)
    page.wait_for_url(re.compile("/sign-in/second-step"))
    page.fill("#f-code", pyotp.TOTP(secret).at(clock.now()))
    page.click("#second-step button")
    page.wait_for_url(re.compile("/office/"))

    sign_out(page, served)
    sign_in(page, served)
    page.click("#passkey button")
    page.wait_for_url(re.compile("/office/"))

    sign_out(page, served)
    sign_in(page, served)
    page.fill("#f-code", codes[0])
    page.click("#second-step button")
    page.wait_for_url(re.compile("/office/"))
