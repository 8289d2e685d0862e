"""Slices of all arms in random order, round after round, and what comes out as ratios."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import click

_BREATH = 0.2

Round = dict[str, float]
"""What each arm did in one round: its rate, and latencies under `<arm>.p50` and `<arm>.p99`."""


class Arm(Protocol):
    """One thing that is measured. `run` is one slice; raises AssertionError where its effect is not there."""

    name: str

    def run(self) -> Round: ...


@dataclass(frozen=True)
class Figure:
    """A ratio of two numbers of the same round, and the goal for it."""

    name: str
    of: str
    against: str
    goal: float
    at_most: bool = False

    def holds(self, value: float) -> bool:
        return value <= self.goal if self.at_most else value >= self.goal


@dataclass
class Result:
    figure: Figure
    ratios: list[float] = field(default_factory=list)
    rates: tuple[float, float] = (0, 0)

    @property
    def value(self) -> float:
        return statistics.median(self.ratios)

    @property
    def quartiles(self) -> tuple[float, float]:
        low, _, high = statistics.quantiles(self.ratios, n=4, method="inclusive")
        return low, high

    def row(self) -> dict[str, object]:
        low, high = self.quartiles if self.ratios else (None, None)
        value = self.value if self.ratios else None
        holds = value is not None and self.figure.holds(value)
        return {"name": self.figure.name, "value": value, "low": low, "high": high, "goal": self.figure.goal} | {
            "holds": holds
        }


def measure(arms: list[Arm], figures: list[Figure], rounds: int, dice: random.Random) -> list[Result]:
    """One slice of each arm to warm up, then the rounds that count."""
    kept = [_round(arms, dice) for _ in range(rounds + 1)][1:]
    return [_result(figure, kept) for figure in figures]


def _round(arms: list[Arm], dice: random.Random) -> Round:
    found: Round = {}
    for arm in dice.sample(arms, len(arms)):
        found |= arm.run()
        time.sleep(_BREATH)  # what wrk left under way is done before the next one is measured
    click.echo("  " + "  ".join(f"{name} {rate:.1f}" for name, rate in sorted(found.items())), err=True)
    return found


def _result(figure: Figure, rounds: list[Round]) -> Result:
    pairs = [(each[figure.of], each[figure.against]) for each in rounds if each.get(figure.against)]
    middles = tuple(statistics.median(part) for part in zip(*pairs, strict=True)) if pairs else (0, 0)
    return Result(figure, [of / against for of, against in pairs], (middles[0], middles[1]))


def spin(seconds: float = 1.0) -> float:
    """How often this processor gets round an empty loop in a second; less than before says how disturbed it was."""
    return _counted(lambda: sum(range(1000)), seconds)


def _counted(work: Callable[[], object], seconds: float) -> float:
    began, n = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        work()
        n += 1
    return n / (time.perf_counter() - began)
