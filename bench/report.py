"""What was measured, for programs and for people. What was not measured this time stays as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.rounds import Result

FOLDER = Path(__file__).with_name("results")
_WIDTH = 40


def write(results: list[Result], rounds: int, *, calm: float) -> str:
    """`latest.json` and `latest.md`; returns the latter."""
    FOLDER.mkdir(exist_ok=True)
    kept, fresh = _kept(), {result.figure.name: result.row() for result in results}
    rows = kept | fresh
    (FOLDER / "latest.json").write_text(json.dumps(list(rows.values()), indent=1) + "\n")
    text = _page(results, rounds, calm) + _earlier([row for name, row in kept.items() if name not in fresh])
    (FOLDER / "latest.md").write_text(text)
    return text


def _kept() -> dict[str, dict[str, Any]]:
    file = FOLDER / "latest.json"
    return {row["name"]: row for row in json.loads(file.read_text())} if file.exists() else {}


def _page(results: list[Result], rounds: int, calm: float) -> str:
    measured = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"# Measured {measured}",
        "",
        f"Median of {rounds} rounds, with quartiles. An empty loop ran {calm:.2f} times as fast afterwards as before:",
        "far from 1 the machine was busy with other things.",
        "",
        "| figure | ratio | quartiles | goal | | rates (median) |",
        "|---|---|---|---|---|---|",
        *(_line(result) for result in results),
        "",
        "```",
        *(line for result in results for line in _chart(result)),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _earlier(rows: list[dict[str, Any]]) -> str:
    """Figures of other runs, which were not measured this time."""
    lines = [
        f"| {row['name']} | {row['value']:.3g} | {row['low']:.3g} to {row['high']:.3g} | {row['goal']:g} |"
        for row in rows
        if row["value"] is not None
    ]
    head = ["", "Measured in earlier runs:", "", "| figure | ratio | quartiles | goal |", "|---|---|---|---|"]
    return "\n".join([*head, *lines]) + "\n" if lines else ""


def _line(result: Result) -> str:
    figure = result.figure
    sign, (of, against) = "≤" if figure.at_most else "≥", result.rates
    rates = f"{figure.of} {of:,.1f}, {figure.against} {against:,.1f}"
    if not result.ratios:
        return f"| {figure.name} | – | – | {sign} {figure.goal:g} | not measured | {rates} |"
    low, high = result.quartiles
    verdict = "holds" if figure.holds(result.value) else "falls short"
    ratio = f"{result.value:.3g} | {low:.3g} to {high:.3g}"
    return f"| {figure.name} | {ratio} | {sign} {figure.goal:g} | {verdict} | {rates} |"


def _chart(result: Result) -> list[str]:
    """One line: the quartiles as a bar, the median as its middle, the goal as a mark."""
    if not result.ratios:
        return []
    low, high = result.quartiles
    top = max(high, result.figure.goal) * 1.2

    def place(value: float) -> int:
        return min(_WIDTH - 1, round(value / top * _WIDTH))

    line = [" "] * _WIDTH
    for n in range(place(low), place(high) + 1):
        line[n] = "="
    line[place(result.value)] = "#"
    line[place(result.figure.goal)] = "|"
    return [f"{result.figure.name:20} 0 {''.join(line)} {top:.2f}   # median, | goal"]
