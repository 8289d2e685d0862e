"""The portal as people run it (`bin/run` on a free port, data of its own) and Chromium in front of it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from tests.databases import free_port

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "quatro-palavras-de-teste-8"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, LAPTOP = (390, 844), (1440, 900)

expect.set_options(timeout=20_000)  # patience costs nothing where all is well, and a busy machine is no fault


class Live:
    """One installation. `portal()` is its command line, `start()` and `stop()` its `bin/run`."""

    def __init__(self, folder: Path, shared: Path) -> None:
        self._shared = shared
        self.port = free_port()
        self.data = folder / "var"
        self.log = folder / "run.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._began = 0
        self.settings = {
            "PORTAL_DATA_DIR": str(self.data),
            "PORTAL_PORT": str(self.port),
            "PORTAL_DEMO_PASSWORD": PASSWORD,
        }

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def at(self, slug: str) -> str:
        """The address of an agency's own host."""
        return f"http://{slug}.localhost:{self.port}"

    def portal(self, *arguments: str) -> str:
        """Run `bin/portal …` on this installation; what it prints."""
        done = subprocess.run(
            [ROOT / "bin/portal", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"bin/portal {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def demo(self, until: str) -> None:
        """Begin with the demo as of that day. Whoever needs it first has it made; the others copy the data folder."""
        made = self._shared / f"demo-{until}"
        with (self._shared / "demo.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                self.portal("demo", "--until", until)
                copy = shutil.copytree(self.data, made.with_suffix(".new"))
                copy.rename(made)
                return
        shutil.copytree(made, self.data)

    def start(self) -> None:
        """Run it until it says that it is ready."""
        self._began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            # it ends with the tests, even when those end the hard way, and hears Ctrl-C, to which what
            # a shell runs in the background is deaf
            command = ["setpriv", "--pdeathsig", "TERM", "--", "env", "--default-signal=INT", ROOT / "bin/run"]
            self.process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        for _ in range(2400):
            if "Ready:" in self.said():
                return
            assert self.process.poll() is None, f"bin/run ended:\n{self.said()}"
            time.sleep(0.1)
        raise AssertionError(f"bin/run is not ready after four minutes:\n{self.said()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it as an operator would; it must end well."""
        if self.process is None:
            return
        self.process.send_signal(how)
        status = self.ended()
        assert status == 0, f"bin/run ended with status {status}:\n{self.said()}"

    def ended(self) -> int:
        """The exit code, as soon as it has one."""
        assert self.process is not None, "it was not running"
        status = self.process.wait(60)
        self.process = None
        return status

    def said(self) -> str:
        """What bin/run wrote since it was started last."""
        return self.log.read_bytes()[self._began :].decode(errors="replace") if self.log.exists() else ""

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings}


_NO_TROUBLE = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
"""What the console says in red of lost files, which are noted by their answers, and of a question that the page itself
called off for a newer one; every other failure of htmx has a line of its own besides `afterRequest`."""


class Screen:
    """A Playwright page that notes what no visitor should meet: script errors, blocked code, lost assets, a 500."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        self.page.on("console", lambda message: self._console(message.type, message.text))
        self.page.on("response", self._response)

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(_NO_TROUBLE):
            self.troubles.append(f"console: {text} ({self.page.url})")

    def _response(self, response: Response) -> None:
        lost = response.status >= 400 and response.request.resource_type in ("stylesheet", "script", "font", "image")
        if lost or response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")


OpenScreen = Callable[..., Page]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """An installation for the tests of one module; not started yet, so that its data can be prepared first."""
    folder = tmp_path_factory.mktemp("live")
    shared = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    installation = Live(folder, shared)
    yield installation
    installation.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def screen(chromium: Browser) -> Iterator[OpenScreen]:
    """`screen(size, dark=…, language=…, javascript=…)`: a page of a browser of its own; troubles fail the test."""
    contexts: list[BrowserContext] = []
    screens: list[Screen] = []

    def new(
        size: tuple[int, int] = LAPTOP, *, dark: bool = False, language: str = "pt-BR", javascript: bool = True
    ) -> Page:
        contexts.append(
            chromium.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                locale=language,
                java_script_enabled=javascript,
                accept_downloads=True,
            )
        )
        screens.append(Screen(contexts[-1]))
        return screens[-1].page

    yield new
    for context in contexts:
        context.close()
    troubles = [trouble for opened in screens for trouble in opened.troubles]
    assert not troubles, "\n".join(troubles)
