"""`bin/bench`: the ratios of the portal, measured in rounds and written down."""

from __future__ import annotations

import random
from contextlib import ExitStack

import click

from bench import report
from bench.figures import ARMS, Build
from bench.rounds import Result, measure, spin


@click.command()
@click.argument("arms", nargs=-1, type=click.Choice(list(ARMS)))
@click.option("--rounds", default=8, show_default=True)
@click.option("--seed", default=0, help="Of the order; 0: a new one.")
def bench(arms: tuple[str, ...], rounds: int, seed: int) -> None:
    """Measure these arms, or all, against what they are held against."""
    dice = random.Random(seed or None)
    before, results = spin(), list[Result]()
    with ExitStack() as stack:
        build = Build(stack)
        figures = [figure for name in arms or ARMS for figure in ARMS[name](build)]
        results = measure(list(build.arms.values()), figures, rounds, dice)
    click.echo(report.write(results, rounds, calm=spin() / before))


if __name__ == "__main__":
    bench()
