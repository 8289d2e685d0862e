"""One scan from end to end."""

from __future__ import annotations

import contextvars
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from flask import Flask

from portal import clock
from portal.domain import audit, billing, tenants
from portal.domain.audit import Actor
from portal.domain.tenants import Agency
from portal.gateways import documents
from portal.jobs import Context
from portal.scan import letters, links, refusals, routes
from portal.scan.crawler import Crawl, starts_of
from portal.scan.foreign import VENDOR, Foreign, foreign_to
from portal.scan.kinds import Kind, kinds_of
from portal.scan.looking import Answer, Reader, read_answer, sort_of
from portal.scan.papers import read_paper
from portal.scan.reading import Piece, Reading
from portal.scan.report import SKIPPED, Finding, Look, Report
from portal.scan.rules import judge

PAPERS_OF_A_CLIENT = 2
Told = Callable[[int, int, str], None]
"""Is told after each step how many are done, of how many, and what comes next."""
Pulse = Callable[[], None]
"""Is called again and again while a scan goes on, never inside a transaction."""


def scan(
    app: Flask,
    agency: Agency,
    *,
    by: Actor,
    told: Told = lambda _done, _all, _what: None,
    pulse: Pulse = lambda: None,
    naming: bool = False,
) -> Report:
    """Look at everything that this agency's clients and their people can meet. One line in the trail tells of it.

    `naming`: the report says which other agency something is of; for the operator alone.
    """
    # Whatever is in force where the scan was asked for (a command, a job) must not be in force in what it asks.
    return contextvars.Context().run(_scan, app, agency, by, told, pulse, naming)


def _scan(app: Flask, agency: Agency, by: Actor, told: Told, pulse: Pulse, naming: bool) -> Report:
    context: Context = app.config["JOBS"]
    one = _Scan(app, context, agency, pulse=pulse, naming=naming)
    kinds = list(kinds_of(agency, now=one.now))
    for done, kind in enumerate(kinds):
        told(done, len(kinds) + 1, kind.name)
        one.look_as(kind)
    told(len(kinds), len(kinds) + 1, "letters and documents")
    one.read_letters()
    one.read_papers()
    report = one.finished()
    told(len(kinds) + 1, len(kinds) + 1, "")
    audit.record("brand.scanned", by=by, now=one.now, agency_id=agency.id, subject=agency.name, found=len(report.leaks))
    return report


class _Scan:
    """What a scan has seen so far."""

    def __init__(self, app: Flask, context: Context, agency: Agency, *, pulse: Pulse, naming: bool) -> None:
        self.app, self.context, self.agency, self.pulse = app, context, agency, pulse
        self.now = clock.now()
        self.host = context.host_of(agency)
        self.origin = context.settings.address_of(self.host)
        self.foreign: Foreign = foreign_to(
            agency,
            brand_of=context.brand_of,
            host_of=context.host_of,
            sub_domain_of=context.sub_domain_of,
            hosts={self.host, context.settings.agency_host(agency.slug)},
            naming=naming,
        )
        self.report = Report(agency.slug, self.host, self.now.isoformat())
        self.began = time.monotonic()
        self.counts: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.shared: set[str] = set()
        self.found: dict[tuple[str, ...], Finding] = {}
        self.vendors: set[str] = set()
        """Addresses under which somebody was given a picture of the vendor's."""

    def look_as(self, kind: Kind) -> None:
        reader = Reader(self.app, self.origin, kind.session, language=kind.language)
        before = self.counts.total()
        crawl = Crawl(reader, lambda answer, reading: self.judge(answer, reading, kind), self.shared)
        crawl.walk(starts_of(self.app, kind))
        for answer in self._refusals(reader, kind):
            self.judge(answer, read_answer(answer), kind)
        if not kind.badged:
            for address in sorted(self.vendors):
                answer = reader.ask(address)
                self.judge(answer, read_answer(answer), kind)
        answers = self.counts.total() - before
        self.report.looks.append(Look(kind.name, kind.boxes, kind.badged, kind.people, answers))

    def _refusals(self, reader: Reader, kind: Kind) -> Iterator[Answer]:
        if kind.member:
            yield from links.mailed(Reader(self.app, self.origin), kind.member, now=self.now)
        yield from refusals.real(reader)
        yield from refusals.raised(reader, self.agency, kind.member)
        yield refusals.maintained(self.app, self.host)

    def judge(self, answer: Answer, reading: Reading, kind: Kind) -> None:
        """Count an answer, and keep whatever is foreign in it."""
        self.pulse()
        self.counts[sort_of(answer)] += 1
        if answer.endpoint and (answer.status < 300 or answer.endpoint.startswith("health.")):
            self.seen.add(answer.endpoint)
        if answer.status >= 500 and not answer.endpoint.startswith(("error", "health.")):
            self._note(f"{answer.address} answered {answer.status} as {kind.name}")
        section = _section(answer, kind)
        for hit in judge(reading, self.foreign):
            if hit.leak == "picture" and hit.whose == VENDOR:
                self.vendors.add(answer.address)
            address = answer.endpoint or answer.address.partition("?")[0]
            allowed = section if hit.whose == VENDOR else ""
            self._keep(Finding(hit.leak, hit.what, hit.whose, hit.place, address, hit.around, (kind.name,), allowed))

    def read_letters(self) -> None:
        for sample in letters.samples(self.agency, self.context, now=self.now):
            self.pulse()
            name = f"letter {sample.letter} ({sample.language})"
            if sample.content is None:
                self._note(f"{name}: {sample.error}")
                continue
            self.counts["letters"] += 1
            reading = letters.read_letter(sample.content, payee=sample.letter in letters.NAME_THE_PAYEE)
            self._keep_all(reading, name)

    def read_papers(self) -> None:
        """Statements as they were printed, some of each client, whoever can open them."""
        for client in tenants.clients_of(self.agency):
            for statement in billing.statements_of_client(client)[:PAPERS_OF_A_CLIENT]:
                self.pulse()
                content = documents.read(self.context.settings, statement)
                if content is None:
                    continue
                self.counts["documents"] += 1
                reading = read_paper(content)
                reading.pieces.append(Piece("file name", f"{statement.number}.pdf"))
                self._keep_all(reading, f"statement {statement.number}")

    def finished(self) -> Report:
        report = self.report
        report.counts = dict(sorted(self.counts.items()))
        everything = sorted(self.found.values(), key=lambda one: (one.leak, one.address, one.place, one.what))
        report.leaks = [one for one in everything if not one.section]
        report.badged = [one for one in everything if one.section]
        report.unseen = sorted(routes.unseen(self.app, self.seen))
        for name in self.foreign.skipped:
            self._note(f"{SKIPPED}{name}")
        report.seconds = round(time.monotonic() - self.began, 1)
        return report

    def _keep_all(self, reading: Reading, address: str) -> None:
        for hit in judge(reading, self.foreign):
            self._keep(Finding(hit.leak, hit.what, hit.whose, hit.place, address, hit.around))

    def _keep(self, finding: Finding) -> None:
        """The same thing at the same place once, whoever meets it."""
        key = (finding.leak, finding.what, finding.place, finding.address, finding.section)
        known = self.found.get(key)
        who = tuple(sorted({*(known.who if known else ()), *finding.who}))
        self.found[key] = replace(known or finding, who=who)

    def _note(self, text: str) -> None:
        if text not in self.report.notes:
            self.report.notes.append(text)


def _section(answer: Answer, kind: Kind) -> str:
    """The badged section that an answer belongs to, for somebody who holds one; empty for every other answer.

    Besides the sections themselves these are the pages on which rights are given, and the pictures that they show.
    """
    for address in (answer.address, answer.via):
        parts = address.partition("?")[0].split("/")
        place = parts[3] if len(parts) > 3 and parts[1] == "office" else ""
        if place in kind.badged:
            return place
        if place == "team" and kind.badged and answer.kind.startswith(("text/html", "image/")):
            return place
    return ""
