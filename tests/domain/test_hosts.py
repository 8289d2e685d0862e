"""An agency's own domain: asked for, proven, in use, lost and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import hosts, tenants
from portal.domain.accounts import Role
from portal.domain.audit import AuditEntry
from portal.domain.errors import Conflict, Invalid, Refused
from portal.domain.hosts import Ours, OwnHost, State
from portal.domain.outbox import Message
from portal.domain.sign_in.models import Passkey
from portal.gateways.dns import Found
from tests.factories import NOW, TESTER, make_agency, make_app, make_client, make_contributor, make_staff

OURS = Ours("portal.example.net", ".clients.example.org")
HOST = "clientes.aurora.example"
DAY = timedelta(days=1)


class Names:
    """A name system, and the network behind it: what stands at a name, and what a probe finds."""

    def __init__(self) -> None:
        self.found: dict[str, Found] = {}
        self.trouble = ""

    def prove(self, row, *others):
        self.found[row.proof_name] = Found((*others, f" {row.proof} "))

    def txt(self, name):
        return self.found.get(name, Found(trouble="no_name"))

    def __call__(self, host):
        return self.trouble


@pytest.fixture
def names():
    return Names()


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example")


@pytest.fixture
def check(names):
    def checked(row, *, daily=False, now=NOW):
        return hosts.check(row, dns=names, probe=names, daily=daily, by=TESTER, now=now)

    return checked


def ask(who, host=HOST, now=NOW):
    return hosts.ask(host, ours=OURS, by=who, now=now)


def active(who, names, check, host=HOST):
    row = ask(who, host)
    names.prove(row)
    check(row)
    return hosts.plan(0, by=who, now=NOW)


def present(who):
    return tenants.agency_by_id(who.agency.id).own_host


def told(letter):
    """To whom the letter went, and what it says."""
    rows = [row.payload for row in Message.select().where(Message.topic == "mail.send").order_by(Message.id)]
    return [(row["to"], row["values"]["what"]) for row in rows if row["letter"] == letter]


class Addresses:
    def sub_domain_of(self, agency):
        return f"{agency.slug}{OURS.suffix}"

    def origin_of(self, host):
        return f"https://{host}"


def work():
    """Write the letters that wait."""
    for row in list(Message.select().where((Message.topic == "host.tell") & Message.done_at.is_null())):
        hosts.tell_more(row.payload, key=row.key, addresses=Addresses(), now=NOW)
        Message.update(done_at=NOW).where(Message.id == row.id).execute()


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("Clientes.Aurora.Example.", HOST),
        (" https://clientes.aurora.example/ ", HOST),
        ("praça.aurora.com.br", "xn--praa-2oa.aurora.com.br"),
        ("aurora.example", "aurora.example"),
        ("turismo.sp.gov.br", "turismo.sp.gov.br"),
        ("go.aurora.jp", "go.aurora.jp"),
    ],
)
def test_a_domain_is_known_in_one_form_however_it_was_typed(ana, typed, host):
    assert ask(ana, typed).host == host


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "host_missing"), ("aurora", "host_bad"), ("a b.example", "host_bad"), ("aurora.example/x", "host_bad"),
        ("aurora.example:8443", "host_bad"), ("*.aurora.example", "host_bad"), ("_x.aurora.example", "host_bad"),
        ("-a.example", "host_bad"), ("192.0.2.1", "host_bad"), ("[::1]", "host_bad"), ("1.0x7f", "host_bad"),
        ("straße.example", "host_bad"), ("a..example", "host_bad"), (f"{'a' * 64}.example", "host_bad"),
        (".".join(["a" * 60] * 4) + ".example", "host_bad"), ("user@aurora.example", "host_bad"),
        ("aurora.example?x", "host_bad"), ("a\x00b.example", "host_bad"), ("\ud800.example", "host_bad"),
        ("com.br", "host_of_all"), ("co.uk", "host_of_all"), ("sp.gov.br", "host_of_all"), ("go.jp", "host_of_all"),
        ("id.au", "host_of_all"), ("pages.dev", "host_of_all"), ("github.io", "host_of_all"),
        ("portal.example.net", "host_ours"), ("x.portal.example.net", "host_ours"), ("example.net", "host_ours"),
        ("northwind.clients.example.org", "host_ours"), ("clients.example.org", "host_ours"),
    ],
)  # fmt: skip
def test_what_can_be_no_domain_of_its_own_is_refused_at_the_field(ana, typed, code):
    with pytest.raises(Invalid) as refused:
        ask(ana, typed)
    assert refused.value.problems["host"][0] == code
    assert hosts.own_host_of(ana.agency) is None


def test_a_domain_is_asked_for_proven_and_then_in_use(ana, names, check):
    row = ask(ana)
    assert (row.state, row.proof_name) == (State.PENDING, f"_portal-proof.{HOST}") and len(row.proof) >= 32
    assert ask(ana).proof == row.proof, "asking twice changes nothing"
    assert check(row).trouble == "no_name" and not hosts.is_proven(HOST)
    names.found[row.proof_name] = Found(("something else",))
    assert check(row).trouble == "proof_wrong"
    names.prove(row, "v=spf1 -all")
    names.trouble = "probe_no_host"
    row = check(row)
    assert (row.state, row.trouble, row.is_ready) == (State.VERIFIED, "probe_no_host", False)
    assert hosts.is_proven(HOST) and present(ana) is None
    with pytest.raises(Refused):
        hosts.plan(0, by=ana, now=NOW)
    names.trouble = ""
    assert check(row).is_ready
    assert hosts.plan(0, by=ana, now=NOW).state == State.ACTIVE
    assert present(ana) == HOST and tenants.agency_by_host(HOST).id == ana.agency.id
    assert [entry.action for entry in AuditEntry.select().where(AuditEntry.action.startswith("host."))] == [
        "host.asked", "host.proven", "host.planned", "host.active",
    ]  # fmt: skip


def test_while_nobody_came_another_domain_may_be_asked_for(ana, names, check):
    first = ask(ana)
    second = ask(ana, "portal.aurora.example")
    assert second.proof != first.proof and OwnHost.select().count() == 1
    with pytest.raises(Conflict, match="host_gone"):
        check(first)
    names.prove(second)
    check(second)
    with pytest.raises(Conflict, match="host_in_use"):
        ask(ana)


def test_nobody_learns_by_asking_whose_a_domain_is_and_the_proof_decides(ana, names, check):
    active(ana, names, check)
    bento = make_staff(Role.OWNER, make_agency("northwind", "Northwind"))
    row = ask(bento)
    assert (row.state, row.trouble) == (State.PENDING, "")
    assert check(row).trouble == "proof_wrong", "the proof of one agency is none of another's"
    names.prove(row, hosts.own_host_of(ana.agency).proof)
    row = check(row)
    assert (row.state, row.trouble) == (State.PENDING, "taken"), "proven, but in use"
    hosts.remove(by=ana, now=NOW)
    assert check(row).is_ready
    assert hosts.plan(0, by=bento, now=NOW).state == State.ACTIVE


def test_of_two_that_have_proven_it_the_first_to_use_it_has_it(ana, names, check):
    bento = make_staff(Role.OWNER, make_agency("northwind", "Northwind"))
    rows = [ask(ana), ask(bento)]
    names.found[rows[0].proof_name] = Found(tuple(row.proof for row in rows))
    assert all(check(row).is_ready for row in rows)
    hosts.plan(1, by=bento, now=NOW)
    hosts.plan(0, by=ana, now=NOW)
    with pytest.raises(Conflict, match="host_taken"):
        hosts.plan(0, by=bento, now=NOW)
    assert hosts.move_due(now=NOW + DAY) == 0
    row = hosts.own_host_of(bento.agency)
    assert (row.state, row.trouble, row.moves_at) == (State.VERIFIED, "taken", None)
    assert (present(ana), present(bento)) == (HOST, None)


def test_a_domain_without_its_proof_is_lost_after_three_days_and_comes_back_by_itself(ana, names, check):
    row = active(ana, names, check)
    names.found.clear()
    for n in range(3):
        assert present(ana) == HOST, f"after {n} days"
        row = check(row, daily=True, now=NOW + n * DAY)
    assert (row.state, present(ana)) == (State.LOST, None) and not hosts.is_proven(HOST)
    assert told("own_host") == [("ana@aurora.example", "lost")]
    names.prove(row)
    row = check(row, daily=True, now=NOW + 4 * DAY)
    assert (row.state, row.misses, present(ana)) == (State.ACTIVE, 0, HOST)
    assert told("own_host")[-1] == ("ana@aurora.example", "returned")


def test_pressing_the_button_costs_no_domain_and_neither_does_a_mute_name_server(ana, names, check):
    row = active(ana, names, check)
    names.found.clear()
    for _ in range(5):
        check(row)
    names.found[row.proof_name] = Found(trouble="timeout")
    for n in range(6):
        check(row, daily=True, now=NOW + n * DAY)
    assert present(ana) == HOST
    names.prove(row)
    assert check(row, daily=True, now=NOW + 6 * DAY).misses == 0


@pytest.mark.parametrize("trouble", ["probe_elsewhere", "timeout"])
def test_a_domain_at_which_nothing_is_right_for_a_week_is_lost(ana, names, check, trouble):
    row = active(ana, names, check)
    if trouble == "timeout":
        names.found[row.proof_name] = Found(trouble="timeout")
    names.trouble = trouble
    for n in range(1, 7):
        check(row, daily=True, now=NOW + n * DAY)
    assert present(ana) == HOST
    assert check(row, daily=True, now=NOW + 7 * DAY).state == State.LOST


def test_a_lost_domain_that_another_agency_uses_by_now_stays_lost(ana, names, check):
    row = active(ana, names, check)
    names.found.clear()
    for n in range(3):
        row = check(row, daily=True, now=NOW + n * DAY)
    bento = make_staff(Role.OWNER, make_agency("northwind", "Northwind"))
    theirs = active(bento, names, check)
    names.prove(row, theirs.proof)
    row = check(row, daily=True, now=NOW + 4 * DAY)
    assert (row.state, row.trouble, present(ana)) == (State.LOST, "taken", None)


def test_people_are_told_before_the_address_changes_and_whoever_has_passkeys_what_becomes_of_them(ana, names, check):
    app = make_app(make_client(ana.agency))
    carla = make_contributor(app, email="carla@cantina.example").person
    make_contributor(app, email="davi@cantina.example")
    make_contributor(email="elsewhere@other.example")
    key = {"credential": "x", "public_key": "x", "signs": 0, "name": "Laptop", "created_at": NOW}
    Passkey.create(person=carla, credential_hash="x", host="aurora.clients.example.org", **key)
    row = ask(ana)
    names.prove(row)
    check(row)
    with pytest.raises(Invalid) as refused:
        hosts.plan(0, by=ana, now=NOW)
    assert refused.value.problems["days"][0] == "host_needs_notice"
    hosts.plan(3, by=ana, now=NOW)
    work()
    letters = {row.payload["to"]: row.payload["values"] for row in Message.select().where(Message.topic == "mail.send")}
    assert sorted(letters) == ["carla@cantina.example", "davi@cantina.example"]
    carlas = letters["carla@cantina.example"]
    assert (carlas["old"], carlas["new"], carlas["passkey"]) == ("aurora.clients.example.org", HOST, True)
    assert letters["davi@cantina.example"]["passkey"] is False
    assert hosts.move_due(now=NOW + 2 * DAY) == 0 and present(ana) is None
    check(row, now=NOW + 2 * DAY)
    assert hosts.move_due(now=NOW + 3 * DAY) == 1 and present(ana) == HOST
    work()
    assert told("new_address")[2:] == [("carla@cantina.example", "moved"), ("davi@cantina.example", "moved")]


def test_a_planned_change_waits_while_the_domain_is_not_good_and_can_be_called_off(ana, names, check):
    make_contributor(make_app(make_client(ana.agency)), email="davi@cantina.example")
    row = ask(ana)
    names.prove(row)
    check(row)
    hosts.plan(1, by=ana, now=NOW)
    work()
    names.trouble = "probe_elsewhere"
    check(row, now=NOW + DAY)
    assert hosts.move_due(now=NOW + DAY) == 0, "it leads elsewhere"
    names.trouble = ""
    check(row, now=NOW + DAY)
    assert hosts.move_due(now=NOW + 4 * DAY) == 0, "nobody has looked for three days"
    hosts.stay(by=ana, now=NOW + DAY)
    hosts.stay(by=ana, now=NOW + DAY)
    work()
    assert told("new_address") == [("davi@cantina.example", "planned"), ("davi@cantina.example", "stays")]
    assert hosts.own_host_of(ana.agency).moves_at is None


def test_a_domain_in_use_may_be_left_at_once_or_on_a_day(ana, names, check):
    make_contributor(make_app(make_client(ana.agency)), email="davi@cantina.example")
    active(ana, names, check)
    hosts.plan(1, by=ana, now=NOW)
    work()
    assert present(ana) == HOST
    assert hosts.move_due(now=NOW + DAY) == 1
    assert present(ana) is None and hosts.own_host_of(ana.agency) is None
    work()
    assert [what for _, what in told("new_address")] == ["moved", "leaving", "left"]
    active(ana, names, check)
    hosts.remove(by=ana, now=NOW)
    hosts.remove(by=ana, now=NOW)
    assert present(ana) is None


@pytest.mark.parametrize("days", [-1, 2, 365])
def test_the_change_comes_on_one_of_the_days_offered(ana, names, check, days):
    row = ask(ana)
    names.prove(row)
    check(row)
    with pytest.raises(Invalid):
        hosts.plan(days, by=ana, now=NOW)


def test_many_people_are_told_in_parts_each_once(ana, names, check, monkeypatch):
    app = make_app(make_client(ana.agency))
    for n in range(5):
        make_contributor(app, email=f"p{n}@cantina.example")
    active(ana, names, check)
    monkeypatch.setattr("portal.domain.hosts.telling._AT_ONCE", 2)
    for _ in range(4):
        work()
    assert sorted(to for to, _ in told("new_address")) == [f"p{n}@cantina.example" for n in range(5)]


def test_each_domain_is_looked_at_by_one_worker_often_while_it_is_waited_for_then_daily(ana, names, check):
    row = ask(ana)
    assert hosts.is_due(NOW)
    assert [taken.id for taken in hosts.take_due(NOW)] == [row.id] and hosts.take_due(NOW) == []
    assert len(hosts.take_due(NOW + timedelta(minutes=10))) == 1
    assert hosts.take_due(NOW + 8 * DAY) and hosts.take_due(NOW + 8 * DAY + timedelta(hours=23)) == []
    names.prove(row)
    check(row, now=NOW + 9 * DAY)
    hosts.plan(0, by=ana, now=NOW + 9 * DAY)
    assert hosts.take_due(NOW + 9 * DAY) and hosts.take_due(NOW + 9 * DAY + timedelta(hours=23)) == []


def test_a_domain_that_another_worker_took_meanwhile_is_left_to_it(ana, monkeypatch):
    row = ask(ana)

    def taken_meanwhile(_row, now):
        OwnHost.update(due_at=now + DAY).where(OwnHost.id == row.id).execute()
        return timedelta(minutes=10)

    monkeypatch.setattr("portal.domain.hosts.due._rhythm", taken_meanwhile)
    assert hosts.take_due(NOW) == []


def test_a_verified_domain_without_its_proof_has_to_be_proven_again(ana, names, check):
    row = ask(ana)
    names.prove(row)
    check(row)
    hosts.plan(7, by=ana, now=NOW)
    names.found.clear()
    for n in range(3):
        row = check(row, daily=True, now=NOW + n * DAY)
    assert (row.state, row.moves_at) == (State.PENDING, None) and not hosts.is_proven(HOST)


def test_five_names_a_day_are_asked_for_at_most_those_given_up_included(ana, names, check):
    for n in range(5):
        row = ask(ana, f"h{n}.aurora.example")
        assert ask(ana, f"h{n}.aurora.example").id == row.id, "the same again is none more"
        names.prove(row)
        check(row)
        if n % 2:
            hosts.remove(by=ana, now=NOW)
        else:
            OwnHost.update(state=State.PENDING.value).execute()
    with pytest.raises(Refused, match="host_too_many") as refused:
        ask(ana, "h5.aurora.example", now=NOW + DAY - timedelta(seconds=1))
    assert refused.value.field == "host" and hosts.own_host_of(ana.agency).host == "h4.aurora.example"
    ask(make_staff(Role.OWNER, make_agency("northwind", "Northwind")), "h5.aurora.example")
    assert ask(ana, "h5.aurora.example", now=NOW + DAY).host == "h5.aurora.example"


def test_an_agency_has_its_domain_looked_at_once_a_minute(ana):
    row, minute = ask(ana), timedelta(minutes=1)
    with pytest.raises(Refused, match="host_looked_at"):
        hosts.take_look(row, now=NOW + minute / 2)
    hosts.take_look(row, now=NOW + minute)
    with pytest.raises(Refused, match="host_looked_at"):
        hosts.take_look(row, now=NOW + minute * 1.9)
    hosts.take_look(row, now=NOW + minute * 2)
    hosts.remove(by=ana, now=NOW + minute * 2)
    row = ask(ana, now=NOW + minute * 2)
    with pytest.raises(Refused, match="host_looked_at"):
        hosts.take_look(row, now=NOW + minute * 2.5)


@pytest.fixture
def ready(ana, names, check):
    """Proven and reached; one person, who hears of what becomes of it."""
    make_contributor(make_app(make_client(ana.agency)), email="davi@cantina.example")
    row = ask(ana)
    names.prove(row)
    return check(row)


def test_the_same_plan_again_says_nothing_new(ana, ready):
    first = hosts.plan(7, by=ana, now=NOW).moves_at
    assert hosts.plan(7, by=ana, now=NOW + timedelta(minutes=9)).moves_at == first
    work()
    assert told("new_address") == [("davi@cantina.example", "planned")]
    assert AuditEntry.select().where(AuditEntry.action == "host.planned").count() == 1


def test_three_plans_a_day_are_made_at_most_but_away_at_once_one_comes_always(ana, ready):
    for n in range(2):
        hosts.plan(7, by=ana, now=NOW)
        hosts.stay(by=ana, now=NOW + n * timedelta(minutes=1))
    hosts.plan(0, by=ana, now=NOW)
    with pytest.raises(Refused, match="host_plans_many") as refused:
        hosts.plan(3, by=ana, now=NOW + DAY / 2)
    assert refused.value.field == "days" and hosts.own_host_of(ana.agency).moves_at is None
    hosts.plan(0, by=ana, now=NOW + DAY / 2)
    assert present(ana) is None


def test_that_a_plan_was_called_off_hears_once_who_heard_of_it(ana, ready):
    app = make_app(make_client(ana.agency))
    hosts.plan(7, by=ana, now=NOW)
    work()
    make_contributor(app, email="new@luz.example")
    hosts.plan(3, by=ana, now=NOW + timedelta(seconds=1))
    hosts.stay(by=ana, now=NOW + timedelta(seconds=2))
    work()
    assert told("new_address") == [("davi@cantina.example", "planned"), ("davi@cantina.example", "stays")]
    hosts.plan(1, by=ana, now=NOW + timedelta(seconds=3))
    hosts.stay(by=ana, now=NOW + timedelta(seconds=4))
    work()
    assert len(told("new_address")) == 2, "nobody had heard of it yet"


def test_a_lost_domain_that_is_proven_again_may_have_its_certificate_and_is_back(ana, names, check):
    row = active(ana, names, check)
    names.found.clear()
    for n in range(3):
        row = check(row, daily=True, now=NOW + n * DAY)
    names.found[row.proof_name] = Found(trouble="timeout")
    check(row, daily=True, now=NOW + 3 * DAY)
    assert not hosts.is_proven(HOST), "lost, and not proven at the last look"
    names.prove(row)
    names.trouble = "probe_no_tls"
    assert check(row, daily=True, now=NOW + 4 * DAY).state == State.LOST and hosts.is_proven(HOST)
    names.trouble = ""
    assert check(row, daily=True, now=NOW + 5 * DAY).state == State.ACTIVE


def test_a_verified_domain_whose_name_servers_say_nothing_for_a_week_has_to_be_proven_again(ana, names, check):
    row = ask(ana)
    names.prove(row)
    check(row)
    names.trouble = "probe_no_host"
    check(row, daily=True, now=NOW + 8 * DAY)
    assert hosts.is_proven(HOST), "proven as long as the proof is found"
    names.trouble = ""
    check(row, daily=True, now=NOW + 8 * DAY)
    names.found[row.proof_name] = Found(trouble="timeout")
    check(row, daily=True, now=NOW + 14 * DAY)
    assert hosts.is_proven(HOST)
    row = check(row, daily=True, now=NOW + 15 * DAY)
    assert (row.state, row.good_at) == (State.PENDING, None) and not hosts.is_proven(HOST)
