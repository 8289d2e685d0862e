from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal import clock
from portal.config import Settings
from portal.db import transaction
from portal.domain import outbox
from portal.domain.accounts import Role
from portal.domain.outbox import Message
from portal.gateways import scans
from portal.jobs import Context, drain, scanning
from portal.scan import Finding, Look, Report
from tests.factories import make_agency, make_app, make_client, make_contributor, make_staff

LEAK = Finding("name", "ribalta", "vendor", "header X-Made-By", "office.home.index", "made by ribalta", ("signed out",))
BADGED = Finding("name", "ribalta", "vendor", "text", "office.support.index", "", ("a",), "services")


def report_of(*leaks: Finding, badged: tuple[Finding, ...] = ()) -> Report:
    looks = [Look("signed out", (), (), 1, 40), Look("carla@cantina.example", ("menus",), ("services",), 2, 90)]
    counts = {"pages": 90, "letters": 58}
    return Report("a", "a.localhost", clock.now().isoformat(), 9.5, looks, counts, list(leaks), list(badged))


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency())


@pytest.fixture
def kept(settings: Settings, ana) -> Iterator[None]:
    yield
    scans.keep(settings, ana.agency.id)


def run(settings: Settings, answer: Report | Exception) -> int:
    """The worker's turn: what it finds is given."""

    def scan(_agency, *, by, told, pulse):
        told(1, 3, "carla@cantina.example")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return scanning.scan_due(Context(settings, scan=scan), now=clock.now)


def test_a_page_that_was_never_scanned_says_what_a_scan_does(browse, ana):
    page = browse(ana).get("agency.brand_scan.index")

    assert page.status == 200
    assert page.has("Ainda não examinada", "Examinar agora")


def test_a_scan_is_done_by_the_worker_and_its_report_shown(browse, ana, settings, kept):
    browser = browse(ana)
    page = browser.get("agency.brand_scan.index").form("agency.brand_scan.start").submit().follow()
    assert page.by_id("progress").get("hx-get")

    assert run(settings, report_of(LEAK)) == 1

    page = browser.get("agency.brand_scan.index")
    assert page.has("Foi encontrada 1 coisa alheia.", "Nomes que não são seus", "cabeçalho X-Made-By")
    assert page.has("office.home.index", "Quem não está conectado", "carla@cantina.example")
    assert not page.select("//*[@id='progress']")


def test_a_clean_report_says_so_and_lists_badged_sections_apart(browse, ana, settings, kept):
    browser = browse(ana)
    browser.post("agency.brand_scan.start")
    run(settings, report_of(badged=(BADGED,)))

    page = browser.get("agency.brand_scan.index")
    assert page.has("Nada alheio foi encontrado.", "Com a marca do fornecedor", "Serviços")
    report = browser.get("agency.brand_scan.report")
    assert report.json["clean"] and report.json["badged_sections"] == ["services"]
    assert report.headers["Content-Disposition"].startswith('attachment; filename="brand-scan-')


def test_a_second_wish_meanwhile_is_the_same_scan(browse, ana, kept):
    browser = browse(ana)
    browser.post("agency.brand_scan.start")
    browser.post("agency.brand_scan.start")

    assert Message.select().where(Message.topic == "brand.scan").count() == 1


def test_the_next_scan_waits_until_the_last_one_was_a_while_ago(browse, ana, settings, kept, monkeypatch):
    browser, began = browse(ana), clock.now()
    for answer in (report_of(), RuntimeError("no")):
        monkeypatch.setattr(clock, "now", lambda began=began: began)
        assert browser.post("agency.brand_scan.start").status == 303
        assert run(settings, answer) == 1
        monkeypatch.setattr(clock, "now", lambda began=began: began + timedelta(minutes=4, seconds=59))
        page = browser.post("agency.brand_scan.start")
        assert page.status == 422 and page.has("A última varredura foi iniciada há menos de 5 minutos.")
        assert run(settings, answer) == 0, "nor is a broken one begun again by itself"
        began += timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: began)
    assert browse(make_staff(Role.OWNER, make_agency())).post("agency.brand_scan.start").status == 303


def test_a_scan_holds_no_other_work_and_nobody_begins_it_again_however_long_it_takes(
    browse, ana, settings, kept, monkeypatch
):
    browse(ana).post("agency.brand_scan.start")
    with transaction():
        outbox.put("webhooks.due", key="other", now=clock.now())
    assert drain(Context(settings)) == 1
    steps = range(100)
    moment, again = [clock.now()], []

    def scan(_agency, *, by, told, pulse):
        for step in steps:
            moment[0] += timedelta(minutes=4)
            pulse() if step % 2 else told(step, 100, "somebody")
            again.append(outbox.claim(moment[0], topic="brand.scan"))
            again.append([1] * scanning.scan_due(Context(settings), now=lambda: moment[0]))
        return report_of()

    monkeypatch.setattr(scanning, "_A_WHILE", 0.0)
    assert scanning.scan_due(Context(settings, scan=scan), now=lambda: moment[0]) == 1
    assert again == [[]] * 200 and Message.get(Message.topic == "brand.scan").done_at


def test_a_report_of_before_that_said_more_is_not_shown(browse, ana, settings, kept):
    scans.keep(settings, ana.agency.id, state="done", at=clock.now().isoformat(), report=report_of().as_dict(), form=1)

    assert browse(ana).get("agency.brand_scan.report").status == 404


def test_the_page_asks_how_far_it_is_until_it_is_done(browse, ana, settings, kept):
    browser = browse(ana)
    browser.post("agency.brand_scan.start")
    scans.keep(settings, ana.agency.id, state="running", at=clock.now().isoformat(), done=2, steps=5, what="signed out")

    part = browser.get("agency.brand_scan.progress", htmx=True)
    assert part.has("2 de 5", "Agora: Quem não está conectado")
    run(settings, report_of())
    assert browser.get("agency.brand_scan.progress", htmx=True).location == "/agency/brand/scan/"


def test_a_scan_that_broke_says_so_and_keeps_the_report_before(browse, ana, settings, kept):
    browser = browse(ana)
    scans.keep(settings, ana.agency.id, state="done", at=clock.now().isoformat(), report=report_of(LEAK).as_dict())
    browser.post("agency.brand_scan.start")
    run(settings, RuntimeError("no"))

    page = browser.get("agency.brand_scan.index")
    assert page.has("A última varredura não chegou ao fim.", "Nomes que não são seus")


def test_what_was_found_is_shown_as_the_text_it_is(browse, ana, settings, kept):
    evil = Finding("name", "<script>x</script>", "vendor", "text", "<b>", "<img src=x>", ("<i>",))
    scans.keep(settings, ana.agency.id, state="done", at=clock.now().isoformat(), report=report_of(evil).as_dict())

    assert browse(ana).get("agency.brand_scan.index").has("<script>x</script>", "<img src=x>", "<i>")


def test_another_agency_sees_its_own_scan_alone(browse, ana, settings, kept):
    scans.keep(settings, ana.agency.id, state="done", at=clock.now().isoformat(), report=report_of(LEAK).as_dict())
    stranger = browse(make_staff(Role.OWNER, make_agency()))

    assert stranger.get("agency.brand_scan.index").has("Ainda não examinada")
    assert stranger.get("agency.brand_scan.report").status == 404


def test_only_who_may_change_the_brand_scans_it(browse, browser, ana):
    bruno = browse(make_staff(Role.MANAGER, ana.agency))
    assert bruno.get("agency.brand_scan.index").status == 403
    assert bruno.post("agency.brand_scan.start").status == 403
    carla = browse(make_contributor(make_app(make_client(ana.agency))))
    assert carla.get("/agency/brand/scan/").status == 404
    assert "/sign-in" in browser.get("agency.brand_scan.index").location


def test_a_scan_that_met_nothing_but_errors_is_not_called_clean(browse, ana, settings, kept):
    """As at a domain of one's own that leads elsewhere."""
    browser = browse(ana)
    browser.post("agency.brand_scan.start")
    empty = report_of()
    empty.counts.clear()
    empty.counts["refusals"] = 275
    run(settings, empty)
    page = browser.get("agency.brand_scan.index")
    assert page.has("Nenhuma página pôde ser examinada.", "Em a.localhost só responderam erros")
    assert not page.has("Nada alheio foi encontrado.")


def test_what_a_scan_looks_at_is_said_in_the_readers_language(browse, ana, settings, kept):
    browser = browse(ana)
    browser.post("agency.brand_scan.start")
    for what, said in (("letters and documents", "e-mails e documentos"), ("signed out", "Quem não está conectado")):
        scans.keep(settings, ana.agency.id, state="running", at=clock.now().isoformat(), done=1, steps=3, what=what)
        assert (
            browser.get("agency.brand_scan.index").by_id("progress").text_content().split("Agora: ")[1].strip() == said
        )
