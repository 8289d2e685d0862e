"""What the agency makes of a section for one client: the table of states, offers, and who meets them."""

from __future__ import annotations

import pytest

from portal import audit_words
from portal.domain import rights
from portal.domain.accounts import Role
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Invalid, NotFound
from portal.domain.rights import BOXES, SECTIONS, Offer, SectionState
from portal.languages import speaking
from tests.factories import NOW, TESTER, make_app, make_client, make_contributor, make_member, make_staff

OFFER = Offer("We redo your menu.", 150_000, 12)


@pytest.fixture
def app(database):
    return make_app()


@pytest.fixture
def holder(app):
    """Somebody who holds every box there is."""
    return make_member(make_contributor(app, list(BOXES)))


@pytest.fixture
def other(app):
    """Somebody who holds nothing."""
    return make_member(make_contributor(app))


def bring(client, section, state):
    if state == SectionState.LOCKED:
        rights.lock(client, section, OFFER, by=TESTER, now=NOW)
    else:
        rights.set_state(client, section, state, by=TESTER, now=NOW)


def keys(sections):
    return {section.key for section in sections}


@pytest.mark.parametrize("section", [s.key for s in SECTIONS if s.boxes])
def test_the_table_of_states_holds_for_every_section(app, holder, other, section):
    boxes = [key for key, box in BOXES.items() if box.section == section]
    rights.set_available(app.client, section, available=True)
    for state in SectionState:
        bring(app.client, section, state)
        offered, locked = state == SectionState.OFFERED, state == SectionState.LOCKED
        for box in boxes:
            assert rights.may(holder, box) is offered
            assert not rights.may(other, box)
            assert rights.locked_offer(holder, box) == (OFFER if locked else None)
            assert rights.locked_offer(other, box) is None
        assert (section in keys(rights.menu_of(holder))) is offered
        assert (section in keys(rights.locked_of(holder))) is locked
        assert section not in keys(rights.menu_of(other)) | keys(rights.locked_of(other))
        assert (section in keys(rights.offered_sections(app.client))) is not (state == SectionState.HIDDEN)
        assert set(boxes) <= rights.boxes_of(holder.contributor), "ticks are kept"


@pytest.mark.parametrize("state", [SectionState.HIDDEN, SectionState.LOCKED])
def test_a_state_counts_for_one_client_and_one_section_alone(app, holder, state):
    neighbour = make_member(make_contributor(make_app(make_client(app.agency)), ["menus"]))
    bring(app.client, "menus", state)
    assert rights.may(neighbour, "menus")
    assert rights.may(holder, "settings")
    assert rights.may(holder, "home") and rights.locked_offer(holder, "home") is None


@pytest.mark.parametrize("state", [SectionState.HIDDEN, SectionState.LOCKED])
def test_for_staff_inside_no_state_counts(app, state):
    owner = make_member(make_staff(Role.OWNER, app.agency), app)
    bring(app.client, "menus", state)
    assert rights.may(owner, "menus:publish")
    assert rights.locked_offer(owner, "menus") is None
    assert rights.menu_of(owner) == list(SECTIONS) and rights.locked_of(owner) == []


def test_no_box_of_a_hidden_section_can_be_given_and_that_of_a_locked_one_can(app):
    owner, colleague = make_member(make_staff(Role.OWNER, app.agency), app), make_contributor(app)
    bring(app.client, "menus", SectionState.HIDDEN)
    with pytest.raises(NotFound):
        rights.set_box(colleague, "menus", granted=True, by=owner, now=NOW)
    bring(app.client, "menus", SectionState.LOCKED)
    rights.set_box(colleague, "menus", granted=True, by=owner, now=NOW)
    assert rights.locked_offer(make_member(colleague), "menus") == OFFER


def test_a_locked_section_that_is_not_available_shows_no_offer(app, holder):
    bring(app.client, "statements", SectionState.LOCKED)
    rights.set_available(app.client, "statements", available=False)
    assert rights.locked_offer(holder, "statements") is None and not rights.may(holder, "statements")
    assert "statements" not in keys(rights.locked_of(holder))
    rights.set_available(app.client, "statements", available=True)
    assert rights.locked_offer(holder, "statements") == OFFER, "the fact leaves the state alone"


def test_a_state_leaves_the_fact_alone(app):
    for available in (True, False):
        rights.set_available(app.client, "statements", available=available)
        for state in SectionState:
            bring(app.client, "statements", state)
            assert rights.state_of(app.client, "statements").available is available


def test_who_has_one_open_section_and_a_locked_one_lands_on_home(app):
    member = make_member(make_contributor(app, ["menus", "settings"]))
    bring(app.client, "settings", SectionState.LOCKED)
    assert rights.first_section(member).key == "home"
    bring(app.client, "settings", SectionState.HIDDEN)
    assert rights.first_section(member).key == "menus"


def test_hiding_and_offering_again_keep_the_offer_that_was_written(app):
    bring(app.client, "menus", SectionState.LOCKED)
    bring(app.client, "menus", SectionState.HIDDEN)
    held = rights.state_of(app.client, "menus")
    assert (held.state, held.offer) == (SectionState.HIDDEN, OFFER)


def test_what_changes_is_written_down_with_old_and_new_and_what_does_not_is_not(app):
    bring(app.client, "menus", SectionState.HIDDEN)
    bring(app.client, "menus", SectionState.HIDDEN)
    bring(app.client, "menus", SectionState.LOCKED)
    bring(app.client, "menus", SectionState.LOCKED)
    rights.lock(app.client, "menus", Offer(OFFER.text, 90_000, 12), by=TESTER, now=NOW)
    wanted = AuditEntry.action.startswith("section.")
    entries = list(AuditEntry.select().where(wanted).order_by(AuditEntry.id))
    assert [(e.action, e.details.get("old"), e.details.get("new")) for e in entries] == [
        ("section.state_changed", "offered", "hidden"),
        ("section.state_changed", "hidden", "locked"),
        ("section.offer_changed", None, None),
        ("section.offer_changed", None, None),
    ]
    assert entries[0].details["section"] == "menus"
    assert entries[-1].details["changes"] == {"price": [150_000, 90_000]}
    with speaking("en"):
        assert audit_words.sentence(entries[-1]).endswith(": the price from R$1,500.00 to R$900.00")
        assert "from “Offered” to “Hidden”" in audit_words.sentence(entries[0])
        for entry in entries:
            entry.details = {}
            assert audit_words.sentence(entry), "what was erased is no fault"
    assert {e.client_id for e in entries} == {app.client.id}


def test_where_no_offer_was_written_there_is_none(app):
    bring(app.client, "menus", SectionState.HIDDEN)
    assert rights.state_of(app.client, "menus").offer is None


def test_the_first_offer_is_written_down_whole(app):
    rights.lock(app.client, "menus", Offer("x" * 1000), by=TESTER, now=NOW)
    entry = AuditEntry.select().where(AuditEntry.action == "section.offer_changed").get()
    assert entry.details["changes"] == {"text": [None, "x" * 1000], "price": [None, None], "every_months": [None, None]}


def test_a_state_is_one_clients_and_only_of_what_has_boxes(app):
    bring(make_client(app.agency), "menus", SectionState.LOCKED)
    assert rights.state_of(app.client, "menus").state == SectionState.OFFERED
    assert "home" not in {standing.section.key for standing in rights.states_of(app.client)}


@pytest.mark.parametrize("section", ["home", "billing", ""])
def test_what_is_no_section_to_decide_on_is_not_there(app, section):
    with pytest.raises(NotFound):
        rights.set_state(app.client, section, SectionState.HIDDEN, by=TESTER, now=NOW)
    with pytest.raises(NotFound):
        rights.lock(app.client, section, OFFER, by=TESTER, now=NOW)


def test_nothing_is_locked_without_an_offer(app, holder):
    with pytest.raises(Invalid):
        rights.set_state(app.client, "menus", SectionState.LOCKED, by=TESTER, now=NOW)
    assert rights.may(holder, "menus")


@pytest.mark.parametrize(
    ("field", "offer"),
    [
        ("text", Offer(" ")),
        ("text", Offer("x" * 1001)),
        ("text", Offer("turned \u202e round")),
        ("price", Offer("ok", -1)),
        ("price", Offer("ok", 10**12)),
        ("every_months", Offer("ok", 100, 6)),
    ],
)
def test_an_offer_that_cant_be_kept_is_said_at_its_field(app, holder, field, offer):
    with pytest.raises(Invalid) as refusal:
        rights.lock(app.client, "menus", offer, by=TESTER, now=NOW)
    assert set(refusal.value.problems) == {field}
    assert rights.may(holder, "menus")


def test_what_nobody_of_the_client_finds_is_told_with_whether_it_was_hidden(database):
    app = make_app()
    assert rights.missing_sections(app.client) == {"support": False}
    for section in ("menus", "support"):
        rights.set_state(app.client, section, SectionState.HIDDEN, by=TESTER, now=NOW)
    rights.set_available(app.client, "statements", available=False)
    rights.lock(app.client, "services", Offer("Ask us"), by=TESTER, now=NOW)
    assert rights.missing_sections(app.client) == {"menus": True, "statements": False, "support": False}
