"""Nobody learns by trying whether an address has an account: same answers (AU-03), same work (AU-04)."""

from __future__ import annotations

from collections import Counter

import pytest

from portal import clock, db
from portal.domain import accounts, federation, invitations
from portal.domain.accounts import Person, passwords
from portal.domain.outbox import Message
from tests.browser import Browser
from tests.factories import make_agency, make_app, make_client, make_contributor, make_member, make_staff

NEAR = 2
"""Reads by which two tries may differ: the one dear step is the password's, a hundred times as long."""
OWN = ("X-Request-Id", "Set-Cookie", "Content-Length", "Date")


@pytest.fixture
def addresses(database, monkeypatch):
    """One of each state an address may be in, by its name."""
    app = make_app(make_client(make_agency("aurora", "Aurora"), "Cantina"))
    states = ("known", "disabled", "removed", "provider")
    people = {state: make_contributor(app, ["menus"], email=f"{state}@cantina.example") for state in states}
    Person.update(disabled_at=clock.now()).where(Person.id == people["disabled"].person.id).execute()
    boss = make_member(make_staff(agency=app.agency), app)
    accounts.end_contributor(people["removed"], by=boss.actor, now=clock.now())
    invitations.invite(boss, "pending@cantina.example", ["menus"], origin="http://x.test", now=clock.now())
    vouched = people["provider"].person.id
    monkeypatch.setattr(federation, "may_use_password", lambda person: person.id != vouched)
    return {state: f"{state}@cantina.example" for state in (*states, "pending", "unknown")}


def ask_by_password(browser, email):
    page = browser.get("/sign-in")
    return page.form("account.sign_in.submit").submit(email=email, password="not the one it is")


def ask_for_another(browser, email):
    return browser.get("/forgotten").form("#forgotten").submit(email=email)


WAYS = {"sign-in": (ask_by_password, 422), "forgotten": (ask_for_another, 200)}


@pytest.mark.parametrize("way", WAYS)
def test_every_address_gets_the_same_status_bytes_and_headers(app, settings, addresses, way):
    ask, status = WAYS[way]
    answers = {}
    for state, email in addresses.items():
        browser = Browser(app, settings, "aurora.localhost")
        page = ask(browser, email)
        text = page.html.replace(email, "…").replace(browser.tokens["aurora.localhost"], "…")
        headers = {name: value for name, value in page.headers.items() if name not in OWN}
        cookies = [line.partition("=")[0] for line in page.headers.getlist("Set-Cookie")]
        answers[state] = (page.status, headers, cookies, text)
    assert answers["unknown"][0] == status
    assert not [state for state, answer in answers.items() if answer != answers["unknown"]]


@pytest.mark.parametrize("way", WAYS)
def test_every_address_makes_as_much_work(app, settings, addresses, way, monkeypatch):
    ask, _status = WAYS[way]
    done = Counter()
    _count_hashing(done, monkeypatch)
    _count_statements(done, monkeypatch)
    work = {}
    ask(Browser(app, settings, "aurora.localhost"), "first@cantina.example")  # what is prepared once a process
    for state, email in addresses.items():
        before = Message.select().count()
        done.clear()
        ask(Browser(app, settings, "aurora.localhost"), email)
        reads = done.pop("reads")
        work[state] = ({**done, "put into the outbox": Message.select().count() - before}, reads)
    same, reads = work["unknown"]
    assert same["put into the outbox"] == (way == "forgotten") and same.get("compared", 0) == (way == "sign-in")
    for state, (found, found_reads) in work.items():
        assert found == same and abs(found_reads - reads) <= NEAR, f"{state}: {work}"


def _count_hashing(done, monkeypatch):
    real = passwords._hasher

    class Counting:
        def verify(self, *given):
            done["compared"] += 1
            return real.verify(*given)

        def hash(self, *given):
            done["hashed"] += 1
            return real.hash(*given)

        check_needs_rehash = real.check_needs_rehash

    monkeypatch.setattr(passwords, "_hasher", Counting())


def _count_statements(done, monkeypatch):
    real = db.database.obj.execute_sql

    def counted(sql, *given, **named):
        done["reads" if sql.lstrip().upper().startswith(("SELECT", "WITH")) else "writes"] += 1
        return real(sql, *given, **named)

    monkeypatch.setattr(db.database.obj, "execute_sql", counted)
