"""What a draft looks like, in frames: on the agency's host, by a pass, harmless. UP-11, IJ-07 and R51 in previews."""

from __future__ import annotations

import base64
import io
import re
import shutil
import string
from datetime import timedelta

import pypdf
import pytest

from portal import clock
from portal.domain.accounts import Role
from portal.domain.branding import Shelf
from portal.gateways.theme_store import LocalThemes
from portal.web import previews
from tests.browser import Browser
from tests.factories import NOW, ROOT, make_agency, make_staff

INDEX, COLOURS, NAMES = "agency.brand.index", "agency.brand.colours", "agency.brand.names"
FRAME, REVIEW = "agency.brand_preview.index", "agency.brand_review.index"
SCENES = ("sign-in", "home", "mail", "statement")
ORIGIN = "http://aurora.localhost:8000"


@pytest.fixture(autouse=True)
def themes(app, tmp_path, monkeypatch):
    folder = tmp_path / "themes"
    for name in ("_default", "_vendor", "aurora"):
        shutil.copytree(ROOT / "brand_themes" / name, folder / name)
    monkeypatch.setitem(app.extensions, "shelf", Shelf(folder))
    monkeypatch.setitem(app.extensions, "theme_store", LocalThemes(folder))
    clock.move_to(NOW)
    return folder


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example", name="Ana Ribeiro")


@pytest.fixture
def drafted(browse, ana):
    """Ana's browser, with a green Aurora in the draft and Aurora's own red still live."""
    browser = browse(ana)
    browser.get(INDEX).form(COLOURS).submit(primary="#156f43", accent="", radius="3")
    browser.get(INDEX).form(NAMES).submit(name="Aurora Verde", sender_name="Aurora & <b>Verde</b>")
    return browser


@pytest.fixture
def look(app, settings):
    """An address of a frame, opened by a browser that is signed in nowhere: the answer as it came."""

    def opened(address):
        return Browser(app, settings, "aurora.localhost").client.get(
            address.removeprefix(ORIGIN), base_url=address[: address.index("/", 8)]
        )

    return opened


def frames(browser, **query):
    """The addresses of the four frames on the page of the last look."""
    page = browser.request("GET", browser.url(REVIEW), query_string=query)
    sources = page.select("//iframe/@src")
    assert [source.partition("?")[0].rpartition("/")[2] for source in sources] == list(SCENES)
    return dict(zip(SCENES, sources, strict=True))


def test_all_four_are_shown_side_by_side_in_frames_that_can_do_nothing(drafted):
    page = drafted.get(REVIEW)
    for frame in page.select("//iframe"):
        assert frame.get("sandbox") == "allow-same-origin" and frame.get("title") and frame.get("tabindex") == "-1"
        assert frame.get("src").startswith(f"{ORIGIN}/preview/")


def test_only_pages_of_the_brand_may_show_frames_and_only_of_this_agency(drafted):
    for page in (drafted.get(INDEX), drafted.get(REVIEW)):
        policy = page.headers["Content-Security-Policy"]
        assert re.search(r"frame-src ([^;]+)", policy)[1] == ORIGIN and "script-src 'self'" in policy
    assert "frame-src" not in drafted.get("/agency/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_a_preview_shows_the_draft_and_can_do_nothing(drafted, look, scene, appearance):
    answer = look(frames(drafted, appearance=appearance)[scene])
    html, policy = answer.get_data(as_text=True), answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200 and "<body inert" in html and "<script" not in html
    for rule in ("default-src 'none'", "form-action 'none'", "frame-ancestors http://localhost:8000;", "sandbox"):
        assert rule in policy
    assert "script-src" not in policy and "allow-scripts" not in policy and "allow-forms" not in policy
    assert "Set-Cookie" not in answer.headers and answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Aurora Verde" in html and "ribalta" not in html.lower() and "<b>Verde" not in html
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//(?!aurora\.localhost)""", html)


def test_the_colours_of_a_preview_are_those_of_the_draft_and_the_door_keeps_its_own(app, settings, drafted, look):
    html = look(frames(drafted)["sign-in"]).get_data(as_text=True)
    (css,) = re.findall(r'href="(/preview/[^"]+\.css)"', html)
    sheet = look(ORIGIN + css).get_data(as_text=True)
    assert "--brand: #156f43" in sheet and "--radius: 3px" in sheet
    (login,) = re.findall(r"--login: url\(([^)]+)\)", sheet)
    picture = look(ORIGIN + login)
    assert login.startswith("/preview/") and picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    live = Browser(app, settings, "aurora.localhost").get("/sign-in")
    assert "Verde" not in live.html and "/preview/" not in live.html
    assert look(ORIGIN + css.replace(".css", "x.css")).status_code == 404
    assert look(ORIGIN + login.rpartition("/")[0] + "/theme.toml").status_code == 404


def test_it_is_seen_dark_and_in_both_languages_whatever_the_reader_has(drafted, look):
    frame = frames(drafted, appearance="dark", language="en")
    html = look(frame["sign-in"]).get_data(as_text=True)
    assert 'data-bs-theme="dark"' in html and 'lang="en"' in html and "Good to see you" in html
    assert "prefers-color-scheme: dark" not in look(frame["mail"]).get_data(as_text=True)
    assert "Corner Bakery" in look(frame["home"]).get_data(as_text=True)
    odd = frames(drafted, appearance="purple", language="xx", device="fridge")["sign-in"]
    assert 'data-bs-theme="light"' in look(odd).get_data(as_text=True)


def test_the_statement_is_marked_as_a_sample_on_screen_and_on_paper(drafted, look):
    page = drafted.get(REVIEW)
    assert "Amostra" in look(frames(drafted)["statement"]).get_data(as_text=True)
    (address,) = page.select("//a[contains(@href, 'statement.pdf')]/@href")
    answer = look(address)
    paper = pypdf.PdfReader(io.BytesIO(answer.data))
    assert answer.mimetype == "application/pdf" and "Amostra" in paper.pages[0].extract_text()
    assert paper.metadata["/Author"] == "Aurora Verde" and "filename=" in answer.headers["Content-Disposition"]


def test_a_themes_own_page_is_previewed_too(drafted, look, themes):
    (themes / "aurora" / "login.html").write_text("<h1>Bem-vindo à {{ name }}</h1>{{ form }}")
    answer = look(frames(drafted)["sign-in"])
    assert "Bem-vindo à Aurora Verde" in answer.get_data(as_text=True)
    assert "frame-ancestors http://localhost:8000" in answer.headers["Content-Security-Policy"]


# The pass


def test_a_pass_is_over_after_a_quarter_of_an_hour_and_when_the_draft_changes(drafted, look):
    address = frames(drafted)["home"]
    clock.move_to(NOW + timedelta(seconds=previews.SECONDS - 30))
    assert look(address).status_code == 200
    clock.move_to(NOW + timedelta(seconds=previews.SECONDS + 30))
    late = look(address)
    assert late.status_code == 410 and "Esta prévia venceu" in late.get_data(as_text=True)
    fresh = frames(drafted)["home"]
    assert look(fresh).status_code == 200
    (css,) = re.findall(r'href="(/preview/[^"]+\.css)"', look(fresh).get_data(as_text=True))
    drafted.get(INDEX).form(NAMES).submit(name="Third")
    assert look(fresh).status_code == 410 and look(ORIGIN + css).status_code == 200
    clock.move_to(NOW + timedelta(days=1))
    assert look(ORIGIN + css).status_code == 404


def test_a_pass_opens_nothing_at_another_agency(app, settings, drafted, look):
    make_agency("boreal", "Boreal")
    address = frames(drafted)["sign-in"]
    assert look(address.replace("aurora.localhost", "boreal.localhost")).status_code == 404
    assert look(address.replace("aurora.localhost", "localhost")).status_code == 404


def test_a_pass_that_was_not_issued_here_opens_nothing(ana, drafted, look, app):
    address = frames(drafted)["sign-in"]
    token = address.split("/")[4]
    raw = bytearray(base64.urlsafe_b64decode(token + "=="))
    signs = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    spelled_otherwise = token[:-1] + signs[signs.index(token[-1]) + 1]
    assert base64.urlsafe_b64decode(spelled_otherwise + "==") == bytes(raw)
    forged = [
        spelled_otherwise,
        token[:-1],
        token + "A",
        "A" * 54,
        "x",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
    ]
    for place in range(0, len(raw), 3):
        raw[place] ^= 1
        forged.append(base64.urlsafe_b64encode(raw).decode().rstrip("="))
        raw[place] ^= 1
    assert {look(address.replace(token, other)).status_code for other in forged} == {404}


def test_the_frame_beside_the_page_comes_anew_by_itself(drafted):
    page = drafted.get(FRAME, htmx=True, scene="mail", appearance="dark", device="phone")
    (source,) = page.select("//iframe/@src")
    assert "/mail?" in source and "appearance=dark" in source and page.has("De: Aurora & <b>Verde</b>")
    assert page.by_id("brand-preview").get("hx-trigger") == "brand-changed from:body"
    assert page.select("//*[contains(@class, 'look-phone')]")
