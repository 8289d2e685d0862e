"""What was judged already, kept line by line in a file, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path

from tests.mutants.judging import Verdict
from tests.mutants.texts import Mutant


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
