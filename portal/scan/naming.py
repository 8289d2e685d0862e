"""A report that names other agencies, as an agency itself may read it."""

from __future__ import annotations

from dataclasses import replace

from portal.scan.others import NAMED, OTHER
from portal.scan.report import SKIPPED, Finding, Report


def unnamed(report: Report) -> Report:
    """The same report saying "another agency" wherever it said which one; the report given stays as it is."""
    return replace(
        report,
        leaks=[_unnamed(one) for one in report.leaks],
        badged=[_unnamed(one) for one in report.badged],
        notes=sorted({_note(note) for note in report.notes}),
    )


def _unnamed(one: Finding) -> Finding:
    if not one.whose.startswith(NAMED):
        return one
    return replace(one, whose=OTHER, what=one.what.replace(one.whose, OTHER))


def _note(note: str) -> str:
    """A word that is not looked for is told as `foreign` tells it to an agency."""
    start, _colon, word = note.partition(SKIPPED)
    return f"{start}{SKIPPED}a name of {OTHER}" if f"({NAMED}" in word else note
