"""What one process changes, every other one knows at once (HO-12): two workers as bin/run starts them."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from portal.domain import rights, tenants
from tests.databases import free_port
from tests.factories import NOW, ROOT, make_member

READS = 100
OWN = "clientes.aurora.example"


@pytest.fixture
def themes(tmp_path):
    return shutil.copytree(ROOT / "brand_themes", tmp_path / "themes")


@pytest.fixture
def read(settings, database, world, themes):
    """`read(host, path)`: status and text of many readings, one after the other, by whichever worker takes it."""
    port = free_port()
    known = {"DATA_DIR": settings.data_dir, "DATABASE_URL": settings.database_url, "THEMES_DIR": themes}
    secret = {"PORTAL_SECRET_KEY": settings.secret_key.get_secret_value()}
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "error"]
    environment = {**os.environ, **secret, **{f"PORTAL_{name}": str(value) for name, value in known.items()}}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def once(host, path, cookie=""):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path, headers={"Host": host, "Connection": "close", "Cookie": cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    for _ in range(400):
        try:
            once("localhost", "/healthz")
            break
        except OSError:
            assert process.poll() is None, "the web server ended"
            time.sleep(0.05)
    yield lambda *asked, times=READS: [once(*asked) for _ in range(times)]
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def test_a_change_is_fresh_in_every_worker_and_nobody_elses(read, browse, world, themes):
    carla = browse(world.carla).client.get_cookie("session", domain="aurora.localhost")
    menus = ("aurora.localhost", f"/office/{world.carla.app.slug}/menus/", f"session={carla.value}")

    def statuses(*asked, times=20):
        return {status for status, _ in read(*asked, times=times)}

    assert statuses(*menus) == {200}
    rights.set_box(world.carla, "menus", granted=False, by=make_member(world.ana, world.carla.app), now=NOW)
    assert statuses(*menus, times=READS) == {403}

    tenants.note_host(world.one, OWN)
    assert statuses(OWN, "/sign-in", times=READS) == {200} and statuses("aurora.localhost", "/sign-in") == {302}
    assert statuses("northwind.localhost", "/sign-in") == {200}
    tenants.note_host(world.one, None)
    assert statuses(OWN, "/sign-in") == {404}

    theirs = {text for _, text in read("northwind.localhost", "/sign-in", times=5)}
    file = themes / "aurora" / "theme.toml"
    file.write_text(file.read_text().replace('name = "Aurora"', 'name = "Boreal"'))
    time.sleep(1)
    assert all("Boreal" in text for _, text in read("aurora.localhost", "/sign-in"))
    assert not any("Boreal" in text for _, text in read("northwind.localhost", "/sign-in", times=20)) and theirs
