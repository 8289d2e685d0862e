"""The tool that weakens guards (`bin/mutants`) finds them, and its list of equivalents is about guards that exist."""

from __future__ import annotations

import ast
import importlib.util
import sys

import pytest

from tests.mutants.__main__ import AREAS, mutants
from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.swapping import put_in
from tests.mutants.texts import ROOT, Mutant
from tests.mutants.tracing import watch


@pytest.mark.parametrize("area", AREAS)
def test_every_mutant_is_a_program_and_another_one(area):
    found = list(mutants(area))
    assert found
    for mutant in found[::7]:
        whole = (ROOT / mutant.file).read_bytes()
        changed = mutant.written_into(whole)
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(whole)), mutant.name


def test_equivalents_are_mutants_that_exist():
    names = {mutant.name for area in AREAS for mutant in mutants(area)}
    assert set(EQUIVALENT) <= names


_GUARDED = """
LEAST = 3

def made(least):
    def guarded(number):
        if number < least:
            return "no"
        return "yes"
    return guarded

class Door:
    def opens(self, number):
        return (number > LEAST
                and number != 7)
"""


@pytest.fixture
def guarded(tmp_path, monkeypatch):
    file = tmp_path / "guarded_here.py"
    file.write_text(_GUARDED)
    spec = importlib.util.spec_from_file_location("guarded_here", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "guarded_here", module)
    spec.loader.exec_module(module)
    return module


def _mutant(old: str, new: str) -> Mutant:
    start, line = _GUARDED.index(old), _GUARDED[: _GUARDED.index(old)].count("\n") + 1
    return Mutant("guarded_here.py", line, line, start, start + len(old), new, "")


def test_a_mutant_is_put_into_functions_that_run_already(guarded, tmp_path):
    guard, door = guarded.made(5), guarded.Door()
    assert put_in(_mutant("number < least", "False"), tmp_path)
    assert guard(1) == "yes"
    assert put_in(_mutant("number > LEAST\n                and number != 7", "True"), tmp_path)
    assert door.opens(7)
    assert not put_in(_mutant("3", "4"), tmp_path), "what ran when the file was loaded ran"


def test_each_test_is_known_by_the_lines_that_it_runs(guarded, tmp_path):
    guard, lines = guarded.made(5), set()
    watch(tmp_path, "guarded_here.py", lambda first, last: lines.update(range(first, last + 1)))
    assert (guard(9), lines) == ("yes", {6, 8})
    assert not guarded.Door().opens(2)
    assert lines == {6, 8, 13, 14}
