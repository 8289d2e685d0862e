"""A control of the scan: of each kind of leak one is planted, and every one of them has to be found."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal import scan
from portal.domain import tenants
from portal.domain.audit import SYSTEM
from portal.gateways import documents
from portal.scan import Report, letters, run
from tests.scan import plants
from tests.scan.plants import IN_LETTERS, IN_PAPERS, PLANTS

pytestmark = pytest.mark.timeout(600)  # a hundred pages as each kind of reader


@pytest.fixture
def spoiled(the_demo: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Report:
    """The scan of Northwind after everything was planted at once."""
    paper, message = plants.spoiled_paper(tmp_path), letters.message
    monkeypatch.setattr(the_demo, "process_response", plants.plant(the_demo, PLANTS))
    monkeypatch.setattr(documents, "read", lambda _settings, _statement: paper)
    monkeypatch.setattr(letters, "message", lambda outgoing: plants.spoil_letter(message(outgoing)))
    monkeypatch.setattr(run.letters, "message", letters.message)
    northwind = tenants.agency_by_slug("northwind")
    assert northwind is not None
    return scan.scan(the_demo, northwind, by=SYSTEM)


def test_every_planted_leak_is_found(spoiled: Report):
    told = {(one.leak, one.place, one.address) for one in spoiled.leaks}
    missed = [
        one.name
        for one in PLANTS
        if not any(
            leak == one.leak and place.startswith(one.place) and address.startswith(one.address)
            for leak, place, address in told
        )
    ]
    missed += [f"letter: {leak} in {place}" for leak, place in IN_LETTERS if not _in(told, leak, place, "letter ")]
    missed += [f"paper: {leak} in {place}" for leak, place in IN_PAPERS if not _in(told, leak, place, "statement ")]

    assert not missed, "\n".join([f"{len(missed)} not found:", *missed, *(str(one) for one in sorted(told))])
    assert len(PLANTS) + len(IN_LETTERS) + len(IN_PAPERS) >= 50


def _in(told: set[tuple[str, str, str]], leak: str, place: str, address: str) -> bool:
    return any(one[0] == leak and one[1].startswith(place) and one[2].startswith(address) for one in told)
