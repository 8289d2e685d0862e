"""The short form of `bin/soak`: many senders, a killed server, and not one unit too many or too few."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.live import ROOT

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_acknowledged_unit_is_counted_once_though_the_server_is_killed(database: str, tmp_path: Path):
    events = {"sqlite": 20_000, "postgresql": 6_000}[database]
    asked = f"--events {events} --senders 100 --kills 2 --seconds 45 --database {database} --results".split()
    done = subprocess.run([ROOT / "bin/soak", *asked, tmp_path], capture_output=True, text=True, check=False)
    file = tmp_path / f"soak-{database}.json"
    assert file.exists(), done.stdout + done.stderr
    report = json.loads(file.read_text())
    assert report["wrong"] == [], f"seed {report['seed']}"
    assert report["kills"] == 2
    assert done.returncode == 0
