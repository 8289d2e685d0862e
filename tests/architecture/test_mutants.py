"""The tool that weakens guards (`bin/mutants`) finds them, and its list of equivalents is about guards that exist."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import AREAS, mutants
from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.texts import ROOT


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
