"""Letters by a server that an agency named: encrypted, signed in, its address judged, and whatever it does bounded."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread

import pytest

from portal.config import Settings
from portal.gateways import egress, smtp_own
from portal.gateways.egress import Egress
from portal.gateways.smtp import Permanent, Temporary
from portal.gateways.smtp_own import Server, ServerTrouble
from portal.gateways.targets import AddressRefused
from tests.gateways.test_smtp import LETTER
from tests.mailserver import MailServer

KEY = "a key of forty characters, for tests only"


def way_out(allow="", seconds=3.0):
    return Egress(Settings(_env_file=None, secret_key=KEY, egress_allow=allow), seconds=seconds)


@pytest.fixture
def postbox(certified, monkeypatch):
    context, pem = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    server = MailServer(context, password="s3cret")
    yield server
    server.stop()


def deliver(postbox, letter=LETTER, **changes):
    server = replace(Server("127.0.0.1", postbox.port, "starttls", "apikey", "s3cret"), **changes)
    smtp_own.deliver(letter, server, way_out(f"127.0.0.1:{postbox.port}"))


def trouble_of(*arguments, **options):
    with pytest.raises(ServerTrouble) as found:
        deliver(*arguments, **options)
    return found.value.code


def test_a_letter_is_handed_over_encrypted_and_signed_in(postbox):
    deliver(postbox)
    (letter,) = postbox.letters
    assert letter.subject == LETTER.subject and letter.sender == LETTER.from_address


def test_nothing_is_said_without_encryption(mailserver):
    assert trouble_of(mailserver) == "no_starttls"
    assert mailserver.letters == []


def test_a_wrong_password_is_the_servers_matter(postbox):
    assert trouble_of(postbox, password="wrong") == "login_refused"


def test_tls_from_the_start_with_a_server_that_wants_starttls_fails_clearly(postbox):
    assert trouble_of(postbox, security="tls") == "no_tls"


def test_a_certificate_that_nobody_vouches_for_is_refused(certified):
    postbox = MailServer(certified[0], password="s3cret")
    try:
        assert trouble_of(postbox) == "bad_certificate"
    finally:
        postbox.stop()


def test_a_refused_sender_concerns_every_letter(postbox):
    postbox.refuse_sender = 553
    assert trouble_of(postbox) == "sender_refused"


def answers(postbox, monkeypatch, command, answer):
    async def refused(self, *said):
        return answer

    monkeypatch.setattr(type(postbox), f"handle_{command}", refused)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("450 busy", Temporary),
        ("450 4.7.1 greylisted", Temporary),
        ("550 no such user", Permanent),
        ("550 5.1.1 no such user", Permanent),
        ("552 5.2.2 full", Permanent),
    ],
)
def test_a_refused_recipient_concerns_this_letter_alone(postbox, monkeypatch, answer, kind):
    answers(postbox, monkeypatch, "RCPT", answer)
    with pytest.raises(kind) as found:
        deliver(postbox)
    assert not isinstance(found.value, ServerTrouble)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "550 5.7.1 Relaying denied"),
        ("RCPT", "550 5.1.8 who are you"),
        ("RCPT", "554 no"),
        ("RCPT", "530 5.7.0 sign in first"),
        ("DATA", "554 Message rejected: Email address is not verified"),
        ("DATA", "550 5.1.1 no such user"),
        ("DATA", "451 not now"),
    ],
)
def test_what_a_server_refuses_to_everybody_is_its_own_matter(postbox, monkeypatch, command, answer):
    answers(postbox, monkeypatch, command, answer)
    with pytest.raises(ServerTrouble) as found:
        deliver(postbox)
    assert (found.value.code, found.value.unsure) == ("letter_refused", False)


def test_a_server_that_breaks_off_after_the_letter_may_have_taken_it(postbox, monkeypatch):
    async def data(self, server, session, envelope):
        server.transport.abort()
        return "250 OK"

    monkeypatch.setattr(type(postbox), "handle_DATA", data)
    with pytest.raises(ServerTrouble) as found:
        deliver(postbox)
    assert found.value.unsure


def test_a_server_that_is_not_there(postbox):
    gone = MailServer()
    gone.stop()
    assert trouble_of(gone) == "no_connection"


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("127.0.0.1", 25, "address_private"),
        ("localhost", 587, "address_private"),
        ("10.1.2.3", 587, "address_private"),
        ("169.254.169.254", 25, "address_private"),
        ("[::1]", 25, "address_host"),
        ("0x7f.1", 25, "address_host"),
        ("mail", 587, "address_private"),
        ("smtp.example.com", 5432, "address_port"),
        ("smtp.example.com", 22, "address_port"),
        ("smtp.example.com:25", 25, "address_host"),
        ("a@smtp.example.com", 25, "address_host"),
        ("inner.example.com", 587, "address_private"),
    ],
)
def test_no_address_is_spoken_to_that_nobody_outside_could_mean(monkeypatch, host, port, code):
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["192.168.1.1"])
    server = Server(host, port, "starttls")
    with pytest.raises(AddressRefused) as refused:
        smtp_own.check(server, way_out())
    assert refused.value.code == code
    with pytest.raises(ServerTrouble) as found:
        smtp_own.deliver(LETTER, server, way_out())
    assert found.value.code == code


@pytest.fixture
def plays():
    """A server on loopback that does `play(line, over)` to whoever comes; its place."""
    servers, over = [], Event()

    def start(play):
        servers.append(socket.create_server(("127.0.0.1", 0)))

        def serve(server=servers[-1]):
            with suppress(OSError):
                play(server.accept()[0], over)

        Thread(target=serve, daemon=True).start()
        return servers[-1].getsockname()[1]

    yield start
    over.set()
    for server in servers:
        server.close()


def chatty(line, _over):
    line.sendall(b"220 hello\r\n")
    line.recv(1000)
    while True:
        line.sendall(b"250-" + b"x" * 4000 + b"\r\n")


def dribbling(line, over):
    while not over.wait(0.05):
        line.sendall(b"2")


def silent(_line, over):
    over.wait(10)


@pytest.mark.parametrize(("play", "code"), [(chatty, "broken"), (dribbling, "broken"), (silent, "timeout")])
def test_whatever_a_server_does_we_leave_in_time(plays, monkeypatch, play, code):
    monkeypatch.setattr(smtp_own, "LONGEST_SECONDS", 1.0)
    monkeypatch.setattr(smtp_own, "SECONDS", 0.5)
    port = plays(play)
    with pytest.raises(ServerTrouble) as found:
        smtp_own.deliver(LETTER, Server("127.0.0.1", port, "starttls"), way_out(f"127.0.0.1:{port}"))
    assert found.value.code == code


def test_no_letter_takes_longer_than_a_quarter_of_a_minute():
    assert smtp_own.LONGEST_SECONDS <= 15, "all together: own_letters and who waits for a trial count on it"


def test_the_way_to_the_server_is_part_of_the_time(plays, monkeypatch):
    monkeypatch.setattr(smtp_own, "LONGEST_SECONDS", 0.6)
    port = plays(dribbling)
    out = way_out(f"127.0.0.1:{port}")
    line = out.line

    def slowly(*place, **options):
        time.sleep(0.5)
        return line(*place, **options)

    monkeypatch.setattr(out, "line", slowly)
    began = time.monotonic()
    with pytest.raises(ServerTrouble):
        smtp_own.deliver(LETTER, Server("127.0.0.1", port, "starttls"), out)
    assert time.monotonic() - began < 1.05
