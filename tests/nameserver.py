"""A real name server on loopback (dnsmasq) that knows what a test tells it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import free_port

_INSTALL = "dnsmasq is missing: sudo apt-get install -y --no-install-recommends dnsmasq-base"


class NameServer:
    """Knows everything below `.example` and nothing else. `tell` replaces what it knows; `quiet` lets it say nothing.

    Lines are dnsmasq's: `txt-record=name,"text"`, `host-record=name,192.0.2.1`, `cname=name,target`, `mx-host=…`.
    """

    def __init__(self, folder: Path) -> None:
        program = shutil.which("dnsmasq") or shutil.which("dnsmasq", path="/usr/sbin:/usr/local/sbin")
        assert program, _INSTALL
        self.port = free_port()
        self._program, self._file = program, folder / "dnsmasq.conf"
        self._process: subprocess.Popen[bytes] | None = None
        self.tell()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def tell(self, *lines: str) -> None:
        self.quiet()
        self._file.write_text("\n".join(["local=/example/", *lines, ""]))
        command = [
            self._program,
            "--keep-in-foreground",
            "--no-resolv",
            "--no-hosts",
            "--no-poll",
            "--user=",
            "--group=",
        ]
        command += [
            f"--conf-file={self._file}",
            f"--port={self.port}",
            "--listen-address=127.0.0.1",
            "--bind-interfaces",
        ]
        command += ["--pid-file=", "--log-facility=/dev/null", "--cache-size=0"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._wait()

    def quiet(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _wait(self) -> None:
        assert self._process
        for _ in range(200):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None:
                raise AssertionError(f"dnsmasq ended: {self._process.communicate()[1].decode()}")
            time.sleep(0.02)
        raise AssertionError("dnsmasq does not answer")


@pytest.fixture(scope="module")
def _one_nameserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    server = NameServer(tmp_path_factory.mktemp("names"))
    yield server
    server.quiet()


@pytest.fixture
def nameserver(_one_nameserver: NameServer) -> NameServer:
    """A name server that knows nothing yet."""
    _one_nameserver.tell()
    return _one_nameserver
