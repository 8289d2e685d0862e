"""The parts of the scan by themselves: what is read, what is foreign, what is left alone."""

from __future__ import annotations

import pytest

from portal.domain import branding
from portal.domain.mail import LETTERS
from portal.domain.tenants import Agency
from portal.scan.foreign import Foreign, foreign_to
from portal.scan.letters import INTERNAL
from portal.scan.reading import Piece, Reading, read_body, read_markup
from portal.scan.rules import judge
from portal.scan.samples import SAMPLES
from tests.factories import ROOT, make_agency

THEMES = ROOT / "brand_themes"


_made: list[Foreign] = []


@pytest.fixture
def foreign(database) -> Foreign:
    """What is foreign to Aurora, made once: plain values, and every picture of three brands was drawn for them."""
    if not _made:
        _made.append(_foreign())
    return _made[0]


def _foreign() -> Foreign:
    aurora = make_agency("aurora", "Aurora", prefix="AUR")
    make_agency("northwind", "Northwind", prefix="NOR")

    def brand_of(agency: Agency | None):
        return branding.load_brand(THEMES, agency.slug, agency.name) if agency else branding.load_vendor(THEMES)

    def host_of(agency: Agency | None) -> str:
        return f"{agency.slug}.example.net" if agency else "portal.example.org"

    return foreign_to(aurora, brand_of=brand_of, host_of=host_of, hosts=["aurora.example.net"])


def found(foreign: Foreign, text: str, place: str = "text") -> set[tuple[str, str]]:
    return {(hit.leak, hit.what) for hit in judge(Reading([Piece(place, text)]), foreign)}


@pytest.mark.parametrize(
    "text", ["Ribalta", "RIBALTA", "myribaltabox", "Rib\u00adalta", "%52ibalta", "\\u0052ibalta", "ｒｉｂａｌｔａ"]
)
def test_the_vendors_name_is_found_in_every_spelling(foreign, text):
    assert found(foreign, text) == {("name", "ribalta")}


def test_another_agency_is_found_as_a_word_and_not_within_one(foreign):
    assert found(foreign, "by Northwind, Lisbon") == {("name", "northwind")}
    assert found(foreign, "northwind_logo.svg") == {("name", "northwind")}
    assert not found(foreign, "northwinds blow") and not found(foreign, "Aurora")


def test_who_is_paid_may_be_named_where_it_says_who_is_paid(foreign):
    page = read_markup("<dl><dd data-payee>Palco Pagamentos Ltda.</dd></dl>")
    assert not list(judge(page, foreign))
    assert found(foreign, "Palco Pagamentos Ltda.") == {("name", "palco pagamentos ltda")}
    after = read_markup("<p data-payee>Palco</p><p>Palco Pagamentos Ltda</p>")
    assert [hit.what for hit in judge(after, foreign)] == ["palco pagamentos ltda"]


def test_hosts_of_the_agency_and_names_of_formats_are_left_alone(foreign):
    assert not found(foreign, "https://aurora.example.net/x http://www.w3.org/2000/svg")
    assert found(foreign, "https://portal.example.org/agency/") == {("host", "portal.example.org")}
    assert found(foreign, "write to me@portal.example.org") == {("host", "portal.example.org")}
    assert not found(foreign, "https://aurora.example.net.") and found(
        foreign, "https://aurora.example.net.evil.example/"
    )


def test_tools_are_told_by_headers_and_not_by_what_people_write(foreign):
    assert found(foreign, "Server: gunicorn/27", "header Server") == {("tool", "gunicorn")}
    assert not found(foreign, "We teach Python 3 and Flask.")


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        ("text/calendar", "PRODID:-//Ribalta//EN", "calendar"),
        ("application/atom+xml", "<generator>Ribalta</generator>", "feed"),
        ("application/manifest+json", '{"name": "Ribalta"}', "manifest"),
        ("application/problem+json", '{"title": "Ribalta"}', "problem document"),
        ("text/csv", "Ribalta;1", "CSV file"),
        ("text/plain", "Ribalta", "text"),
        ("application/unheard-of", "Ribalta", "file"),
    ],
)
def test_every_kind_of_file_is_read(foreign, kind, text, place):
    assert [(hit.leak, hit.place) for hit in judge(read_body(text.encode(), kind), foreign)] == [("name", place)]


def told_to(agency: Agency, *, naming: bool = False) -> Foreign:
    """What is foreign to an agency among such as have no theme folder."""

    def brand_of(agency: Agency | None):
        return branding.load_brand(THEMES / "none", "x", agency.name) if agency else branding.load_vendor(THEMES)

    def host_of(agency: Agency | None) -> str:
        return f"{agency.slug}.example.net" if agency else "p"

    return foreign_to(agency, brand_of=brand_of, host_of=host_of, hosts=[host_of(agency)], naming=naming)


def test_a_name_that_the_agencys_own_people_bear_is_not_looked_for_and_said_so(database):
    aurora = make_agency("aurora", "Lisbon Aurora", prefix="AUR")
    make_agency("lisbon", "Lisbon", prefix="LIS")

    made = told_to(aurora, naming=True)

    assert made.skipped == ["Lisbon (agency Lisbon)"] and not list(made.words_in("Lisbon"))
    assert told_to(aurora).skipped == ["a name of another agency"]


def test_an_agency_is_told_that_there_is_another_one_and_never_which(database):
    aurora = make_agency("aurora", "Aurora", prefix="AUR")
    secret = make_agency("secret", "Segredo Studio", prefix="SEC")

    def whose(*, naming: bool) -> set[str]:
        made = told_to(aurora, naming=naming)
        picture = next(iter(branding.load_brand(THEMES / "none", "x", secret.name).pictures.values()))
        page = Reading([Piece("text", "by Segredo Studio at https://secret.example.net/")])
        page.pictures.append(("picture", picture.data))
        return {f"{hit.leak}: {hit.whose}" for hit in judge(page, made)}

    assert whose(naming=False) == {f"{leak}: another agency" for leak in ("name", "host", "picture")}
    assert whose(naming=True) == {f"{leak}: agency Segredo Studio" for leak in ("name", "host", "picture")}


def test_of_other_agencies_nothing_is_foreign_that_everybody_uses(database):
    aurora = make_agency("aurora", "Aurora", prefix="AUR")
    for slug, name, email in (
        ("menus", "Menus", "menus@gmail.com"),
        ("secret", "Segredo Studio", "team@outlook.com.br"),
        ("sol", "Sol", "team@house-of-many.example"),
        ("mar", "Mar", "team@example.net"),
    ):
        agency = make_agency(slug, name)
        agency.email = email
        agency.save()

    made = told_to(aurora)

    assert not found(made, "Menus menus ana@gmail.com bia@outlook.com.br carla@house-of-many.example")
    assert found(made, "write to menus@gmail.com") == {("name", "menus@gmail.com")}
    assert found(made, "bia@example.net") == {("name", "example.net")}, "where its own host stands"
    assert not made.skipped


def test_every_letter_is_either_read_or_known_to_be_internal():
    assert set(LETTERS) == set(SAMPLES) | set(INTERNAL)
    assert not set(SAMPLES) & set(INTERNAL)
