"""The pinned requirements are those that the .in files ask for, each with its hashes. Needs no network."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT

FILES = ("requirements", "tests/requirements", "bin/installer")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)", re.MULTILINE)


def asked(file: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / f"{file}.in").read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pinned(file: str) -> dict[str, tuple[str, str]]:
    found = PINNED.finditer((ROOT / f"{file}.txt").read_text())
    return {canonicalize_name(match[1]): (match[2], match["rest"]) for match in found}


@pytest.mark.parametrize("file", FILES)
def test_everything_asked_for_is_pinned_within_its_range(file):
    there = pinned(file)
    for wanted in asked(file):
        name = canonicalize_name(wanted.name)
        assert name in there, f"{file}.in asks for {name}: run bin/lock"
        assert wanted.specifier.contains(there[name][0]), f"{name} {there[name][0]} is outside {wanted}: run bin/lock"


@pytest.mark.parametrize("file", FILES)
def test_everything_pinned_has_hashes_and_no_index(file):
    bare = [name for name, (_, rest) in pinned(file).items() if "--hash=sha256:" not in rest]
    assert not bare, f"{file}.txt has no hashes for {bare}: run bin/lock"
    assert "index-url" not in (ROOT / f"{file}.txt").read_text()


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_says_what_it_is_for(file):
    lines = (ROOT / f"{file}.in").read_text().splitlines()
    silent = [line for line in lines if line and not line.startswith(("#", "-")) and "#" not in line]
    assert not silent


def test_tests_and_portal_pin_the_same_versions():
    portal, tests = pinned("requirements"), pinned("tests/requirements")
    assert {name: portal[name][0] for name in portal.keys() & tests.keys()} == {
        name: tests[name][0] for name in portal.keys() & tests.keys()
    }
