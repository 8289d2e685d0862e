"""The schema brought up to date by whoever comes first, while others come too."""

from __future__ import annotations

import subprocess
import sys

from portal.migrating import migrate, pending
from tests.factories import ROOT

START = """
import sys
from portal import db
from portal.migrating import migrate
db.connect(sys.argv[1])
print(len(migrate()))
"""


def test_several_processes_that_start_at_once_migrate_once(tmp_path):
    command = [sys.executable, "-c", START, f"sqlite:///{tmp_path / 'portal.db'}"]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    applied = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert sorted(map(int, applied))[:3] == [0] * 3
    assert sum(map(int, applied)) > 0


def test_migrating_again_changes_nothing(database):
    assert migrate() == pending() == []
