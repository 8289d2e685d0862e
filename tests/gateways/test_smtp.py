"""Letters on a real SMTP server: exactly the headers that are meant, and errors told apart."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import aiosmtpd.smtp
import pytest

from portal.gateways import smtp
from portal.gateways.smtp import Outgoing, Permanent, Temporary, Unreached
from tests.databases import free_port

LETTER = Outgoing(
    to="carla@cantina.example",
    to_name="Carla Souza",
    subject="Você foi convidada",
    text="Olá, Carla.\n",
    html='<p>Olá, Carla.</p><img src="cid:logo@letter" alt="Aurora">',
    from_address="no-reply@aurora.localhost",
    from_name="Aurora",
    reply_to="oi@aurora.example",
    message_id_domain="aurora.localhost",
    reference="0199-abc",
    images={"logo@letter": b"\x89PNG\r\n\x1a\n"},
)


def arrived(outgoing):
    return message_from_bytes(smtp.message(outgoing).as_bytes(), policy=default)


def test_a_letter_arrives_with_both_bodies_and_its_logo(mailserver):
    smtp.send(LETTER, mailserver.url)
    (letter,) = mailserver.letters
    assert (letter.sender, letter.recipients) == ("no-reply@aurora.localhost", ["carla@cantina.example"])
    assert letter.subject == "Você foi convidada"
    assert str(letter.message["From"]) == "Aurora <no-reply@aurora.localhost>"
    assert str(letter.message["Reply-To"]) == "Aurora <oi@aurora.example>"
    assert letter.message["Message-ID"] == "<0199-abc@aurora.localhost>"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.text.splitlines() == ["Olá, Carla."] and "cid:logo@letter" in letter.html
    (logo,) = [part for part in letter.message.walk() if part.get_content_type() == "image/png"]
    assert logo["Content-ID"] == "<logo@letter>" and logo.get_content_disposition() == "inline"


def test_nothing_in_a_letter_names_the_software_or_its_vendor():
    raw = smtp.message(LETTER).as_bytes().lower()
    assert not [word for word in (b"ribalta", b"python", b"x-mailer", b"user-agent") if word in raw]
    assert b"boundary" in raw and b"=====" not in raw, "the boundary that only Python's letters have"


def test_a_letter_without_a_reference_gets_an_id_of_its_own():
    ids = {arrived(replace(LETTER, reference=""))["Message-ID"] for _ in range(3)}
    assert len(ids) == 3 and all(name.endswith("@aurora.localhost>") for name in ids)


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\nBcc: eve@evil.example", "\x00", "\x85", "\u2028", "\u2029", "\x1b"])
@pytest.mark.parametrize(
    "where", ["to", "to_name", "subject", "from_name", "from_address", "reply_to", "message_id_domain", "reference"]
)
def test_what_ends_a_line_ends_the_letter(where, bad):
    with pytest.raises(Permanent):
        smtp.message(replace(LETTER, **{where: getattr(LETTER, where) + bad}))


def test_own_headers_are_held_to_the_same_rule():
    assert arrived(replace(LETTER, headers={"List-Id": "a.b"}))["List-Id"] == "a.b"
    with pytest.raises(Permanent):
        smtp.message(replace(LETTER, headers={"X-A": "b\nBcc: eve@evil.example"}))


@pytest.mark.parametrize(
    "name",
    [
        'Bank" <eve@evil.example>',
        "Bank <eve@evil.example>, Other",
        "=?utf-8?q?=0d=0aBcc:_eve@evil.example?=",
        "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
        "\u202eliam ruoy",
        "🎉" * 70,
        "x" * 5000,
        "a, b; c: d (e) @ f",
        "",
    ],
)
def test_a_name_never_becomes_an_address_or_a_header(name):
    letter = arrived(replace(LETTER, from_name=name, to_name=name, subject=name or "s"))
    assert [address.addr_spec for address in letter["From"].addresses] == ["no-reply@aurora.localhost"]
    assert [address.addr_spec for address in letter["To"].addresses] == ["carla@cantina.example"]
    assert letter["Bcc"] is None and letter["Cc"] is None
    assert sorted(letter.keys()) == sorted(arrived(LETTER).keys())


@pytest.mark.parametrize(
    "address",
    ["", "carla", "a@b@c.example", "a@b.example, c@d.example", "<a@b.example>", "a b@c.example", "@", "a@", "a@b..c"],
)
def test_a_letter_goes_to_one_address_or_nowhere(address):
    with pytest.raises(Permanent):
        smtp.message(replace(LETTER, to=address))


@pytest.mark.parametrize(("code", "kind"), [(450, Temporary), (421, Temporary), (550, Permanent), (552, Permanent)])
def test_a_refusal_says_whether_another_try_is_worth_it(mailserver, code, kind):
    mailserver.refuse = code
    with pytest.raises(kind, match=str(code)):
        smtp.send(LETTER, mailserver.url)
    assert mailserver.letters == []


def test_a_server_that_is_not_there_is_worth_another_try():
    with pytest.raises(Temporary):
        smtp.send(LETTER, f"smtp://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "smtp://", "mail.example"])
def test_an_address_of_no_server_is_said_so(url):
    with pytest.raises(Temporary, match="PORTAL_SMTP_URL"):
        smtp.send(LETTER, url)


def test_a_server_that_wants_no_password_but_is_given_one_keeps_the_letter_waiting(mailserver):
    with pytest.raises(Temporary):
        smtp.send(LETTER, mailserver.url.replace("smtp://", "smtp://user:secret@"))


def test_a_password_is_not_said_in_the_clear_to_a_server_elsewhere(mailserver, monkeypatch):
    monkeypatch.setattr(smtp, "_is_here", lambda host: False)
    with pytest.raises(Temporary, match="no encryption"):
        smtp.send(LETTER, mailserver.url.replace("smtp://", "smtp://user:secret@"))


def test_a_letter_that_was_taken_is_not_sent_again_for_a_rude_farewell(mailserver, monkeypatch):
    async def silent(self, arg):
        await asyncio.sleep(5)

    monkeypatch.setattr(aiosmtpd.smtp.SMTP, "smtp_QUIT", silent)
    monkeypatch.setattr(smtp, "_FAREWELL_SECONDS", 0.2)
    smtp.send(LETTER, mailserver.url)
    assert len(mailserver.letters) == 1


def test_a_server_that_dribbles_is_hung_up_on(mailserver, monkeypatch):
    async def dribble(self, server, session, envelope, address, options):
        for _ in range(50):
            await server.push("250-a moment")
            await asyncio.sleep(0.1)
        return "250 OK"

    monkeypatch.setattr(type(mailserver), "handle_MAIL", dribble)
    monkeypatch.setattr(smtp, "LONGEST_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(Unreached):
        smtp.send(LETTER, mailserver.url)
    assert time.monotonic() - began < 3
