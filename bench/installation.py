"""A portal of its own for one run: a folder, a database, and the servers on it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import db, migrating
from portal.config import Settings, load_settings
from tests.databases import Cluster, free_port

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
_READY_SECONDS = 60


class Installation:
    """The folder with its settings; `serve()` starts web and worker in one process group, as `bin/run` does."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "server.log"
        self.processes: list[subprocess.Popen[bytes]] = []
        own = {
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_PORT": str(self.port),
            "PORTAL_SECRET_KEY": "a key of forty characters, for runs alone",
            "PORTAL_DATABASE_URL": database_url or f"sqlite:///{folder / 'portal.db'}",
        }
        foreign = [name for name in os.environ if name.startswith("PORTAL_")]
        self.environment = {name: value for name, value in os.environ.items() if name not in foreign} | own

    @property
    def database_url(self) -> str:
        return self.environment["PORTAL_DATABASE_URL"]

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def prepare(self) -> Settings:
        """Tables there, and the portal's code of this process bound to them."""
        for name in [name for name in os.environ if name.startswith("PORTAL_")]:
            del os.environ[name]
        os.environ.update({name: value for name, value in self.environment.items() if name.startswith("PORTAL_")})
        settings = load_settings()
        db.connect(settings.database_url)
        migrating.migrate()
        return settings

    def serve(self, *, worker: bool = True) -> None:
        """Start and wait until pages are served."""
        self.start(worker=worker)
        wait_until_served(self.port)

    def start(self, *, worker: bool = True, processes: int = 2, threads: int = 8) -> None:
        """Start; who asks already is served as soon as it stands."""
        gunicorn = f"gunicorn wsgi:app --preload --bind 127.0.0.1:{self.port} --worker-class gthread"
        amounts = f"--workers {processes} --threads {threads} --no-control-socket --log-level warning"
        self._start(*gunicorn.split(), *amounts.split())
        if worker:
            self._start("flask", "--app", "wsgi", "portal", "worker")

    def kill(self) -> None:
        """End the whole process group as a power cut would."""
        if self.processes:
            os.killpg(self.processes[0].pid, signal.SIGKILL)
        self._gone()

    def stop(self) -> None:
        """End it as an operator would."""
        for process in self.processes:
            process.terminate()
        self._gone()

    def check(self) -> None:
        """Raises RuntimeError, with the end of its log, once a process has ended that nobody here has killed."""
        if any(process.poll() not in (None, -signal.SIGKILL) for process in self.processes):
            raise RuntimeError("the server has ended:\n" + self.log.read_text(errors="replace")[-2000:])

    def portal(self, *arguments: str) -> tuple[int, str]:
        """Run `bin/portal …` here: its exit code and what it says."""
        command = [PYTHON, "-m", "flask", "--app", "wsgi", "portal", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def _start(self, *module: str) -> None:
        """One group for all: the first process leads it. They end with the run, even when that is killed."""
        group = self.processes[0].pid if self.processes else 0
        with self.log.open("ab") as log:
            command = ["setpriv", "--pdeathsig", "KILL", "--", PYTHON, "-m", *module]
            self.processes.append(
                subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, process_group=group)
            )

    def _gone(self) -> None:
        for process in self.processes:
            process.wait(60)
        self.processes = []


@contextmanager
def installed(database: str, *, quick: bool = True) -> Iterator[Installation]:
    """An empty installation on `sqlite` or `postgresql`; `quick`: its PostgreSQL need not survive a power cut."""
    folder = Path(tempfile.mkdtemp(prefix="portal-run-"))
    cluster = Cluster(quick=quick) if database == "postgresql" else None
    url = f"postgresql://postgres@/postgres?host={cluster.folder}" if cluster else ""
    installation = Installation(folder, url)
    try:
        yield installation
    finally:
        installation.kill()
        if db.database.obj is not None:
            db.database.close_all() if db.is_postgres() else db.database.close()
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_served(port: int, path: str = "/healthz") -> None:
    """Raises TimeoutError after a minute."""
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing is served on port {port}")
