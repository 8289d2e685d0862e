"""From a draft to what everybody sees, and back (UP-08, UP-10, UP-11, UP-12)."""

import io
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from portal.domain import branding
from portal.domain.accounts import Person
from portal.domain.accounts.erasing import blank
from portal.domain.audit import Actor
from portal.domain.audit.models import AuditEntry
from portal.domain.branding import drafts, keeping
from portal.domain.branding.models import BrandDraft, BrandPicture, BrandVersion
from portal.domain.errors import Conflict, Invalid, NotFound, Refused
from portal.gateways.theme_store import LocalThemes
from tests.domain.racing import at_once
from tests.factories import NOW, make_agency, make_staff

ROOT = Path(__file__).parents[2]
ANA = Actor("operator", "Ana", None)
BRUNO = Actor("operator", "Bruno", None)
HOW = {"now": NOW, "by": ANA}


@pytest.fixture
def shop(tmp_path):
    shutil.copytree(ROOT / "brand_themes", tmp_path / "themes")
    return LocalThemes(tmp_path / "themes")


@pytest.fixture
def aurora(database):
    return make_agency("aurora", "Aurora")


def png(colour="red", size=(64, 64)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def save(agency, shop, *, expected=None, by=ANA, **typed):
    typed = {name.replace("__", "."): text for name, text in typed.items()}
    expected = branding.draft_of(agency, shop).version if expected is None else expected
    return branding.save_draft(agency, typed, shop, expected=expected, now=NOW, by=by)


def files(shop, slug="aurora"):
    return {entry.name: entry.read_bytes() for entry in (shop.folder / slug).iterdir()}


def refusal(agency, shop, **typed):
    with pytest.raises(Invalid) as refused:
        save(agency, shop, **typed)
    return {field: code for field, (code, _) in refused.value.problems.items()}


def test_a_draft_begins_as_what_is_live(aurora, shop):
    draft = branding.draft_of(aurora, shop)
    assert (draft.values.name, draft.values.primary, draft.version) == ("Aurora", "#b23a18", 0)
    assert set(draft.pictures) == {"logo", "logo-on-dark", "icon", "favicon", "login"}
    assert not draft.is_changed and draft.changed_at is None


def test_an_agency_without_a_folder_begins_with_its_name_alone(database, shop):
    draft = branding.draft_of(make_agency("sol", "Sol"), shop)
    assert (draft.values.name, draft.values.primary, draft.pictures) == ("Sol", None, {})


def test_a_draft_says_what_it_would_change_and_nobody_outside_sees_it(aurora, shop):
    before = files(shop)
    draft = save(aurora, shop, primary="#0A7", headline__en="Hello")
    draft = branding.put_picture(aurora, "logo", png(), shop, **HOW)
    assert [(change.field, change.before, change.after) for change in draft.changes[1:]] == [
        ("primary", "#b23a18", "#00aa77"),
        ("headline.en", "Good to see you", "Hello"),
    ]
    assert draft.changes[0].field == "picture.logo" and draft.changed_by == "Ana" and draft.version == 2
    assert files(shop) == before
    brand = branding.brand_of_draft(aurora, draft, shop)
    assert brand.primary == "#00aa77" and brand.logo.extension == "png"
    assert branding.picture_bytes(aurora, draft.pictures["logo"], shop).data == brand.logo.data
    assert branding.picture_bytes(aurora, draft.pictures["icon"], shop).extension == "svg"
    assert branding.picture_bytes(aurora, "0" * 64, shop) is None


def test_what_is_changed_back_is_not_changed(aurora, shop):
    save(aurora, shop, radius="3")
    draft = save(aurora, shop, radius="14")
    assert not draft.is_changed and draft.version == 2 and not BrandPicture.select().count()


def test_two_people_at_once_are_told(aurora, shop):
    save(aurora, shop, expected=0, radius="3", by=BRUNO)
    with pytest.raises(Conflict) as told:
        save(aurora, shop, expected=0, name="Mine")
    assert told.value.values == {"by": "Bruno"}
    with pytest.raises(Conflict):
        branding.publish(aurora, shop, expected=0, **HOW)
    assert branding.draft_of(aurora, shop).values.name == "Aurora"


def test_the_number_of_a_draft_never_comes_again(aurora, shop):
    save(aurora, shop, radius="3")
    assert branding.discard_draft(aurora, shop, **HOW).version == 2
    save(aurora, shop, radius="4")
    branding.publish(aurora, shop, **HOW)
    assert branding.draft_of(aurora, shop).version == 4


def test_publishing_writes_the_folder_and_keeps_what_was_there(aurora, shop):
    before = files(shop)
    (shop.folder / "aurora" / "login.html").write_text("{{ form }}")
    save(aurora, shop, name='Sol "& Mar" \\', accent="", contact="")
    branding.put_picture(aurora, "logo", png(), shop, **HOW)
    version = branding.publish(aurora, shop, **HOW)
    assert (version.number, version.how, version.by_name, version.is_live) == (2, "published", "Ana", True)
    assert [change.field for change in version.changes] == ["picture.logo", "name", "accent", "contact"]
    brand = branding.load_brand(shop.folder, "aurora", "Aurora")
    assert (brand.name, brand.accent, brand.contact, brand.radius) == ('Sol "& Mar" \\', "#b23a18", None, 14)
    assert "logo.svg" not in files(shop) and files(shop)["login.html"] == b"{{ form }}"
    assert files(shop)["icon.svg"] == before["icon.svg"]
    assert not branding.draft_of(aurora, shop).is_changed
    entry = AuditEntry.get(AuditEntry.action == "brand.published")
    assert entry.agency_id == aurora.id and "picture.logo" in str(entry.details)


def test_every_brand_that_was_live_is_kept_and_can_be_live_again(aurora, shop):
    first = files(shop)
    for radius in ("1", "2"):
        save(aurora, shop, radius=radius)
        branding.publish(aurora, shop, **HOW)
    branding.reset(aurora, shop, **HOW)
    brand = branding.load_brand(shop.folder, "aurora", "Aurora")
    assert (brand.name, brand.radius, brand.logo.made_from_name) == ("Aurora", 8, True)
    back = branding.restore(aurora, 1, shop, **HOW)
    assert (back.how, back.restored) == ("restored", 1)
    pictures = {name: data for name, data in files(shop).items() if name != "theme.toml"}
    assert pictures.items() <= first.items() and branding.draft_of(aurora, shop).values.radius == 14
    told = [(version.how, version.is_live) for version in branding.versions(aurora, shop)]
    assert told == [("restored", True), ("reset", False), ("published", False), ("published", False), ("found", False)]
    with pytest.raises(NotFound):
        branding.restore(aurora, 99, shop, **HOW)
    with pytest.raises(Refused, match="brand_is_live"):
        branding.restore(aurora, 5, shop, **HOW)


def test_a_folder_edited_by_hand_is_what_the_next_draft_begins_from_and_is_kept(aurora, shop):
    save(aurora, shop, radius="3")
    theme = shop.folder / "aurora" / "theme.toml"
    theme.write_text('name = "By hand"\n[light]\nmuted = "#333333"\n')
    draft = branding.draft_of(aurora, shop)
    assert draft.is_behind and draft.values.radius == 3
    branding.publish(aurora, shop, **HOW)
    found = [version for version in branding.versions(aurora, shop) if version.how == "found"]
    assert [version.values.name for version in found] == ["By hand"]
    branding.restore(aurora, found[0].number, shop, **HOW)
    draft = branding.draft_of(aurora, shop)
    assert draft.values.light == {"muted": "#333333"} and not draft.is_changed
    assert not save(aurora, shop, primary="#0a7f5a").values.light, "chosen for other colours"


def test_a_folder_that_can_not_be_read_is_said_and_can_be_replaced(aurora, shop):
    (shop.folder / "aurora" / "theme.toml").write_text("radius = 99")
    draft = branding.draft_of(aurora, shop)
    assert "line 1" in draft.fault and draft.is_changed and draft.values.name == "Aurora" and draft.pictures
    branding.publish(aurora, shop, **HOW)
    assert branding.draft_of(aurora, shop).fault is None


def test_there_must_be_something_to_publish_or_to_reset(database, shop):
    sol = make_agency("sol", "Sol")
    for action, code in ((branding.publish, "brand_unchanged"), (branding.reset, "brand_is_neutral")):
        with pytest.raises(Refused, match=code):
            action(sol, shop, **HOW)


def test_what_can_not_be_written_changes_nothing(aurora, shop, monkeypatch):
    def closed(*_arguments, **_how):
        raise OSError(30, "Read-only file system")

    save(aurora, shop, radius="3")
    monkeypatch.setattr(shop, "write", closed)
    with pytest.raises(Refused, match="brand_folder_closed"):
        branding.publish(aurora, shop, **HOW)
    assert branding.draft_of(aurora, shop).is_changed and not BrandVersion.select().count()
    assert not AuditEntry.select().where(AuditEntry.action == "brand.published").count()


def test_of_two_who_publish_at_once_one_is_told(aurora, shop):
    save(aurora, shop, radius="3")
    outcomes = at_once(*[lambda: branding.publish(aurora, shop, expected=1, **HOW)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Version"]
    assert branding.load_brand(shop.folder, "aurora", "Aurora").radius == 3


def test_an_agency_writes_its_own_folder_alone(aurora, shop):
    northwind = make_agency("northwind", "Northwind")
    before = {slug: files(shop, slug) for slug in ("northwind", "_vendor", "_default")}
    draft = branding.put_picture(aurora, "logo", png(), shop, **HOW)
    save(aurora, shop, name="Northwind")
    branding.publish(aurora, shop, **HOW)
    assert {slug: files(shop, slug) for slug in before} == before
    assert branding.picture_bytes(northwind, draft.pictures["logo"], shop) is None
    assert not branding.versions(northwind, shop)
    with pytest.raises(NotFound):
        branding.restore(northwind, 1, shop, **HOW)
    for slug in ("../northwind", "aurora/../northwind", "_vendor/.."):
        aurora.slug = slug
        with pytest.raises((Refused, branding.BrandError)):
            branding.reset(aurora, shop, **HOW)
    assert {slug: files(shop, slug) for slug in before} == before


def test_uploads_are_counted_for_each_agency_and_pile_up_nowhere(aurora, shop, monkeypatch):
    monkeypatch.setattr(keeping, "UPLOADS_A_DAY", 4)
    sol = make_agency("sol", "Sol")
    for shade in range(4):
        branding.put_picture(sol, "logo", png((shade, 0, 0)), shop, **HOW)
    with monkeypatch.context() as patched, pytest.raises(Refused, match="brand_too_many_uploads"):
        patched.setattr(drafts, "judged", lambda *_: pytest.fail("looked at"))
        branding.put_picture(sol, "logo", png((9, 0, 0)), shop, **HOW)
    assert BrandPicture.select().where(BrandPicture.agency == sol).count() == 1, "what was replaced is gone"
    assert branding.put_picture(aurora, "logo", png(), shop, **HOW).is_changed, "others go on"
    tomorrow = HOW | {"now": NOW + timedelta(days=1)}
    assert branding.put_picture(sol, "icon", png((9, 0, 0)), shop, **tomorrow).is_changed


def test_files_that_are_refused_count_as_well(aurora, shop, monkeypatch):
    monkeypatch.setattr(keeping, "UPLOADS_A_DAY", 2)
    for _ in range(2):
        with pytest.raises(Invalid):
            branding.put_picture(aurora, "logo", b"no picture", shop, **HOW)
    with pytest.raises(Refused, match="brand_too_many_uploads"):
        branding.put_picture(aurora, "logo", png(), shop, **HOW)


def test_history_lets_the_oldest_go_past_its_number_and_its_size(aurora, shop, monkeypatch):
    monkeypatch.setattr(keeping, "VERSIONS", 3)
    for radius in range(5):
        save(aurora, shop, radius=str(radius))
        branding.publish(aurora, shop, **HOW)
    assert [version.number for version in branding.versions(aurora, shop)] == [6, 5, 4]
    monkeypatch.setattr(keeping, "AGENCY_BYTES", 1)
    branding.put_picture(aurora, "logo", png(), shop, **HOW)
    assert [version.number for version in branding.versions(aurora, shop)] == [6], "the newest always stays"
    branding.publish(aurora, shop, **HOW)
    kept = {row.sha256 for row in BrandPicture.select()}
    assert kept == set(branding.draft_of(aurora, shop).files.values())


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", "  ", "brand_name_missing"),
        ("name", "x" * 61, "brand_text_long"),
        ("name", "two\nlines", "brand_text_strange"),
        ("sender_name", "a\r\nBcc: x@example.com", "brand_text_strange"),
        ("footer__en", "\u202eturned", "brand_text_strange"),
        ("headline__en", "x" * 241, "brand_text_long"),
        ("primary", "red", "brand_colour_wrong"),
        ("primary", "#12", "brand_colour_wrong"),
        ("primary", "#b23a18;}body{display:none", "brand_colour_wrong"),
        ("accent", "url(https://evil.example)", "brand_colour_wrong"),
        ("accent", "expression(alert(1))", "brand_colour_wrong"),
        ("primary", "var(--x)", "brand_colour_wrong"),
        ("radius", "33", "brand_radius_wrong"),
        ("radius", "-1", "brand_radius_wrong"),
        ("radius", "1e1", "brand_radius_wrong"),
        ("radius", "٣", "brand_radius_wrong"),
        ("layout", "full-page", "brand_layout_wrong"),
        ("contact", "nobody", "email_bad"),
        ("contact", "a@b.example?bcc=c@d.example", "email_bad"),
        ("region", "Mars", "brand_field_unknown"),
        ("light", "#ffffff", "brand_field_unknown"),
        ("headline__fr", "Bonjour", "brand_field_unknown"),
    ],
)
def test_values_that_can_not_be_taken_are_refused_at_their_field(aurora, shop, field, text, code):
    assert refusal(aurora, shop, **{field: text}) == {field.replace("__", "."): code}
    assert not branding.draft_of(aurora, shop).is_changed


@pytest.mark.parametrize(
    "text", ["</style><script>alert(1)</script>", "@import 'x'", "url(x)", "\"\"\"'''\\", "{{ 7*7 }}"]
)
def test_text_stays_text_in_the_folder_and_in_the_style_sheet(aurora, shop, text):
    save(aurora, shop, name=text, footer__en=text, headline__en=text)
    branding.publish(aurora, shop, **HOW)
    brand = branding.load_brand(shop.folder, "aurora", "Aurora")
    assert brand.name == text and brand.sign_in["en"].footer == text
    assert text not in brand.css()


@pytest.mark.parametrize("primary", ["#ffff00", "#ffffff", "#000000", "#777777", "#b23a18", "#00ff00"])
def test_every_colour_comes_out_readable_and_says_what_was_changed(primary):
    shown = branding.readable(primary)
    for side in (shown.light, shown.dark):
        for use in (side.fill, side.text, side.link):
            assert use.after >= use.needed - 0.01, (primary, use)
            assert 1 <= use.before <= 21
        assert side.fill.is_changed or side.fill.before == pytest.approx(side.fill.after)
    assert shown.is_changed == (primary in ("#ffff00", "#ffffff", "#00ff00", "#777777"))


def test_who_changed_a_draft_is_known_by_his_account_not_by_his_name(aurora, shop):
    ana, twin = (make_staff(agency=aurora, name="Ana Prado", email=f"{n}@aurora.example") for n in ("ana", "twin"))
    save(aurora, shop, name="Sol", by=ana.actor)
    with pytest.raises(Conflict, match="brand_changed_meanwhile"):
        save(aurora, shop, name="Mar", expected=0, by=twin.actor)
    Person.update(name="Ana Souza").where(Person.id == ana.person.id).execute()
    renamed = replace(ana.actor, name="Ana Souza")
    with pytest.raises(Conflict, match="brand_changed_by_you"):
        save(aurora, shop, name="Mar", expected=0, by=renamed)
    assert branding.draft_of(aurora, shop).changed_by == "Ana Souza"
    assert not BrandDraft.select().where(BrandDraft.changed_by != "").exists(), "no name is kept that could be erased"
    blank(ana.person, now=NOW)
    assert branding.draft_of(aurora, shop).changed_by == ""
    with pytest.raises(Conflict, match="brand_changed_meanwhile") as told:
        save(aurora, shop, name="Mar", expected=0, by=twin.actor)
    assert told.value.values == {"by": "–"}
