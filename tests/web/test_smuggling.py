"""One request inside another (HO-11): on raw sockets, against the web server that bin/run starts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import product

import pytest

from tests.databases import free_port
from tests.factories import ROOT

COUNTING = """
def app(environ, start_response):
    body = environ["wsgi.input"].read()
    with open(FILE, "a") as out:
        out.write(environ["PATH_INFO"] + "\\n")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
"""
HIDDEN = b"GET /second HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = [
    b"Transfer-Encoding: chunked", b"transfer-encoding: CHUNKED", b"Transfer-Encoding : chunked",
    b"Transfer-Encoding:chunked",
    b"Transfer-Encoding:\tchunked", b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: identity, chunked", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: identity",
    b"Transfer-Encoding: \x0bchunked", b"Transfer-Encoding: chunked\x00", b'Transfer-Encoding: "chunked"',
    b"Transfer_Encoding: chunked", b"Transfer-Encoding\x00: chunked", b" Transfer-Encoding: chunked",
    b"X: x\nTransfer-Encoding: chunked", b"X: x\rTransfer-Encoding: chunked", b"Transfer-Encoding:\r\n chunked",
    b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: ,chunked", b"Transfer-Encoding:",
]  # fmt: skip
LENGTHS = [
    b"Content-Length: %d", b"Content-Length: 0\r\nContent-Length: %d", b"Content-Length: %d\r\nContent-Length: 0",
    b"Content-Length: %d, %d", b"Content-Length: +%d", b"Content-Length: 0x%x", b"Content-Length: %d\x00",
    b"Content-Length : %d", b"Content-Length: -%d", b"Content-Length: %d.0", b"Content-Length: 1_%d",
]  # fmt: skip
CHUNKS = [
    b"0x%x\r\n%b\r\n0\r\n\r\n", b"+%x\r\n%b\r\n0\r\n\r\n", b"-%x\r\n%b\r\n0\r\n\r\n", b"%x\n%b\n0\n\n",
    b"%x \r\n%b\r\n0\r\n\r\n",
    b"%x\r\r\n%b\r\n0\r\n\r\n", b"_%x\r\n%b\r\n0\r\n\r\n", b"%x;a\nb\r\n%b\r\n0\r\n\r\n",
    b"fffffffffffffffff%x\r\n%b\r\n0\r\n\r\n",
    b"%x\r\n%bX\r\n0\r\n\r\n", b"\r\n%x\r\n%b\r\n0\r\n\r\n", b"00000%x\r\n%b\r\n0\r\n\r\n",
]  # fmt: skip


def variants() -> Iterator[tuple[str, bytes]]:
    """A name and all bytes of each try. To some reader of it the hidden request is body in every one of them."""
    ended = b"0\r\n\r\n" + HIDDEN
    for length, chunked in product(LENGTHS, CHUNKED):
        size = tuple([len(ended)] * length.count(b"%"))
        for lines in ((length % size, chunked), (chunked, length % size)):
            yield f"{lines}", _request(lines, ended)
    for chunk in CHUNKS:
        yield f"{chunk!r}", _request((b"Transfer-Encoding: chunked",), chunk % (len(HIDDEN), HIDDEN))
    for end in (b"\n\n", b"\n\r\n", b"\r\r\n"):
        head = b"POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: %d" % len(HIDDEN)
        yield f"{end!r}", head + end + HIDDEN


def _request(lines: tuple[bytes, ...], body: bytes) -> bytes:
    return b"POST /first HTTP/1.1\r\nHost: x\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


@pytest.fixture
def server(tmp_path):
    """The port of the web server as bin/run starts it, and the file in which each request that ran is written down."""
    port, ran = free_port(), tmp_path / "ran"
    ran.touch()
    (tmp_path / "counting.py").write_text(COUNTING.replace("FILE", repr(str(ran))))
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "counting:app",
        "--pythonpath",
        str(tmp_path),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    command += [
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "8",
        "--no-control-socket",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port, ran
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def _sent(port, raw):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def test_no_request_runs_that_is_hidden_in_another_ones_body(server):
    port, ran = server
    _sent(port, _request((b"Transfer-Encoding: chunked",), b"1\r\nx\r\n0\r\n\r\n" + HIDDEN))
    assert ran.read_text().split() == ["/first", "/second"], "two that are two would be seen"
    wrong, tried = [], 0
    for name, raw in variants():
        ran.write_text("")
        answer, tried = _sent(port, raw), tried + 1
        if "/second" in ran.read_text() or answer.count(b"HTTP/1.1 200") > 1:
            wrong.append(name)
    assert tried > 200 and not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
