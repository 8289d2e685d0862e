"""Guards weakened one by one in a copy of the tree: for each, whether a test notices. Fails when none does."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.guards import guards_of
from tests.mutants.judging import judged
from tests.mutants.records import Record, Verdict
from tests.mutants.stamps import stamps_of
from tests.mutants.texts import ROOT, Mutant, Source

AREAS = {
    "access": "portal/web/access",
    "rights": "portal/domain/rights",
    "invitations": "portal/domain/invitations",
    "stamps": "portal/blueprints",
}


def mutants(area: str) -> Iterator[Mutant]:
    place = ROOT / AREAS[area]
    weakened = stamps_of if area == "stamps" else guards_of
    for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
        source = Source(str(path.relative_to(ROOT)))
        found = {(one.start, one.end, one.text): one for one in weakened(source)}
        yield from sorted(found.values(), key=lambda one: (one.start, one.end))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/mutants", description=__doc__)
    parser.add_argument("files", nargs="*", help="only what is changed in these, as portal/web/access/who.py")
    parser.add_argument("--only", choices=AREAS, help="only these guards; else all of them")
    parser.add_argument("--list", action="store_true", help="say what would be changed, and run nothing")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, drawn by lot")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another lot")
    parser.add_argument("-x", action="store_true", dest="first", help="stop at the first that survives")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many workers at once")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="keep in it what was caught, and go on from there")
    parser.add_argument("--quick", action="store_true", help="leave alone what the tests of the changed lines let pass")
    parser.add_argument("--tests", nargs="+", default=[], metavar="FILE", help="ask these tests alone; means --quick")
    return parser.parse_args()


def _chosen(asked: argparse.Namespace) -> list[Mutant]:
    found = [mutant for area in AREAS if asked.only in (None, area) for mutant in mutants(area)]
    if asked.files:
        found = [mutant for mutant in found if mutant.file in asked.files]
    if asked.sample and asked.sample < len(found):
        drawn = random.Random(asked.seed).sample(range(len(found)), asked.sample)
        found = [found[place] for place in sorted(drawn)]
    return found


def _run(chosen: list[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    """Those that survived."""
    record = Record(asked.resume)
    told = {mutant: EQUIVALENT.get(mutant.name, "") for mutant in chosen}
    for mutant in chosen:
        if reason := told[mutant]:
            _say(mutant, f"equivalent: {reason}")
    open_ = [mutant for mutant in chosen if not told[mutant] and not record.caught(mutant)]
    survivors: list[Mutant] = []
    quick = asked.quick or bool(asked.tests)
    for verdict in _judged(open_, asked, quick=quick):
        record.keep(verdict)
        _say(verdict.mutant, f"{_result(verdict)} ({verdict.seconds:.1f} s)")
        if not verdict.by and (verdict.whole or quick):
            survivors.append(verdict.mutant)
            if asked.first:
                break
    return survivors


def _judged(chosen: list[Mutant], asked: argparse.Namespace, *, quick: bool) -> Iterator[Verdict]:
    traces = asked.resume.with_name(f"{asked.resume.name}.lines") if asked.resume else None
    return judged(chosen, asked.jobs, quick=quick, tests=asked.tests, traces=traces) if chosen else iter(())


def _result(verdict: Verdict) -> str:
    return f"caught by {verdict.by}" if verdict.by else "SURVIVED" if verdict.whole else "left to all tests"


def _say(mutant: Mutant, result: str = "") -> None:
    print(f"{f'{mutant.file}:{mutant.line}':<48} {mutant.what}{'  |  ' if result else ''}{result}", flush=True)


def main() -> None:
    asked = _asked()
    chosen = _chosen(asked)
    survivors: list[Mutant] = []
    if asked.list:
        for mutant in chosen:
            _say(mutant)
    else:
        survivors = _run(chosen, asked)
    told = "" if asked.list else f", {len(survivors)} survived"
    print(f"{len(chosen)} mutants{told}")
    raise SystemExit(1 if survivors else 0)


if __name__ == "__main__":
    main()
