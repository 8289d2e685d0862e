"""Mutants judged by several workers: by the tests that run the changed lines, then what is left by all of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from tests.mutants.records import Traces, Verdict
from tests.mutants.running import PYTEST, copied_tree, first_failure, is_caught, learn_libraries, tests_of
from tests.mutants.serving import Ran, Server
from tests.mutants.texts import Mutant

_ROUTES = "tests/access/"
"""These ask every route, which takes long: quickly they are asked about the stamp of one view alone."""


def judged(chosen: list[Mutant], jobs: int, *, quick: bool, tests: list[str], traces: Path | None) -> Iterator[Verdict]:
    """Each mutant's verdict as soon as there is one; one that no quick test notices comes again, unless `quick`.

    `tests` are files to ask instead of those that the table names, `traces` a file for what tests run. Raises
    RuntimeError where a test fails before anything was changed: it would catch everything.
    """
    learn_libraries()
    watched = sorted({mutant.file for mutant in chosen if not mutant.view})
    files = sorted({file for mutant in chosen for file in tests or _quick_tests_of(mutant)})
    several = multiprocessing.get_context("fork")
    trees = several.SimpleQueue()
    with contextlib.ExitStack() as copies:
        copied = [copies.enter_context(copied_tree()) for _ in range(jobs)]
        for tree in copied:
            trees.put(tree)
        with several.Pool(jobs, _begin, (trees, files, watched)) as pool:
            untraced = [file for file in files if tests or file.startswith(_ROUTES)]
            ran = _traced(pool, files, untraced, Traces(traces, copied[0], watched))
            left = []
            asked = [(mutant, _noticing(mutant, ran, tests or _quick_tests_of(mutant))) for mutant in chosen]
            for verdict in pool.imap_unordered(_quickly, asked):
                yield verdict
                left += [] if verdict.by or quick else [verdict.mutant]
            yield from pool.imap_unordered(_wholly, left)


def _quick_tests_of(mutant: Mutant) -> list[str]:
    return [file for file in tests_of(mutant) if mutant.view or not file.startswith(_ROUTES)]


def _traced(pool: Pool, files: list[str], untraced: list[str], traces: Traces) -> dict[str, Ran]:
    """What the tests of these files run; those that are not traced may run anything."""
    ran: dict[str, Ran] = {}
    for file in files:
        ran |= traces.of(file) or {}
    known = {name.partition("::")[0] for name in ran}
    for file, found in pool.imap_unordered(_trace, [(file, file in untraced) for file in files if file not in known]):
        ran |= found
        if file not in untraced:
            traces.keep(file, found)
    failed = [name for name, one in ran.items() if not one.passed]
    if failed and (by := pool.apply(_fails, (failed,))):
        raise RuntimeError(f"fails before anything is changed: {by}")
    if failed:
        print(f"only run with all the others: {', '.join(failed)}", flush=True)
    return {name: one for name, one in ran.items() if one.passed}


def _noticing(mutant: Mutant, ran: dict[str, Ran], files: list[str]) -> list[str]:
    """The tests of these files that run the lines of the mutant, the quickest first; a stamp is read at the start."""
    lines = {(mutant.file, line) for line in range(mutant.line, mutant.last + 1)}
    names = [name for name in ran if name.partition("::")[0] in files]
    met = [name for name in names if mutant.view or (of := ran[name].lines) is None or of & lines]
    return sorted(met, key=lambda name: ran[name].seconds)


_own: dict[str, Any] = {}
"""What a worker has for itself: `tree` and `server`, the tests that caught something in a file, the last one first
(`caught`), and those that pass while nothing is changed (`passing`)."""


def _begin(trees: Any, files: list[str], watched: list[str]) -> None:
    tree: Path = trees.get()
    _own.update(tree=tree, server=Server(tree, files, watched), caught=defaultdict(list), passing=set())


def _trace(asked: tuple[str, bool]) -> tuple[str, dict[str, Ran]]:
    server: Server = _own["server"]
    file, untraced = asked
    names = server.names.get(file, [])
    return file, dict.fromkeys(names, Ran(1, True, None)) if untraced else server.trace(names)


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
    by = by if by and _passes(mutant, by) else ""
    if by in caught:
        caught.remove(by)
    if by:
        caught.insert(0, by)
    return Verdict(mutant, by, False, time.monotonic() - began)


def _wholly(mutant: Mutant) -> Verdict:
    began = time.monotonic()
    return Verdict(mutant, is_caught(mutant, _own["tree"]), True, time.monotonic() - began)
