"""The trail holds: its chains are sealed once, every change shows, a person's words can go, nobody edits an entry."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import peewee
import pytest

from portal import db
from portal.db import transaction
from portal.domain import audit
from portal.domain.audit import SYSTEM, Actor, AuditEntry, chain
from portal.domain.audit.models import AuditChain
from tests.domain.racing import at_once
from tests.factories import NOW
from tests.trail import unguarded

A, B = UUID(int=10), UUID(int=11)
CARLA = Actor("contributor", "Carla Menezes", UUID(int=1))

pytestmark = pytest.mark.usefixtures("database")


def write(n: int = 1, agency_id: UUID | None = A, **more: object) -> None:
    for step in range(n):
        audit.record(
            "menu.dish_added",
            by=CARLA,
            now=NOW,
            agency_id=agency_id,
            **{"subject": f"Prato {step}", "price": 1, **more},
        )


def entries(agency_id: UUID | None = A) -> list[AuditEntry]:
    mine = AuditEntry.agency_id.is_null() if agency_id is None else AuditEntry.agency_id == agency_id
    return list(AuditEntry.select().where(mine).order_by(AuditEntry.id))


def test_entries_are_sealed_in_order_each_once_and_each_agency_by_itself():
    write(3)
    write(1, B)
    write(1, None)
    assert audit.seal() == 5 and audit.seal() == 0
    assert [entry.number for entry in entries()] == [1, 2, 3] and len({entry.seal for entry in entries()}) == 3
    assert [entries(B)[0].number, entries(None)[0].number] == [1, 1]
    assert set(audit.chains()) == {None, A, B}
    assert [(audit.verify(chain).entries, audit.verify(chain).wrong) for chain in (None, A, B)] == [
        (1, ""),
        (3, ""),
        (1, ""),
    ]


def test_an_entry_that_comes_late_with_an_earlier_id_follows_after():
    write(1)
    late = entries()[0]
    with unguarded():
        AuditEntry.delete().where(AuditEntry.id == late.id).execute()
    write(2)
    audit.seal()
    AuditEntry.insert(**late.__data__).execute()
    write(1)
    assert audit.seal() == 2
    assert [entry.number for entry in entries()] == [3, 1, 2, 4] and audit.verify(A).wrong == ""


def test_an_entry_that_something_else_wrote_without_salts_stops_nobody():
    AuditEntry.create(at=NOW, action="x.y", actor_kind="system", actor_name="x", agency_id=A)
    write(1)
    assert audit.seal() == 2 and audit.verify(A).wrong == ""


def test_what_is_rolled_back_leaves_no_gap():
    write(1)
    with pytest.raises(ValueError, match="no"), transaction():
        write(1)
        raise ValueError("no")
    write(1)
    assert audit.seal() == 2 and audit.verify(A).entries == 2


def test_a_thousand_parallel_entries_are_sealed_once_each_by_three_who_seal():
    acts = [lambda: write(250) for _ in range(4)] + [audit.seal for _ in range(3)]
    assert not [result for result in at_once(*acts) if isinstance(result, Exception)]
    audit.seal()
    assert sorted(entry.number for entry in entries()) == list(range(1, 1001))
    assert audit.verify(A).wrong == "" and audit.verify(A).entries == 1000


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Outro prato"},
        {"actor_name": "Davi"},
        {"details": {"price": 2}},
        {"details": {}},
        {"action": "menu.dish_removed"},
        {"at": NOW.replace(hour=3)},
        {"client_id": UUID(int=1)},
        {"actor_id": UUID(int=2)},
        {"behalf": "Alguém"},
        {"salts": "a b c"},
        {"salts": ""},
        {"seal": "0" * 64},
    ],
    ids=str,
)
def test_a_changed_entry_is_the_first_that_is_wrong(change):
    write(5)
    audit.seal()
    third = entries()[2]
    with unguarded():
        AuditEntry.update(**change).where(AuditEntry.id == third.id).execute()
    verdict = audit.verify(A)
    assert (verdict.wrong, verdict.number, verdict.entry.id) == ("changed", 3, third.id)


def test_who_makes_one_seal_anew_breaks_the_next():
    write(5)
    audit.seal()
    _, second, third, fourth, _ = entries()
    third.subject = "Outro prato"
    with unguarded():
        forged = {"subject": third.subject, "seal": chain.seal_of(third, 3, second.seal)}
        AuditEntry.update(**forged).where(AuditEntry.id == third.id).execute()
    assert (audit.verify(A).wrong, audit.verify(A).entry.id) == ("changed", fourth.id)


def test_an_erased_mark_hides_no_other_words():
    write(2)
    audit.seal()
    first = entries()[0]
    with unguarded():
        marked = chain.without(first, ["subject"])
        AuditEntry.update(salts=marked, subject="Outro").where(AuditEntry.id == first.id).execute()
    assert audit.verify(A).wrong == "changed"


def test_a_missing_a_moved_and_a_cut_off_entry_are_found():
    write(5)
    write(1, B)
    audit.seal()
    ids = [entry.id for entry in entries()]
    with unguarded():
        AuditEntry.update(number=9).where(AuditEntry.id == ids[4]).execute()
        assert (audit.verify(A).wrong, audit.verify(A).number) == ("missing", 5)
        AuditEntry.delete().where(AuditEntry.id == ids[4]).execute()
        assert (audit.verify(A).wrong, audit.verify(A).number) == ("cut", 4)
        AuditEntry.update(agency_id=B).where(AuditEntry.id == ids[1]).execute()
        assert (audit.verify(A).wrong, audit.verify(A).number) == ("missing", 2)
        assert audit.verify(B).wrong == "missing" or audit.verify(B).wrong == "changed"


def test_a_chain_made_anew_is_found_by_a_seal_that_was_noted():
    write(3)
    audit.seal()
    noted = (3, audit.verify(A).seal)
    assert audit.verify(A, expected=noted).wrong == ""
    with unguarded():
        AuditEntry.update(number=None, seal=None, subject="Outro").execute()
        AuditChain.delete().execute()
    audit.seal()
    assert audit.verify(A).wrong == "" and audit.verify(A, expected=noted).wrong == "changed"
    assert audit.verify(A, expected=(4, "0" * 64)).wrong == "cut"


def test_the_database_itself_refuses_to_change_or_remove_an_entry():
    write(2)
    for sealed in (False, True):
        first = entries()[0]
        for change in (
            {"subject": "x"}, {"subject": ""}, {"action": "x"}, {"number": 7}, {"at": 1},
            {"salts": "x"}, {"salts": None}, {"salts": None, "subject": ""},
        ):  # fmt: skip
            if not (change.get("number") and not sealed):
                with pytest.raises(peewee.DatabaseError):
                    AuditEntry.update(**change).where(AuditEntry.id == first.id).execute()
        with pytest.raises(peewee.DatabaseError):
            AuditEntry.delete().where(AuditEntry.id == first.id).execute()
        with pytest.raises(peewee.DatabaseError):
            _written_over(first)
        assert len(entries()) == 2 and entries()[0].subject == "Prato 0"
        audit.seal()
    assert audit.verify(A).wrong == ""


def _written_over(entry):
    """Another entry under the same id, as SQLite's REPLACE would put it in its place."""
    query = AuditEntry.insert(**{**entry.__data__, "subject": "x"})
    (query if db.is_postgres() else query.on_conflict_replace()).execute()


def test_what_is_left_of_an_erased_entry_stays():
    write(1)
    audit.erase(CARLA.id, ["carla@cantina.example"], agency_id=A, by=SYSTEM, now=NOW)
    first = entries()[0]
    assert first.actor_name == "" and first.subject == "Prato 0"
    with pytest.raises(peewee.DatabaseError):
        AuditEntry.update(subject="").where(AuditEntry.id == first.id).execute()


def test_a_persons_words_go_and_the_chain_holds():
    write(1)
    audit.record("invitation.sent", by=SYSTEM, now=NOW, agency_id=A, subject="carla@cantina.example")
    audit.record("staff.assigned", by=SYSTEM, now=NOW, agency_id=A, subject="x", told={"to": ["Carla@cantina.example"]})
    audit.record("invitation.sent", by=SYSTEM, now=NOW, agency_id=B, subject="carla@cantina.example")
    audit.record("invitation.sent", by=SYSTEM, now=NOW, agency_id=A, subject="davi@cantina.example")
    audit.seal()
    write(1)
    seals = [entry.seal for entry in entries()]
    known = "carla@cantina.example"
    assert audit.erase(CARLA.id, [known], agency_id=A, by=SYSTEM, now=NOW) == 4
    audit.seal()
    left = entries()
    assert [entry.seal for entry in left[:4]] == seals[:4]
    assert [entry.actor_name for entry in left if entry.actor_id == CARLA.id] == ["", ""]
    assert left[0].subject == "Prato 0" and left[0].details == {"price": 1}, "what he did stays"
    assert not [entry for entry in left if "carla" in f"{entry.subject}{entry.actor_name}{entry.details}".casefold()]
    assert entries(B)[0].subject == "carla@cantina.example", "another agency's trail is not touched"
    verdict = audit.verify(A)
    assert (verdict.wrong, verdict.erased, verdict.entries) == ("", 4, 6)
    assert audit.erase(CARLA.id, [known], agency_id=A, by=SYSTEM, now=NOW) == 0, "once gone, nothing is left to erase"


def test_who_is_turned_away_is_written_down_once_a_minute_and_so_often_an_hour():
    def turned_away(what: str, minutes: float, by: Actor = CARLA) -> None:
        audit.note_denied(what, "absent", by=by, agency_id=A, now=NOW + timedelta(minutes=minutes))

    turned_away("one", 0)
    turned_away("one", 0.9)
    turned_away("two", 0.9)
    turned_away("one", 1.1)
    assert [entry.subject for entry in entries()] == ["one", "two", "one"]
    for n in range(100):
        turned_away(f"more {n}", 2)
    assert len(entries()) == 30
    turned_away("his", 2, by=Actor("contributor", "Dora", UUID(int=2)))
    turned_away("later", 63)
    assert [entry.subject for entry in entries()][30:] == ["his", "later"]
