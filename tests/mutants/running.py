"""The tests that should notice a mutant, run on a copy of the tree until the first of them fails."""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from tests.mutants.texts import ROOT, Mutant

PYTEST = ["-q", "-p", "no:randomly", "-p", "pytest_timeout", "--tb=no"]
_TEAM = ["test_team.py", "test_team_rights.py", "test_team_many.py", "test_team_matrix.py"]
_OFFICE = [f"tests/blueprints/office/{name}" for name in _TEAM]
_DOMAIN = "tests/domain/test_"
_STATES = "tests/access/test_states.py"
_ERASING = "tests/jobs/test_erasing.py"
TESTS = {
    "portal/domain/rights/erasing.py": [f"{_DOMAIN}forgetting.py", _ERASING],
    "portal/domain/invitations/erasing.py": [f"{_DOMAIN}forgetting.py", _ERASING],
    "portal/domain/invitations/proving.py": [
        f"{_DOMAIN}invitations.py",
        "tests/blueprints/account/test_setup.py",
        _ERASING,
    ],
    "portal/domain/rights/places.py": [
        f"{_DOMAIN}losing_a_place.py",
        "tests/blueprints/agency/test_losing_a_client.py",
        f"{_DOMAIN}staffing.py",
        f"{_DOMAIN}sending.py",
        "tests/blueprints/agency/test_sso.py",
    ],
    "portal/domain/rights/viewing.py": [f"{_DOMAIN}viewing.py", "tests/blueprints/office/test_view.py", _STATES],
    "portal/domain/rights/states.py": [
        f"{_DOMAIN}sections.py",
        f"{_DOMAIN}losing_a_place.py",
        "tests/blueprints/agency/test_sections.py",
        _STATES,
    ],
    "portal/domain/rights/": [
        *(f"{_DOMAIN}{name}.py" for name in ("rights", "sections", "viewing", "explaining", "notices")),
        *_OFFICE,
        "tests/blueprints/agency/test_sections.py",
        "tests/blueprints/agency/test_details.py",
        "tests/blueprints/office/test_badge.py",
        "tests/blueprints/office/test_support.py",
        _STATES,
    ],
    "portal/domain/invitations/listing": [f"{_DOMAIN}team_list.py", *_OFFICE, "tests/blueprints/office/test_home.py"],
    "portal/domain/invitations/many": [f"{_DOMAIN}inviting_many.py", *_OFFICE],
    "portal/domain/invitations/reading": [f"{_DOMAIN}inviting_many.py", *_OFFICE],
    "portal/domain/invitations/reminding": [f"{_DOMAIN}reminders.py", "tests/jobs/test_letters.py"],
    "portal/domain/invitations/by_identity": [
        f"{_DOMAIN}invitations.py",
        f"{_DOMAIN}federation.py",
        "tests/blueprints/account/test_sso.py",
        "tests/blueprints/account/test_sso_first_time.py",
    ],
    "portal/domain/invitations/voiding": [f"{_DOMAIN}staffing.py", f"{_DOMAIN}invitations.py"],
    "portal/domain/invitations/": [
        *(f"{_DOMAIN}{name}.py" for name in ("invitations", "explaining", "inviting_many", "reminders")),
        *_OFFICE,
        "tests/blueprints/account/test_setup.py",
        "tests/blueprints/agency/test_activity.py",
        "tests/blueprints/office/test_home.py",
    ],
    "portal/web/access/": [
        "tests/web/test_access.py",
        "tests/web/test_hosts.py",
        "tests/web/test_forgery.py",
        "tests/web/test_slow_bodies.py",
        "tests/architecture/test_routes.py",
        "tests/blueprints/office/test_access.py",
        "tests/blueprints/office/test_view.py",
        "tests/blueprints/office/test_offers.py",
        "tests/blueprints/office/test_read_once.py",
        "tests/blueprints/account/test_factors.py",
        "tests/blueprints/account/test_profile.py",
        _STATES,
        "tests/access/test_tricks.py",
    ],
    "portal/blueprints/api/": ["tests/access/test_matrix.py", "tests/web/test_access.py"],
    "portal/blueprints/account/": ["tests/access/test_matrix.py", "tests/blueprints/account/test_factors.py"],
    "portal/blueprints/office/": ["tests/access/test_matrix.py", "tests/blueprints/office/test_badge.py"],
    "portal/blueprints/brand/": ["tests/access/test_matrix.py", "tests/web/test_brand_files.py"],
    "portal/blueprints/": ["tests/access/test_matrix.py"],
}
"""What should notice, by where the guard stands, the likeliest first; the first start that fits has it."""


def is_caught(mutant: Mutant, tree: Path) -> str:
    """The first test of the copy that fails with the mutant; empty when all pass."""
    file = tree / mutant.file
    whole = file.read_bytes()
    _write(file, mutant.written_into(whole))
    try:
        return first_failure(_arguments(mutant), tree)
    finally:
        _write(file, whole)


def tests_of(mutant: Mutant) -> list[str]:
    """The files of tests that should notice, the likeliest first."""
    return next(tests for start, tests in TESTS.items() if mutant.file.startswith(start))


def _arguments(mutant: Mutant) -> list[str]:
    narrowed = [f"--routes-of={mutant.file}:{mutant.view}"] if mutant.view else []
    return [*PYTEST, "-x", *narrowed, *tests_of(mutant)]


def _write(file: Path, whole: bytes) -> None:
    """With a time of its own, or compiled code of the last mutant would be taken for this one's."""
    file.write_bytes(whole)
    moment = time.time_ns() - random.randrange(10**6, 10**9) * 10**9
    os.utime(file, ns=(moment, moment))


def first_failure(arguments: list[str], tree: Path) -> str:
    """Runs pytest in a fork of this process, which knows all libraries already. Raises RuntimeError when it can't."""
    said = tree.parent / "said.txt"
    child = os.fork()
    if child == 0:
        be_pytest(arguments, tree, said)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 0:
        return ""
    told = said.read_text(errors="replace").splitlines()
    named = [line.partition(" ")[2] for line in told if line.startswith(("FAILED ", "ERROR "))]
    if not named and status not in (1, 2, 3):
        raise RuntimeError(f"pytest ended with {status}: {' '.join(told[-5:])}")
    return named[0].partition(" - ")[0] if named else "it does not even start"


def be_pytest(arguments: list[str], tree: Path, said: Path, plugins: Sequence[object] = ()) -> NoReturn:
    """This process runs pytest in the copy and ends with its status; `said` is the file for what it says."""
    status = 3
    try:
        with said.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.chdir(tree)
        sys.path[:] = [str(tree), *(place for place in sys.path if place not in ("", str(ROOT)))]
        for name in [name for name in sys.modules if name.split(".")[0] in ("portal", "tests")]:
            del sys.modules[name]
        import pytest

        status = int(pytest.main(arguments, plugins))
        sys.stdout.flush()
    finally:
        os._exit(status)


@contextlib.contextmanager
def copied_tree() -> Iterator[Path]:
    """Every file that git knows or would take, as it stands now, in a folder that goes away."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder) / "tree"
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
        yield tree


def learn_libraries() -> None:
    """Import here what every run needs, so that each fork has it. Neither the portal nor plugins of pytest."""
    modules = "import pkgutil, sys, playwright.sync_api, portal, pytest\n"
    asked = modules + "list(pkgutil.walk_packages(portal.__path__, 'portal.'))\nprint(*sys.modules)"
    known = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=False, text=True)
    own = ("portal", "tests", "__main__", "pytest_")
    for name in known.stdout.split():
        if not name.startswith(own):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
