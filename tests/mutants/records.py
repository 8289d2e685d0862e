"""What was judged already, kept line by line in a file, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutants.serving import Ran
from tests.mutants.texts import Mutant


class Verdict(NamedTuple):
    """`by` is the first test that failed, empty when none did; `whole` when all of them were asked."""

    mutant: Mutant
    by: str
    whole: bool
    seconds: float


class Traces:
    """What each test ran, as long as its file and those it was watched in are the same. Without a file, forgotten."""

    def __init__(self, file: Path | None, tree: Path, watched: list[str]) -> None:
        self._file = file
        self._tree = tree
        self._watched = watched
        self._known: dict[str, Any] = json.loads(file.read_text()) if file and file.exists() else {}

    def of(self, test: str) -> dict[str, Ran] | None:
        """By the names of the tests in this file; None for what is not known."""
        held = self._known.get(test)
        if held is None or not self._digests(test).items() <= held.get("digests", {}).items():
            return None
        return {
            name: Ran(seconds, True, {(file, line) for file, lines in ran.items() for line in lines})
            for name, (seconds, ran) in held["ran"].items()
        }

    def keep(self, test: str, ran: dict[str, Ran]) -> None:
        if self._file and all(one.passed for one in ran.values()):
            told = {name: (round(one.seconds, 2), _by_file(one.lines or set())) for name, one in ran.items()}
            self._known[test] = {"digests": self._digests(test), "ran": told}
            self._file.write_text(json.dumps(self._known))

    def _digests(self, test: str) -> dict[str, str]:
        return {file: sha256((self._tree / file).read_bytes()).hexdigest() for file in (test, *self._watched)}


def _by_file(lines: set[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for file, line in sorted(lines):
        found.setdefault(file, []).append(line)
    return found


class Record:
    """Without a file nothing is kept. What survived is judged again: there may be a test for it by now."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        lines = file.read_text().splitlines() if file and file.exists() else []
        told = [json.loads(line) for line in lines]
        self._caught: dict[str, str] = {one["mutant"]: one["by"] for one in told if one["by"]}

    def caught(self, mutant: Mutant) -> str:
        """The test that caught it in an earlier run; empty for what is to be judged."""
        return self._caught.get(_named(mutant), "")

    def keep(self, verdict: Verdict) -> None:
        if self._file:
            told = {
                "mutant": _named(verdict.mutant),
                "by": verdict.by,
                "whole": verdict.whole,
                "seconds": round(verdict.seconds, 1),
            }
            with self._file.open("a") as file:
                file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _named(mutant: Mutant) -> str:
    """Its place is part of the name: a file that was changed before this place is judged anew."""
    return f"{mutant.file}:{mutant.line} at {mutant.start}: {mutant.what}"
