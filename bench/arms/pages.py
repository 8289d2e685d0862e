"""Pages and single questions, held against the bare page."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import load
from bench.installation import PYTHON, ROOT, wait_until_served
from bench.rounds import Round
from bench.stage import Stage
from tests.databases import free_port


class Bare:
    """Flask's bare page under the same server."""

    def __init__(self, port: int, folder: Path, *, connections: int = 4, name: str = "bare") -> None:
        self.name, self.port, self.connections = name, port, connections
        self.paths = folder / "bare-path"
        self.paths.write_text("/\n")

    def run(self) -> Round:
        seen = load.send(
            f"http://127.0.0.1:{self.port}", "get.lua", f"localhost:{self.port}", "-", self.paths, "-",
            connections=self.connections,
        )  # fmt: skip
        assert not seen.refused
        return {self.name: seen.rate}


@contextmanager
def bare_server() -> Iterator[int]:
    """The bare page, served by as many hands as the portal."""
    port = free_port()
    command = f"-m gunicorn bench.bare:app --bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 8"
    guarded = ["setpriv", "--pdeathsig", "KILL", "--", PYTHON, *command.split(), "--no-control-socket"]
    server = subprocess.Popen([*guarded, "--log-level", "warning"], cwd=ROOT)
    try:
        wait_until_served(port, "/")
        yield port
    finally:
        server.terminate()
        server.wait(30)


class Get:
    """Pages behind a cookie, or answers behind tokens; `shows` is what each must hold, so many times."""

    def __init__(
        self, name: str, stage: Stage, paths: list[str], *, cookie: str = "-", shows: tuple[str, int] = ("", 0)
    ) -> None:
        self.name, self.stage, self.cookie, self.shows = name, stage, cookie, shows
        self.first = paths[0]
        self.paths = stage.file(f"paths-{name}", paths)
        self.tokens = str(stage.folder / "tokens") if cookie == "-" else "-"

    def run(self) -> Round:
        stage = self.stage
        seen = load.send(stage.url, "get.lua", stage.host, self.cookie, self.paths, self.tokens)
        assert not seen.refused, f"{self.name}: {seen.refused} refused"
        self._look()
        return {self.name: seen.rate}

    def _look(self) -> None:
        """A way to sign in would count as success otherwise."""
        headers = {"Host": self.stage.host}
        if self.cookie != "-":
            headers["Cookie"] = self.cookie
        else:
            headers["Authorization"] = "Bearer " + Path(self.tokens).read_text().split("\n", 1)[0]
        with urllib.request.urlopen(urllib.request.Request(self.stage.url + self.first, headers=headers)) as answer:
            text = answer.read().decode()
        sign, times = self.shows
        assert not sign or text.count(sign) == times, f"{self.name} shows {text.count(sign)} of {sign}, not {times}"


class Toggle:
    """A right of a contributor switched: session, CSRF, permission, audit, commit. Each request changes something."""

    name = "toggle"

    def __init__(self, stage: Stage, cookie: str, token: str, paths: list[str]) -> None:
        self.stage, self.cookie, self.token = stage, cookie, token
        self.paths = stage.file("paths-toggle", paths)

    def run(self) -> Round:
        stage, before = self.stage, self._written()
        seen = load.send(
            stage.url, "toggle.lua", stage.agency_host(), self.cookie, self.token, self.paths, self._next()
        )
        changed = self._written() - before
        assert not seen.refused
        assert changed >= seen.requests - 16, f"{seen.requests} switches wrote {changed} entries"
        return {self.name: seen.rate}

    def _written(self) -> int:
        return self.stage.count("audit_entry", "WHERE action IN ('right.granted', 'right.withdrawn')")

    def _next(self) -> int:
        """Begin with giving where nobody of the colleagues holds the right, else with taking."""
        paths = len(self.paths.read_text().split())
        held = self.stage.count("contributor_right", "WHERE box = 'menus'") - 1
        return paths if held else 0
