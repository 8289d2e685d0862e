"""The mailbox of a machine without SMTP: for whoever sits at it, and for nobody else."""

from __future__ import annotations

import shutil

import pytest

from portal.gateways import mailbox
from portal.gateways.smtp import Outgoing
from tests.browser import Browser


@pytest.fixture
def letter(app, settings):
    folder = mailbox.folder_of(settings)
    shutil.rmtree(folder, ignore_errors=True)
    html = (
        "<html><head><title>x</title></head>"
        "<body><p>Canary <a href='http://aurora.localhost/setup/x'>go</a></p></body></html>"
    )
    outgoing = Outgoing(
        to="novo@cantina.example",
        subject="Um convite",
        text="Canary http://aurora.localhost/setup/x",
        html=html,
        from_address="no-reply@localhost",
        from_name="Aurora",
        message_id_domain="localhost",
    )
    yield mailbox.keep(outgoing, folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_letters_are_listed_and_read(browser, letter):
    page = browser.get("dev.mail.index")
    assert page.has("Um convite", "novo@cantina.example")
    page = page.click("Um convite")
    assert page.has("Canary")
    assert page.select("//pre//a[@href='http://aurora.localhost/setup/x']")
    frame = page.select("//iframe")[0]
    assert "allow-scripts" not in frame.get("sandbox")
    assert "allow-same-origin" not in frame.get("sandbox")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_letter_itself_is_shown_without_any_power(browser, letter):
    answer = browser.client.get(f"/dev/mail/{letter}/html", base_url="http://localhost:8000")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert b'<base target="_blank">' in answer.data


def test_nobody_but_this_machine_reads_it(browser, letter):
    for address in ("192.0.2.7", "10.0.0.1", "2001:db8::1", ""):
        for path in ("/dev/mail/", f"/dev/mail/{letter}", f"/dev/mail/{letter}/html"):
            answer = browser.client.get(
                path, base_url="http://localhost:8000", environ_overrides={"REMOTE_ADDR": address}
            )
            assert answer.status_code == 404, (address, path)


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_it_is_not_there_for_whom_a_proxy_of_this_machine_asks(browser, letter, header):
    for path in ("/dev/mail/", f"/dev/mail/{letter}", f"/dev/mail/{letter}/html"):
        assert browser.get(path, headers={header: "127.0.0.1"}).status == 404


@pytest.mark.parametrize("changes", [{"env": "production"}, {"smtp_url": "smtp://localhost:25"}])
def test_it_is_not_there_in_production_nor_beside_a_mail_server(app, browser, letter, settings, monkeypatch, changes):
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=changes))
    for path in ("/dev/mail/", f"/dev/mail/{letter}", f"/dev/mail/{letter}/html"):
        assert browser.get(path).status == 404


def test_it_is_on_the_platform_alone_and_letters_nobody_wrote_are_not_there(app, settings, browser, letter):
    from tests.factories import make_agency

    make_agency("aurora", "Aurora")
    assert Browser(app, settings, "aurora.localhost").get("/dev/mail/").status == 404
    for wrong in ("x", "..%2f..%2fportal", letter[:-1] + "g", letter + "0"):
        assert browser.get(f"/dev/mail/{wrong}").status == 404
