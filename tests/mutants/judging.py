"""Mutants judged by several workers: by the tests that run the changed lines, then what is left by all of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutants.running import PYTEST, copied_tree, first_failure, is_caught, learn_libraries, tests_of
from tests.mutants.serving import Ran, Server
from tests.mutants.texts import Mutant

_ROUTES = "tests/access/"
"""These ask every route, and so run what any request does: to trace them takes longer than it saves."""


class Verdict(NamedTuple):
    """`by` is the first test that failed, empty when none did; `whole` when all of them were asked."""

    mutant: Mutant
    by: str
    whole: bool
    seconds: float


def judged(chosen: list[Mutant], jobs: int, *, quick: bool, tests: list[str]) -> Iterator[Verdict]:
    """Each mutant's verdict as soon as there is one; one that no quick test notices comes again, unless `quick`.

    `tests` are files to ask instead of those that the table names. Raises RuntimeError where a test fails before
    anything was changed: it would catch everything.
    """
    learn_libraries()
    watched = sorted({mutant.file for mutant in chosen})
    files = sorted(tests or {file for mutant in chosen for file in tests_of(mutant)})
    several = multiprocessing.get_context("fork")
    trees = several.SimpleQueue()
    with contextlib.ExitStack() as copies:
        for _ in range(jobs):
            trees.put(copies.enter_context(copied_tree()))
        with several.Pool(jobs, _begin, (trees, files, watched)) as pool:
            ran = _traced(pool, [(file, not tests and not file.startswith(_ROUTES)) for file in files])
            left = []
            asked = [(mutant, _noticing(mutant, ran, tests or tests_of(mutant))) for mutant in chosen]
            for verdict in pool.imap_unordered(_quickly, asked):
                yield verdict
                left += [] if verdict.by or quick else [verdict.mutant]
            yield from pool.imap_unordered(_wholly, left)


def _traced(pool: Pool, files: list[tuple[str, bool]]) -> dict[str, Ran]:
    """What the tests of these files run; those of a file that is not to be traced may run anything."""
    ran: dict[str, Ran] = {}
    for found in pool.imap_unordered(_trace, files):
        ran |= found
    failed = [name for name, one in ran.items() if not one.passed]
    if failed and (by := pool.apply(_fails, (failed,))):
        raise RuntimeError(f"fails before anything is changed: {by}")
    if failed:
        print(f"only run with all the others: {', '.join(failed)}", flush=True)
    return {name: one for name, one in ran.items() if one.passed}


def _noticing(mutant: Mutant, ran: dict[str, Ran], files: list[str]) -> list[str]:
    """The tests of these files that run the lines of the mutant, the quickest first."""
    lines = {(mutant.file, line) for line in range(mutant.line, mutant.last + 1)}
    names = [name for name in ran if name.partition("::")[0] in files]
    met = [name for name in names if ran[name].lines is None or ran[name].lines & lines]
    return sorted(met, key=lambda name: ran[name].seconds)


_own: dict[str, Any] = {}
"""What a worker has for itself: `tree` and `server`, the tests that caught something in a file, the last one first
(`caught`), and those that pass while nothing is changed (`passing`)."""


def _begin(trees: Any, files: list[str], watched: list[str]) -> None:
    tree: Path = trees.get()
    _own.update(tree=tree, server=Server(tree, files, watched), caught=defaultdict(list), passing=set())


def _trace(asked: tuple[str, bool]) -> dict[str, Ran]:
    server: Server = _own["server"]
    file, traced = asked
    names = server.names.get(file, [])
    return server.trace(names) if traced else dict.fromkeys(names, Ran(1, True, None))


def _passes(mutant: Mutant, name: str) -> bool:
    """Whether this test passes while nothing is changed: asked once, and once more after it failed."""
    server: Server = _own["server"]
    passing: set[str] = _own["passing"]
    if name not in passing and server.control(mutant, name):
        passing.add(name)
    return name in passing


def _fails(names: list[str]) -> str:
    """The first of these that fails where nothing was changed and nothing was run before."""
    return first_failure([*PYTEST, *names], _own["tree"])


def _quickly(asked: tuple[Mutant, list[str]]) -> Verdict:
    mutant, names = asked
    began = time.monotonic()
    caught = _own["caught"][mutant.file]
    names = [*(name for name in caught if name in names), *(name for name in names if name not in caught)]
    server: Server = _own["server"]
    by = server.judge(mutant, names)
    if by and not ((mutant.view or server.judge(mutant, [by])) and _passes(mutant, by)):
        by = ""  # what fails by chance, or anyhow, has noticed nothing
    by = by or ""
    if by in caught:
        caught.remove(by)
    if by:
        caught.insert(0, by)
    return Verdict(mutant, by, False, time.monotonic() - began)


def _wholly(mutant: Mutant) -> Verdict:
    began = time.monotonic()
    return Verdict(mutant, is_caught(mutant, _own["tree"]), True, time.monotonic() - began)
