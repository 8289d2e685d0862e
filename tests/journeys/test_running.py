"""How `bin/run` starts and ends."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.live import PASSWORD, Live

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def running(live: Live) -> Live:
    """Without the demo, which costs more than everything here: the tests of the services begin with that."""
    if not live.data.exists():
        agency = "--slug aurora --name Aurora --prefix AUR --owner ana@aurora.example --owner-name Ana --password"
        live.portal("create-agency", *agency.split(), PASSWORD)
    if live.process is None:
        live.start()
    return live


def test_it_says_ready_only_when_pages_are_served(running: Live):
    assert b"200" in answer(running, b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n").split(b"\r\n")[0]
    assert b"200" in answer(running, b"GET /sign-in HTTP/1.0\r\nHost: localhost\r\n\r\n").split(b"\r\n")[0]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_request_under_way_is_answered_before_the_end(running: Live, how: signal.Signals):
    with socket.create_connection(("127.0.0.1", running.port)) as visitor:
        visitor.sendall(b"POST /sign-in HTTP/1.0\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nemai")
        time.sleep(0.5)
        assert running.process is not None
        running.process.send_signal(how)
        time.sleep(0.5)
        visitor.sendall(b"l=a%40")
        first = visitor.recv(1000)
    assert running.ended() == 0
    assert first.startswith(b"HTTP/1."), "the visitor was left without an answer"
    assert not at_work(running)


def test_it_ends_when_one_of_the_two_dies(running: Live):
    (worker,) = (number for number, command in at_work(running).items() if "portal worker" in command)
    os.kill(worker, signal.SIGKILL)
    assert running.ended() != 0
    assert "The worker has ended" in running.said()
    assert not at_work(running)


def test_a_port_in_use_is_named(live: Live):
    live.stop()  # where another test left it running
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", live.port))
        other.listen()
        with pytest.raises(AssertionError, match=f"Port {live.port} is in use"):
            live.start()
    assert live.ended() == 1


def answer(live: Live, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", live.port)) as visitor:
        visitor.sendall(request)
        return visitor.makefile("rb").read()


def at_work(live: Live) -> dict[int, str]:
    """The processes of this installation but bin/run itself, by their settings."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"PORTAL_DATA_DIR={live.data}".encode() in (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if ours and command and "bin/run" not in command:
            found[int(folder.name)] = command
    return found
