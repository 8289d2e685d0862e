"""The page of the rules of security names files that are there, and tests that name its rules name ones it knows."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([\w./-]+/[\w./-]*)`")
ROW = re.compile(r"^\| ([A-Z]{2}-\d\d[^|]*|[A-Z]{2}(?:, [A-Z]{2})*) \|", re.MULTILINE)
ID = re.compile(r"\b(?:AZ|IN|AU|SE|HX|SO)-\d\d\b")


def test_every_file_that_the_page_names_is_there():
    lost = [name for name in NAMED.findall(PAGE) if not (ROOT / name).exists() and not (ROOT / "tests" / name).exists()]
    assert not lost and len(NAMED.findall(PAGE)) > 100


def test_every_rule_that_a_test_names_stands_on_the_page():
    known = rules()
    files = [file for file in (ROOT / "tests").rglob("test_*.py") if file.name != "test_security_page.py"]
    named = {found: file.name for file in files for found in ID.findall(file.read_text())}
    assert not {rule: where for rule, where in named.items() if rule not in known} and len(named) > 40


def rules() -> set[str]:
    """Every rule that has a row: `AZ-02, 04, HX-04` are three, `HO-01 to 05` five."""
    found = set()
    for cell in ROW.findall(PAGE):
        kind = ""
        for part in cell.split(", "):
            first, _, last = part.partition(" to ")
            kind, _, number = first.rpartition("-") if "-" in first else (kind, "", first)
            numbers = range(int(number), int(last or number) + 1) if number.isdigit() else ()
            found |= {f"{kind}-{n:02}" for n in numbers}
    return found
