"""The short form of `bin/soak`: many senders, a killed server, and not one unit too many or too few."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.live import ROOT

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize(("database", "events", "seed"), [("sqlite", 15_000, 11), ("postgresql", 6_000, 548401)])
def test_every_acknowledged_unit_is_counted_once_though_the_server_is_killed(
    database: str, events: int, seed: int, tmp_path: Path
):
    """The plan is always the same; who is killed when, and what arrives in which order, is not."""
    asked = (
        f"--events {events} --seed {seed} --senders 100 --kills 2 --seconds 45 --database {database} --results".split()
    )
    done = subprocess.run([ROOT / "bin/soak", *asked, tmp_path], capture_output=True, text=True, check=False)
    file = tmp_path / f"soak-{database}.json"
    assert file.exists(), done.stdout + done.stderr
    report = json.loads(file.read_text())
    assert report["wrong"] == [], f"seed {report['seed']}"
    assert report["kills"] == 2
    assert done.returncode == 0
