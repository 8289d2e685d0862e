"""pytest, started once with every test collected; each mutant is put into a fork of it, which runs some tests."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.mutants.running import PYTEST, be_pytest
from tests.mutants.swapping import forget_statements, know_functions, put_in
from tests.mutants.texts import Mutant
from tests.mutants.tracing import watch

LONGEST = 600
"""Seconds that a fork may take."""


class Ran(NamedTuple):
    """What one test did: how long it took in seconds, whether it passed, and the lines it ran, None for all."""

    seconds: float
    passed: bool
    lines: set[tuple[str, int]] | None


class Server:
    """Call only what stands here; the tests run in other processes. `tests` are files, `watched` those to change."""

    def __init__(self, tree: Path, tests: list[str], watched: list[str]) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        self.tree = tree
        self._process = os.fork()
        if self._process == 0:
            self._pipe.close()
            be_pytest([*PYTEST, *tests], tree, tree.parent / "serving.txt", [_Serving(theirs, tree, watched)])
        theirs.close()
        self.names: dict[str, list[str]] = self._answer()
        """The tests of each file."""

    def trace(self, names: list[str]) -> dict[str, Ran]:
        """What each of these tests does to a portal that nothing was changed in."""
        self._pipe.send(("trace", names))
        return {name: Ran(*told) for name, told in self._answer().items()}

    def control(self, mutant: Mutant, name: str) -> bool:
        """Whether this test passes while nothing is changed."""
        self._pipe.send(("control", mutant, [name]))
        return self._answer() == ""

    def judge(self, mutant: Mutant, names: list[str]) -> str | None:
        """The first of these tests that fails; empty when all pass, None when it can't be said this way."""
        self._pipe.send(("judge", mutant, names))
        return self._answer()

    def _answer(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            raise RuntimeError("pytest ended, see what it said in serving.txt") from None


class _Serving:
    """The plugin that runs what is asked for instead of everything."""

    def __init__(self, pipe: Connection, tree: Path, watched: list[str]) -> None:
        self._pipe = pipe
        self._tree = tree
        self._watched = watched
        self._failed = False
        self._items: dict[str, pytest.Item] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            return False
        self._items = {item.nodeid: item for item in session.items}
        names: dict[str, list[str]] = {}
        for name in self._items:
            names.setdefault(name.partition("::")[0], []).append(name)
        self._warm()
        know_functions()
        self._pipe.send(names)
        while asked := self._asked():
            work, *rest = asked
            self._pipe.send(_in_a_fork(lambda work=work, rest=rest: getattr(self, f"_{work}")(*rest)))
        return True

    def _asked(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            return None  # the worker has ended

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def _warm(self) -> None:
        """What lives as long as the session is made once: the database, the application, the world of the matrix."""
        names = list(self._items)
        first = next((name for name in names if name.startswith("tests/access/")), names[0])
        self._run(first)

    def _run(self, name: str) -> bool:
        """Whether it passes. What lives as long as the session stays."""
        item = self._items[name]
        self._failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session)
        return not self._failed

    def _judge(self, mutant: Mutant, names: list[str]) -> str | None:
        return self._control(mutant, names) if put_in(mutant, self._tree) else None

    def _control(self, mutant: Mutant, names: list[str]) -> str:
        if mutant.view:
            next(iter(self._items.values())).config.option.routes_of = f"{mutant.file}:{mutant.view}"
        return next((name for name in names if self._fails(name)), "")

    def _fails(self, name: str) -> bool:
        """Twice in a row: what fails by chance has noticed nothing."""
        return not self._run(name) and not self._run(name)

    def _trace(self, names: list[str]) -> dict[str, tuple[Any, ...]]:
        seen: set[tuple[str, int, int]] = set()
        for file in self._watched:
            watch(self._tree, file, lambda first, last, file=file: seen.add((file, first, last)))
        return {name: self._traced(name, seen) for name in names}

    def _traced(self, name: str, seen: set[tuple[str, int, int]]) -> tuple[Any, ...]:
        seen.clear()
        forget_statements()
        began = time.perf_counter()
        passed = self._run(name)
        lines = {(file, line) for file, first, last in seen for line in range(first, last + 1)}
        return time.perf_counter() - began, passed, lines


def _in_a_fork(work: Callable[[], Any]) -> Any:
    """What the work returns; None when it takes too long, or ends the process."""
    reading, writing = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            writing.send(work())
        finally:
            os._exit(0)
    writing.close()
    try:
        return reading.recv() if reading.poll(LONGEST) else None
    except EOFError:
        return None
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        reading.close()
