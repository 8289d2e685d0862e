"""An agency's own mail server: what is kept, what has to be tried out anew; and what a domain's records say."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain import sending
from portal.domain.accounts import Role
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Invalid, Refused
from portal.domain.outbox import Message
from portal.domain.sending import Sender, Wish
from tests.factories import NOW, make_agency, make_staff

WISH = Wish("smtp.aurora.example", 587, "starttls", "apikey", "s3cret", "oi@aurora.example", "")


def actions():
    entries = AuditEntry.select().where(AuditEntry.action.startswith("sender.")).order_by(AuditEntry.id)
    return [entry.action for entry in entries]


class Links:
    def sender_page(self):
        return "http://x/agency/sender/"


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora", prefix="AUR"), email="ana@aurora.example")


def seal(secret):
    return f"sealed:{secret[::-1]}"


def save(ana, now=NOW, **changes):
    return sending.save(replace(WISH, **changes), by=ana, seal=seal, now=now)


def proven(ana):
    sender = save(ana)
    sending.note_tried(sender, by=ana, now=NOW)
    return sender


def test_a_server_is_kept_with_its_password_sealed(ana):
    sender = save(ana, host=" SMTP.Aurora.Example. ", from_address="Oi@Aurora.example")
    assert (sender.host, sender.from_address, sender.domain) == (
        "smtp.aurora.example",
        "oi@aurora.example",
        "aurora.example",
    )
    assert sender.password == "sealed:terc3s"
    assert actions() == ["sender.saved"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("host", "", "bad_mail_host"),
        ("host", "smtp aurora", "bad_mail_host"),
        ("host", "-x.example", "bad_mail_host"),
        ("host", "smtp.example\r\nRCPT", "bad_mail_host"),
        ("port", None, "bad_mail_port"),
        ("port", 0, "bad_mail_port"),
        ("port", 65536, "bad_mail_port"),
        ("security", "none", "choose_one"),
        ("username", "a b", "bad_mail_user"),
        ("username", "x" * 201, "bad_mail_user"),
        ("username", "", "mail_password_alone"),
        ("password", "a\nb", "too_long"),
        ("password", "", "mail_password_missing"),
        ("from_address", "", "email_missing"),
        ("from_address", "oi", "email_bad"),
        ("from_address", "oi@aurora.example\r\nBcc: x@y.example", "email_bad"),
        ("selector", "a b", "bad_selector"),
        ("selector", "_domainkey.", "bad_selector"),
    ],
)
def test_what_can_not_be_a_server_is_refused_at_its_field(ana, field, value, code):
    with pytest.raises(Invalid) as refused:
        save(ana, **{field: value})
    at = "password" if code == "mail_password_alone" else field
    assert refused.value.problems[at][0] == code
    assert Sender.select().count() == 0


@pytest.mark.parametrize(
    "changes", [{"host": "smtp.evil.example"}, {"username": "other"}, {"port": 2525}, {"security": "tls"}]
)
def test_a_password_goes_to_no_server_or_user_but_its_own(ana, changes):
    save(ana)
    with pytest.raises(Invalid) as refused:
        save(ana, password="", **changes)
    assert refused.value.problems == {"password": ("mail_password_again", {})}
    assert sending.sender_of(ana.agency).host == WISH.host


def test_a_password_stays_where_the_field_is_left_blank(ana):
    save(ana)
    assert save(ana, password="", from_address="x@aurora.example").password == seal("s3cret")


def test_a_password_goes_with_its_user(ana):
    save(ana)
    assert save(ana, username="", password="").password == ""


def test_nothing_is_used_that_never_took_a_message(ana):
    sender = save(ana)
    with pytest.raises(Refused, match="sender_unproven"):
        sending.set_used(sender, used=True, by=ana, now=NOW)
    assert sending.sender_in_use(ana.agency) is None


def test_a_proven_server_is_used_until_it_is_not(ana):
    sender = proven(ana)
    sending.set_used(sender, used=True, by=ana, now=NOW)
    sending.set_used(sender, used=True, by=ana, now=NOW)
    assert sending.sender_in_use(ana.agency).id == sender.id
    sending.set_used(sender, used=False, by=ana, now=NOW)
    assert sending.sender_in_use(ana.agency) is None
    assert actions()[-2:] == ["sender.used", "sender.unused"]


@pytest.mark.parametrize(
    "changes",
    [
        {"port": 465, "password": "s3cret"},
        {"security": "tls", "password": "s3cret"},
        {"from_address": "x@aurora.example"},
        {"password": "new"},
    ],
)
def test_changed_settings_have_to_be_tried_out_anew(ana, changes):
    sender = proven(ana)
    sending.set_used(sender, used=True, by=ana, now=NOW)
    changed = save(ana, **({"password": ""} | changes))
    assert changed.proven_at is None and not changed.used


def test_a_selector_changes_nothing_about_how_letters_leave(ana):
    sending.set_used(proven(ana), used=True, by=ana, now=NOW)
    assert save(ana, password="", selector="S1").used


def test_a_trial_of_settings_changed_meanwhile_proves_nothing(ana):
    before = save(ana)
    save(ana, now=NOW + timedelta(seconds=1), port=465)
    sending.note_tried(before, by=ana, now=NOW + timedelta(seconds=2))
    assert sending.sender_of(ana.agency).proven_at is None


def test_owners_hear_once_that_a_server_fails_and_again_after_it_has_worked(ana):
    sender = proven(ana)
    for minute in range(3):
        sending.note_failing(sender, "login_refused", links=Links(), now=NOW + timedelta(minutes=minute))
    letters = [row.payload for row in Message.select().where(Message.topic == "mail.send")]
    assert [(letter["letter"], letter["to"], letter["agency"]) for letter in letters] == [
        ("sender_failing", "ana@aurora.example", None)
    ]
    sending.note_sent(sending.sender_of(ana.agency))
    sending.note_failing(sender, "timeout", links=Links(), now=NOW + timedelta(hours=1))
    assert Message.select().where(Message.topic == "mail.send").count() == 2


def test_a_server_is_held_by_one_letter_and_rests_while_it_fails(ana):
    sender = proven(ana)
    sending.set_used(sender, used=True, by=ana, now=NOW)
    assert sending.take_turn(sender, now=NOW) and not sending.take_turn(sender, now=NOW)
    sending.give_back(sender)
    assert sending.take_turn(sender, now=NOW)
    soon, later = NOW + timedelta(minutes=1), NOW + timedelta(minutes=6)
    assert sending.take_turn(sender, now=soon), "who holds it and dies frees it"
    assert not sending.is_resting(sending.sender_of(ana.agency), soon)
    sending.note_failing(sender, "timeout", links=Links(), now=soon)
    assert sending.is_resting(sending.sender_of(ana.agency), soon) and not sending.take_turn(sender, now=soon)
    assert not sending.is_resting(sending.sender_of(ana.agency), later)
    assert sending.take_turn(sender, now=later)


def test_what_happened_says_nothing_of_settings_changed_meanwhile(ana):
    before = proven(ana)
    save(ana, now=NOW + timedelta(seconds=1), port=465)
    sending.note_failing(before, "timeout", links=Links(), now=NOW)
    assert sending.sender_of(ana.agency).failing_since is None


def test_an_agency_removes_its_own_server_and_no_other(ana):
    stranger = make_staff(Role.OWNER, make_agency("elsewhere", "Elsewhere"))
    save(ana)
    sending.forget(by=stranger, now=NOW)
    assert sending.sender_of(ana.agency)
    sending.forget(by=ana, now=NOW)
    sending.forget(by=ana, now=NOW)
    assert sending.sender_of(ana.agency) is None
    assert actions() == ["sender.saved", "sender.removed"]


def test_passwords_are_sealed_with_the_present_key(ana):
    save(ana)
    assert sending.renew_seals(lambda sealed: f"new:{sealed}") == 1
    assert sending.sender_of(ana.agency).password == f"new:{seal('s3cret')}"
    assert sending.renew_seals(lambda sealed: sealed) == 0


LONG, SHORT, TINY = (base64.b64encode(b"k" * n).decode() for n in (294, 162, 94))
SPF, DMARC = (
    {"aurora.example": ["v=spf1 include:_spf.mail.example -all"]},
    {"_dmarc.aurora.example": ["v=DMARC1; p=reject"]},
)
KEY = {"default._domainkey.aurora.example": [f"v=DKIM1; k=rsa; p={LONG}"]}


def read(known, selector="", domain="aurora.example", silent=()):
    def txt(name):
        return None if name in silent else known.get(name, [])

    return sending.read_records(domain, selector, txt)


def test_a_domain_with_everything_in_order(database):
    found = read({**SPF, **KEY, **DMARC})
    assert [(one.kind, one.state) for one in found] == [("spf", "good"), ("dkim", "good"), ("dmarc", "good")]
    assert found.spf.values["allowed"] == ["include:_spf.mail.example"]
    assert found.spf.record == SPF["aurora.example"][0]


@pytest.mark.parametrize(
    ("records", "state", "code"),
    [
        ([], "bad", "spf_none"),
        (["google-site-verification=1"], "bad", "spf_none"),
        (["v=spf10 -all"], "bad", "spf_none"),
        (["v=spf1 -all", "v=spf1 mx -all"], "bad", "spf_several"),
        (["v=spf1 ipv4:1.2.3.4 -all"], "bad", "spf_unreadable"),
        (["v=spf1 +all"], "bad", "spf_open"),
        (["v=spf1 mx all"], "bad", "spf_open"),
        (["v=spf1 mx ?all"], "warn", "spf_neutral"),
        (["v=spf1 mx"], "warn", "spf_neutral"),
        (["v=spf1 a mx ip4:192.0.2.1 ~all"], "good", "spf_good"),
        (["V=SPF1 MX -ALL"], "good", "spf_good"),
        (["v=spf1 redirect=_spf.other.example"], "good", "spf_good"),
        (["v=spf1 " + "a:h.example " * 11 + "-all"], "bad", "spf_lookups"),
        (["v=spf1 include:deep.example -all"], "bad", "spf_lookups"),
        (["v=spf1 include:loop.example -all"], "good", "spf_good"),
    ],
)
def test_what_spf_says(records, state, code):
    others = {
        "_spf.other.example": ["v=spf1 mx -all"],
        "deep.example": ["v=spf1 " + "a:h.example " * 10 + "-all"],
        "loop.example": ["v=spf1 include:loop.example include:aurora.example -all"],
    }
    found = read({"aurora.example": records, **others}).spf
    assert (found.state, found.code) == (state, code)


@pytest.mark.parametrize(
    ("records", "state", "code"),
    [
        ([], "bad", "dkim_none"),
        ([f"v=DKIM1; p={LONG}"], "good", "dkim_good"),
        ([f"k=rsa; p={LONG[:100]} {LONG[100:]}"], "good", "dkim_good"),
        ([f"v=DKIM1; p={SHORT}"], "warn", "dkim_short"),
        ([f"v=DKIM1; p={TINY}"], "bad", "dkim_short"),
        ([f"v=DKIM1; k=ed25519; p={base64.b64encode(b'k' * 32).decode()}"], "good", "dkim_good"),
        (["v=DKIM1; p="], "bad", "dkim_revoked"),
        (["v=DKIM1; p=!!"], "bad", "dkim_unreadable"),
        ([f"v=DKIM1; t=y:s; p={LONG}"], "warn", "dkim_trial"),
        ([f"v=DKIM1; p={LONG}"] * 2, "bad", "dkim_several"),
    ],
)
def test_what_dkim_says(records, state, code):
    found = read({"s1._domainkey.aurora.example": records}, selector="s1").dkim
    assert (found.state, found.code) == (state, code)


def test_without_a_selector_the_usual_names_are_tried():
    assert read({f"google.{name.partition('.')[2]}": key for name, key in KEY.items()}).dkim.state == "good"
    assert read({}).dkim.code == "dkim_unnamed"


@pytest.mark.parametrize(
    ("records", "state", "code"),
    [
        ([], "bad", "dmarc_none"),
        (["v=DMARC1; p=none; rua=mailto:d@aurora.example"], "warn", "dmarc_watching"),
        (["v=DMARC1; p=quarantine; pct=20"], "warn", "dmarc_partly"),
        (["v=DMARC1; p=quarantine"], "good", "dmarc_quarantine"),
        (["v=DMARC1; p=Reject"], "good", "dmarc_reject"),
        (["v=DMARC1"], "bad", "dmarc_unreadable"),
        (["v=DMARC1; p=reject"] * 2, "bad", "dmarc_several"),
    ],
)
def test_what_dmarc_says(records, state, code):
    found = read({"_dmarc.aurora.example": records}).dmarc
    assert (found.state, found.code) == (state, code)


def test_the_policy_of_the_domain_above_holds_below_it():
    known = {"_dmarc.aurora.example": ["v=DMARC1; p=reject; sp=none"]}
    found = read(known, domain="mail.aurora.example").dmarc
    assert (found.name, found.code) == ("_dmarc.aurora.example", "dmarc_watching")


def test_silence_is_not_taken_for_an_answer():
    silent = ("aurora.example", "default._domainkey.aurora.example", "_dmarc.aurora.example")
    assert {one.state for one in read({}, silent=silent)} == {"unknown"}
