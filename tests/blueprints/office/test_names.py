"""The name under which an agency's clients' people know it: the one of its brand, whatever the operator wrote down."""

from __future__ import annotations

import re
import shutil

import pytest

from portal import clock
from portal.domain import invitations, support
from portal.domain.audit import Actor
from portal.domain.branding import Shelf
from portal.domain.outbox import Message
from portal.jobs.context import Context
from portal.jobs.letters import outgoing_of
from tests.blueprints.office.conftest import EVERYTHING
from tests.factories import ROOT, change_settings, make_contributor, make_member

DESK = Actor("operator", "Command line")
FILED, SHOWN = "Aurora Comércio Digital Ltda", "Estúdio Lume"


@pytest.fixture
def aurora(aurora):
    """Its operator knows it by another name than its clients do."""
    aurora.name = FILED
    aurora.save()
    return aurora


@pytest.fixture(autouse=True)
def themes(app, tmp_path, monkeypatch):
    """The brand under its new name, as it was published."""
    folder = tmp_path / "themes"
    for name in ("_default", "_vendor", "aurora"):
        shutil.copytree(ROOT / "brand_themes" / name, folder / name)
    theme = folder / "aurora" / "theme.toml"
    theme.write_text(re.sub(r'(?m)^name = ".*"', f'name = "{SHOWN}"', theme.read_text()))
    monkeypatch.setitem(app.extensions, "shelf", Shelf(folder))
    return folder


@pytest.fixture
def lia(cantina, client):
    """Everything but the team's own limits, the sections under the vendor's mark too."""
    change_settings(client, direct_support=True)
    return make_contributor(cantina, [*EVERYTHING, "help", "support"], email="lia@cantina.example", name="Lia Prado")


def crawled(browser, start, most=80):
    """Every page of the back office that links lead to, by address; each form of address once."""
    waiting, seen, pages = [start], set(), {}
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        shape = re.sub(r"[0-9a-f-]{36}|\d+", "#", path.partition("?")[0])
        if shape in seen:
            continue
        seen.add(shape)
        page = browser.get(path)
        if page.status in (301, 302, 303):
            waiting.append(page.location)
            continue
        if page.status != 200 or not getattr(page, "is_whole", False):
            continue
        pages[shape] = page
        waiting += [link for link in page.select("//a/@href") if link.startswith(("/office/", "/account/"))]
    return pages


def test_no_page_that_a_client_reads_says_the_operators_name_for_the_agency(browse, lia, fabio, client, cantina):
    support.write(make_member(lia), "O PDF", "não abre", now=clock.now())
    for person in (lia, fabio):
        pages = crawled(browse(person), f"/office/{cantina.slug}/home/")
        assert pages and not [address for address, page in pages.items() if FILED in page.html]
        if person is lia:
            assert len(pages) > 25 and sum(f"{SHOWN} " in page.html for page in pages.values()) > 2


def test_no_letter_to_a_client_says_it_either(app, settings, themes, lia, cantina):
    invitations.invite(
        make_member(lia), "eva@cantina.example", ["menus"], origin="http://aurora.localhost", now=clock.now()
    )
    thread = support.write(make_member(lia), "O PDF", "não abre", now=clock.now())
    support.answer(thread, "Agora abre", by=DESK, now=clock.now())
    context = Context(settings.model_copy(update={"themes_dir": themes}))
    made = [outgoing_of(row, context) for row in Message.select() if "letter" in row.payload]
    assert {letter.to for letter in made} >= {"eva@cantina.example", "lia@cantina.example"}
    for letter in made:
        assert FILED not in letter.subject + letter.text + letter.html and SHOWN in letter.text
        assert FILED not in letter.from_name


def test_what_direct_support_did_is_told_without_a_command_line_or_a_vendor(browse, lia, cantina):
    thread = support.write(make_member(lia), "O PDF", "não abre", now=clock.now())
    support.answer(thread, "Agora abre", by=DESK, now=clock.now())
    support.close(thread, by=DESK, now=clock.now())
    page = browse(lia).get("office.home.index", app=cantina.slug)
    assert page.has("O Suporte Direto respondeu: O PDF", "O Suporte Direto encerrou a conversa: O PDF")
    assert not page.has("inha de comando") and not page.has("Ribalta")
