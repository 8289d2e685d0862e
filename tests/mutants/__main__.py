"""Guards weakened one by one in a copy of the tree: for each, whether a test notices. Fails when none does."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.guards import guards_of
from tests.mutants.running import check_unchanged, copied_tree, is_caught, learn_libraries
from tests.mutants.stamps import stamps_of
from tests.mutants.texts import ROOT, Mutant, Source

AREAS = {
    "rights": "portal/domain/rights",
    "invitations": "portal/domain/invitations",
    "access": "portal/web/access.py",
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
    parser.add_argument("files", nargs="*", help="only what is changed in these, as portal/web/access.py")
    parser.add_argument("--only", choices=AREAS, help="only these guards; else all of them")
    parser.add_argument("--list", action="store_true", help="say what would be changed, and run nothing")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, drawn by lot")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another lot")
    parser.add_argument("-x", action="store_true", dest="first", help="stop at the first that survives")
    return parser.parse_args()


def _chosen(asked: argparse.Namespace) -> list[Mutant]:
    found = [mutant for area in AREAS if asked.only in (None, area) for mutant in mutants(area)]
    if asked.files:
        found = [mutant for mutant in found if mutant.file in asked.files]
    if asked.sample and asked.sample < len(found):
        drawn = random.Random(asked.seed).sample(range(len(found)), asked.sample)
        found = [found[place] for place in sorted(drawn)]
    return found


def _run(chosen: list[Mutant], tree: Path, *, first: bool) -> list[Mutant]:
    """Those that survived."""
    survivors = []
    for mutant in chosen:
        reason = EQUIVALENT.get(mutant.name, "")
        caught = reason or is_caught(mutant, tree)
        _say(mutant, f"equivalent: {reason}" if reason else f"caught by {caught}" if caught else "SURVIVED")
        if not caught:
            survivors.append(mutant)
            if first:
                break
    return survivors


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
        learn_libraries()
        with copied_tree() as tree:
            check_unchanged(chosen, tree)
            survivors = _run(chosen, tree, first=asked.first)
    told = "" if asked.list else f", {len(survivors)} survived"
    print(f"{len(chosen)} mutants{told}")
    raise SystemExit(1 if survivors else 0)


if __name__ == "__main__":
    main()
