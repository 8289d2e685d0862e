"""The brand of an agency at the dashboard: drafted, seen, published, brought back. R50-R52, UP-03, 06, 09, 14."""

from __future__ import annotations

import io
import os
import shutil
import time

import pytest
from PIL import Image

from portal.domain import branding
from portal.domain.accounts import Person, Role
from portal.domain.branding import Shelf
from portal.gateways.theme_store import LocalThemes
from tests.browser import Browser
from tests.factories import ROOT, make_agency, make_app, make_client, make_contributor, make_staff

INDEX, BAR, DISCARD = "agency.brand.index", "agency.brand.bar", "agency.brand.discard"
NAMES, COLOURS, ENTRANCE = "agency.brand.names", "agency.brand.colours", "agency.brand.entrance"
PUT, REMOVE = "agency.brand_pictures.put", "agency.brand_pictures.remove"
REVIEW, PUBLISH = "agency.brand_review.index", "agency.brand_review.publish"
HISTORY, RESTORE, RESET = (f"agency.brand_history.{name}" for name in ("index", "restore", "reset"))

GREEN = {"primary": "#156f43", "accent": "", "radius": "4"}


@pytest.fixture(autouse=True)
def themes(app, tmp_path, monkeypatch):
    """A themes folder of this test's own, looked at anew with every request."""
    folder = tmp_path / "themes"
    for name in ("_default", "_vendor", "aurora"):
        shutil.copytree(ROOT / "brand_themes" / name, folder / name)
    monkeypatch.setitem(app.extensions, "shelf", Shelf(folder))
    monkeypatch.setitem(app.extensions, "theme_store", LocalThemes(folder))
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 0.0)
    return folder


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example", name="Ana Ribeiro")


@pytest.fixture
def door(app, settings, ana):
    """Somebody signed out at the agency's own host."""
    return Browser(app, settings, "aurora.localhost")


def picture(size=(64, 64), colour="#156f43", kind="PNG"):
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


def upload(browser, role, data, name="picture.png", *, htmx=False, **fields):
    fields = {"picture": (io.BytesIO(data), name), "csrf_token": browser.token(), **fields}
    path = browser.url(PUT, role=role)
    if "version" not in fields:
        fields["expected"] = seen(browser)["expected"]
    return browser.request("POST", path, data=fields, content_type="multipart/form-data", htmx=htmx)


def seen(browser):
    """The version of the draft that somebody sees who looks now, as a form sends it."""
    return {"expected": version_in(browser.get(INDEX))}


def save(browser, endpoint, *, htmx=False, **typed):
    return browser.get(INDEX).form(endpoint).submit(htmx=htmx, **typed)


def publish(browser):
    return browser.get(REVIEW).form(PUBLISH).submit()


# Into the draft


def test_what_is_changed_waits_in_the_draft_until_it_is_published(browse, ana, door, themes):
    browser, before = browse(ana), (themes / "aurora" / "theme.toml").read_text()
    assert browser.get(INDEX).by_id("brand-bar").get("hidden") is not None
    page = save(browser, COLOURS, **GREEN).follow()
    assert page.has("1 alteração") is False and page.has("3 alterações no rascunho", "#b23a18", "#156f43")
    save(browser, NAMES, name="Aurora Digital")
    assert (themes / "aurora" / "theme.toml").read_text() == before
    assert "Aurora Digital" not in door.get("/sign-in").title
    page = browser.get(REVIEW)
    assert page.has("Cor principal", "Segunda cor", "Cantos", "Nome", "Aurora Digital", "Ana Ribeiro")
    assert publish(browser).status == 303
    assert door.get("/sign-in").title.endswith("Aurora Digital")
    assert 'primary = "#156f43"' in (themes / "aurora" / "theme.toml").read_text()
    assert browser.get(REVIEW).has("Nada espera para ser publicado")


def test_htmx_gets_what_follows_and_not_the_form_somebody_types_in(browse, ana):
    page = save(browse(ana), COLOURS, htmx=True, **GREEN)
    assert page.status == 200 and page.headers["HX-Reswap"] == "none" and "brand-changed" in page.headers["HX-Trigger"]
    assert version_in(page) == "1" and page.by_id("colours-shown").get("hx-swap-oob")
    assert not page.select("//form")
    assert browse(ana).get(BAR, htmx=True).has("3 alterações")


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        (COLOURS, "primary", "red;}</style><script>"),
        (COLOURS, "accent", "url(//evil.example)"),
        (COLOURS, "radius", "33"),
        (NAMES, "name", " "),
        (NAMES, "name", "x" * 61),
        (NAMES, "contact", "nobody"),
        (ENTRANCE, "layout", "below"),
        (ENTRANCE, "headline.pt-BR", "a\u2028b"),
        (ENTRANCE, "footer.en", "x" * 241),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_what_was_typed_kept(browse, ana, part, field, value):
    for htmx in (False, True):
        page = save(browse(ana), part, htmx=htmx, **{field: value})
        assert page.status == 422 and page.is_whole is not htmx
        if field != "layout":
            assert page.by_id(f"f-{field}-error").text_content().strip()
            assert page.form(part).value(field) == value
        assert page.form(part).value("again") == "yes"
    assert not browse(ana).get(BAR, htmx=True).has("rascunho,")
    assert browse(ana).get(INDEX).by_id("brand-bar").get("hidden") is not None


def test_two_people_at_once_are_told(browse, ana):
    bia = make_staff(Role.ADMIN, ana.agency, name="Bia Costa")
    ours, theirs = browse(ana).get(INDEX).form(COLOURS), browse(bia).get(INDEX).form(NAMES)
    assert theirs.submit(contact="bia@aurora.example").status == 303
    page = ours.submit(**GREEN)
    assert page.status == 409 and page.has("Bia Costa") and page.form(COLOURS).value("primary") == "#156f43"
    assert page.form(COLOURS).submit(**GREEN).status == 303
    page = browse(ana).get(INDEX)
    assert page.form(NAMES).value("contact") == "bia@aurora.example"
    assert page.form(COLOURS).value("primary") == "#156f43"


def test_a_page_that_saves_part_after_part_is_nobody_else(browse, ana):
    browser = browse(ana)
    first = browser.get(INDEX)
    colours, names = first.form(COLOURS), first.form(NAMES)
    assert first.select("//form[@hx-post and not(@hx-include='#brand-version')]") == []
    page = colours.submit(htmx=True, **GREEN)
    page = names.submit(htmx=True, name=" ", version=version_in(page))
    assert page.status == 422
    page = page.form(NAMES).submit(htmx=True, name="Other", version="1")
    assert page.form(NAMES).value("name") == "Other" and page.by_id("brand-version").get("hx-swap-oob")
    page = upload(browser, "logo", picture(), htmx=True, version=version_in(page))
    page = colours.submit(htmx=True, primary="#123456", version=version_in(page))
    page = browser.post(REMOVE, {"version": version_in(page)}, htmx=True, role="logo")
    assert names.submit(htmx=True, name="Third", version=version_in(page)).status == 200


def test_a_page_of_before_is_told_of_ones_own_other_window_not_of_somebody_else(browse, ana):
    ours = browse(ana).get(INDEX).form(COLOURS)
    save(browse(ana), NAMES, name="Other")
    page = ours.submit(**GREEN)
    assert page.status == 409 and page.has("Você alterou a marca em outra janela") and not page.has("Outra pessoa")


def version_in(page):
    """The version that whatever is sent next from this page, or from one that took this answer in, was made for."""
    (value,) = page.select("//*[@id='brand-version']/input[@name='version']/@value")
    return value


def test_a_colour_that_can_not_be_read_is_shown_with_what_is_used_instead(browse, ana):
    page = save(browse(ana), COLOURS, primary="#FFE14d", accent="", radius="8").follow()
    used = branding.readable("#ffe14d").light
    assert used.fill.used != "#ffe14d" and used.link.used != "#ffe14d" and used.text.after >= 4.5
    assert page.has(f"Como fundo de botão, #ffe14d chega a 1,1:1; precisa de 3:1. No lugar entra {used.fill.used}.")
    assert page.has(f"Links em {used.link.used}, 4,6:1")


def test_a_colour_that_would_do_is_not_called_too_faint(browse, ana):
    page = save(browse(ana), COLOURS, primary="#0b5fff", accent="#f4a52c", radius="8").follow()
    shown = branding.readable("#0b5fff", "#f4a52c")
    assert shown.light.link.is_enough and shown.dark.fill.is_enough and not shown.dark.link.is_enough
    assert page.has(
        "Como texto, #0b5fff bastaria por pouco, com 4,5:1", "Como fundo de botão, #0b5fff bastaria, com 3,1:1"
    )
    assert not page.has("precisa de")


def test_the_samples_of_colours_are_no_second_publish_button(browse, ana):
    assert "Publicar" not in browse(ana).get(INDEX).by_id("colours-shown").text_content()


def test_a_folder_edited_by_hand_is_what_the_page_shows(browse, ana, themes):
    text = (themes / "aurora" / "theme.toml").read_text().replace("#b23a18", "#0d5468")
    (themes / "aurora" / "theme.toml").write_text(f'{text}\n[light]\ntext = "#101010"\n')
    (themes / "aurora" / "login.html").write_text("{{ form }}")
    page = browse(ana).get(INDEX)
    assert page.has("página de entrada própria", "Definidas à mão na pasta do tema: light text #101010")
    assert page.form(COLOURS).value("primary") == "#0d5468" and page.by_id("brand-bar").get("hidden") is not None


def test_a_folder_that_can_not_be_read_or_was_edited_meanwhile_is_told(browse, ana, themes):
    browser, theme = browse(ana), themes / "aurora" / "theme.toml"
    save(browser, NAMES, name="Aurora Digital")
    theme.write_text(theme.read_text().replace("#b23a18", "#0d5468"))
    assert browser.get(INDEX).has("foi editada depois") and browser.get(REVIEW).has("foi editada depois")
    theme.write_text("name = ")
    assert browser.get(INDEX).has("não pode ser lida como está", "theme.toml")
    assert publish(browser).status == 303 and 'name = "Aurora Digital"' in theme.read_text()


# Pictures


def test_each_picture_is_seen_in_its_place_and_at_no_other_agency(app, settings, browse, ana, door):
    browser, elsewhere = browse(ana), make_agency("northwind", "Northwind")
    for role, colour in (("logo", "#a00000"), ("icon", "#00a000"), ("favicon", "#0000a0"), ("login", "#a0a000")):
        assert upload(browser, role, picture((96, 96), colour)).status == 303
    assert publish(browser).status == 303
    page = door.get("/sign-in")
    (logo,) = page.select("//img[contains(@class, 'on-light')]/@src")
    (favicon,) = page.select("//link[@rel='icon']/@href")
    assert pixel(door, logo) == (160, 0, 0) and pixel(door, favicon) == (0, 0, 160)
    icon = next(href for href in page.select("//link[@rel='apple-touch-icon']/@href"))
    assert pixel(door, icon) == (0, 160, 0)
    css = door.get(page.select("//link[@rel='stylesheet' and contains(@href, '/brand/')]/@href")[0]).text
    assert pixel(door, css.partition("--login: url(")[2].partition(")")[0])[2] < 10
    other = Browser(app, settings, f"{elsewhere.slug}.localhost")
    assert other.get(logo).status == 404


def pixel(browser, path):
    answer = browser.client.get(path, base_url="http://aurora.localhost:8000")
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.data)).convert("RGB").getpixel((8, 8))


def test_a_picture_may_be_larger_than_other_forms(browse, ana):
    data, browser = io.BytesIO(), browse(ana)
    Image.frombytes("RGB", (640, 640), os.urandom(640 * 640 * 3)).save(data, "PNG")
    assert 1024 * 1024 < len(data.getvalue()) < 2 * 1024 * 1024
    assert upload(browser, "login", data.getvalue()).status == 303
    assert browser.get(REVIEW).has("Fundo da entrada")
    assert browser.post(NAMES, {"name": "x" * 1024 * 1024, "expected": "1"}).status == 413


def test_only_the_chosen_part_of_a_picture_is_kept(browse, ana):
    data = io.BytesIO()
    image = Image.new("RGB", (400, 200), "#ffffff")
    image.paste("#156f43", (200, 0, 400, 200))
    image.save(data, "PNG")
    browser = browse(ana)
    upload(browser, "icon", data.getvalue(), left="0.5", top="0", width="0.5", height="1")
    (src,) = browser.get(INDEX).select("//*[@id='picture-icon']//*[local-name()='image'][1]/@href")[:1]
    shown = Image.open(io.BytesIO(browser.get(src).body)).convert("RGB")
    assert shown.size == (200, 200) and shown.getpixel((5, 5)) == (0x15, 0x6F, 0x43)


@pytest.mark.parametrize(
    ("role", "data", "words"),
    [
        ("logo", b"", "vazio"),
        ("logo", b"%!PS-Adobe-3.0 EPSF-3.0", "não pode ser usado"),
        ("logo", b"<html><script>alert(1)</script>", "não pode ser usado"),
        (
            "logo",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert(1)</script></svg>",
            "SVG",
        ),
        ("icon", picture((8, 8)), "pequen"),
        ("login", picture() + b"x" * (5 * 1024 * 1024), "5 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_where_it_was_chosen(browse, ana, role, data, words):
    browser = browse(ana)
    page = upload(browser, role, data, name="logo.png", htmx=True)
    assert page.status in (413, 422) and words in page.by_id(f"picture-{role}-error").text_content()
    assert page.by_id(f"picture-{role}-error").get("hidden") is None
    page = upload(browser, role, data, name="logo.png")
    assert page.status == 303 and words in page.follow().text
    assert browser.get(INDEX).by_id("brand-bar").get("hidden") is not None


@pytest.mark.parametrize(
    "name", ["../../x.png", "/etc/passwd", "a\x00.svg", "x" * 300 + ".png", ".htaccess", "\u202egnp.exe"]
)
def test_what_a_file_is_called_does_not_matter(browse, ana, themes, name):
    browser = browse(ana)
    assert upload(browser, "icon", picture(), name=name).status == 303
    publish(browser)
    assert sorted(path.name for path in (themes / "aurora").glob("icon.*")) == ["icon.png"]


def test_a_picture_that_is_taken_out_is_made_from_the_name_again(browse, ana):
    browser = browse(ana)
    page = browser.post(REMOVE, seen(browser), htmx=True, role="logo")
    assert page.status == 200 and "brand-changed" in page.headers["HX-Trigger"]
    assert not page.select("//*[@id='picture-logo']//form[contains(@action, 'remove')]")
    assert browser.get(REVIEW).has("Logotipo da entrada", "nada próprio")
    assert browser.get("/agency/brand/pictures/logo/" + "0" * 64).status == 404
    assert browser.post(REMOVE, role="wings").status == 404 == upload(browser, "wings", picture()).status


def test_a_flood_is_turned_away_before_it_is_read(browse, ana):
    browser = browse(ana)
    path, start = browser.url(PUT, role="logo"), time.process_time()
    parts = (
        b"".join(b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n' for _ in range(10_000)) + b"--b--\r\n"
    )
    some = parts[: 50 * parts.index(b"--b", 1)] + b"--b--\r\n"
    nested = b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n"
    header = b'--b\r\nContent-Disposition: form-data; name="' + b"x" * 1_000_000 + b'"\r\n\r\ny\r\n--b--\r\n'
    sent = {"X-CSRFToken": browser.token()}
    for body, kind in (
        (parts, "boundary=b"),
        (some, "boundary=b"),
        (nested, "boundary=b"),
        (header, "boundary=b"),
        (b"\r\n--b", ""),
        (b"", "boundary=b"),
    ):
        page = browser.request(
            "POST", path, data=body, content_type=f"multipart/form-data; {kind}", headers=sent, htmx=True
        )
        assert page.status == 413 if body in (parts, some) else 400 <= page.status < 500
    lie = {"CONTENT_LENGTH": "1000000000", "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    page = browser.request("POST", path, data=b"--b", headers=sent, htmx=True, environ_overrides=lie)
    assert page.status == 413 and time.process_time() - start < 3


# Out of the draft


def test_nothing_is_published_that_was_not_looked_at(browse, ana, door):
    browser = browse(ana)
    save(browser, COLOURS, **GREEN)
    looked = browser.get(REVIEW).form(PUBLISH)
    save(browser, NAMES, name="Another")
    page = looked.submit()
    assert page.status == 409 and page.has("Another") and "Another" not in door.get("/sign-in").title
    assert page.form(PUBLISH).submit().status == 303
    assert browser.post(PUBLISH, {"expected": "99"}).status in (409, 422)


def test_a_draft_can_be_thrown_away(browse, ana):
    browser = browse(ana)
    save(browser, COLOURS, **GREEN)
    page = browser.get(REVIEW).form(DISCARD).submit().follow()
    assert page.has("descartado") and page.form(COLOURS).value("primary") == "#b23a18"


@pytest.mark.parametrize("what", ["discard", "reset", "restore", "put", "remove"])
def test_what_somebody_else_did_meanwhile_is_not_undone_unseen(browse, ana, door, what):
    browser, bia = browse(ana), make_staff(Role.ADMIN, ana.agency, name="Bia Costa")
    save(browser, NAMES, name="First")
    publish(browser)
    save(browser, NAMES, name="Second")
    page, old = browser.get(INDEX), seen(browser)["expected"]
    act = {
        "discard": browser.get(REVIEW).form(DISCARD).submit,
        "reset": page.form(RESET).submit,
        "restore": browser.get(HISTORY).form(RESTORE, number=1).submit,
        "put": lambda: upload(browser, "icon", picture(), version=old),
        "remove": page.form(REMOVE, role="logo").submit,
    }[what]
    save(browse(bia), COLOURS, **GREEN)
    told = act()
    assert told.status == 303 and told.follow().has("Outra pessoa alterou a marca enquanto isso (Bia Costa)")
    page = browser.get(INDEX)
    assert page.form(COLOURS).value("primary") == "#156f43" and page.form(NAMES).value("name") == "Second"
    assert "First" in door.get("/sign-in").title and page.form(REMOVE, role="logo")
    if what in ("put", "remove"):
        kept = upload(browser, "icon", picture(), htmx=True, version=old) if what == "put" else None
        kept = kept or browser.post(REMOVE, {"expected": old}, htmx=True, role="logo")
        role = "icon" if what == "put" else "logo"
        assert kept.status == 409 and "Bia Costa" in kept.by_id(f"picture-{role}-error").text_content()


def test_the_history_says_who_did_what_and_leads_back(browse, ana, door, themes):
    browser, logo = browse(ana), (themes / "aurora" / "logo.svg").read_bytes()
    assert browser.get(HISTORY).has("Nada foi publicado ainda")
    save(browser, NAMES, name="Renamed")
    browser.post(REMOVE, seen(browser), role="logo")
    publish(browser)
    page = browser.get(HISTORY)
    assert page.has("Publicada por Ana Ribeiro", "Encontrada na pasta do tema", "No ar", "de Aurora para Renamed")
    assert not (themes / "aurora" / "logo.svg").exists()
    marks = page.select("//*[contains(@class, 'brand-version-mark')]/img/@src")
    assert marks and {browser.get(mark).status for mark in marks} == {200}
    page = page.form(RESTORE, number=1).submit().follow()
    assert page.has("A versão 1 está no ar de novo", "Versão 1 trazida de volta por Ana Ribeiro")
    assert (themes / "aurora" / "logo.svg").read_bytes() == logo and "Renamed" not in door.get("/sign-in").title
    assert browser.post(RESTORE, number=77).status == 404


def test_reset_leaves_the_name_and_a_way_back(browse, ana, door):
    browser = browse(ana)
    page = browser.get(INDEX).form(RESET).submit().follow()
    assert page.has("só o nome", "Por enquanto, a marca é só o nome")
    page = door.get("/sign-in")
    assert "Aurora" in page.title and "ribalta" not in page.html.lower()
    browser.get(HISTORY).form(RESTORE, number=1).submit()
    assert browser.get(INDEX).form(COLOURS).value("primary") == "#b23a18"


# Who may


@pytest.mark.parametrize("role", [Role.MANAGER, Role.BILLING])
def test_others_of_the_staff_may_not(browse, ana, role):
    other = browse(make_staff(role, ana.agency))
    assert {other.get(page).status for page in (INDEX, BAR, REVIEW, HISTORY)} == {403}
    assert {other.post(page).status for page in (NAMES, COLOURS, ENTRANCE, DISCARD, PUBLISH, RESET)} == {403}
    assert other.post(PUT, role="logo").status == other.post(REMOVE, role="logo").status == 403


def test_no_other_agency_is_touched_and_nobody_outside_gets_in(browser, browse, ana, themes):
    stranger = browse(make_staff(Role.OWNER, make_agency("boreal", "Boreal")))
    save(browse(ana), NAMES, name="Aurora Secreta")
    publish(browse(ana))
    aurora = {path.name: path.read_bytes() for path in (themes / "aurora").iterdir()}
    assert "Aurora Secreta" not in stranger.get(INDEX).html
    upload(stranger, "logo", picture())
    publish(stranger)
    stranger.post(RESTORE, seen(stranger), number=1)
    assert {path.name: path.read_bytes() for path in (themes / "aurora").iterdir()} == aurora
    assert "Aurora" not in stranger.get(HISTORY).html
    (src,) = browse(ana).get(INDEX).select("//*[@id='picture-login']//*[local-name()='image']/@href")
    assert stranger.get(src).status == 404 and browse(ana).get(src).status == 200
    assert browser.get(INDEX).location.startswith("/sign-in")
    carla = browse(make_contributor(make_app(make_client(ana.agency)), ["menus"]))
    assert carla.get("/agency/brand/").status == 404


def test_the_menu_leads_there_for_whoever_may(browse, ana):
    assert browse(ana).get("/agency/").has_link(INDEX)
    assert not browse(make_staff(Role.BILLING, ana.agency)).get("/agency/").has_link(INDEX)


def test_a_logo_that_is_hard_to_see_is_told_at_its_picture_and_before_it_is_published(browse, ana):
    browser = browse(ana)
    page = upload(browser, "logo-on-dark", picture(colour="#1b2340"), htmx=True)
    said = page.by_id("picture-logo-on-dark-notes").text_content()
    assert "quase não se vê sobre fundo escuro (1," in said and "Envie um mais claro" in said
    assert "sobre fundo escuro" in browser.get("agency.brand_review.index").text
    page = upload(browser, "logo-on-dark", picture(colour="#f4f1e6"), htmx=True)
    assert "quase não se vê" not in page.text
    assert "sobre fundo escuro (" not in browser.get("agency.brand_review.index").text


WRITTEN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><text y="20" font-family="Arial">%s</text></svg>'
)


def test_a_drawing_with_words_in_it_is_taken_and_told_of_or_refused_never_halved(browse, ana):
    browser = browse(ana)
    page = upload(browser, "logo", WRITTEN % b"Nova Era", htmx=True)
    assert "Converta o texto em curvas" in page.by_id("picture-logo-notes").text_content()
    assert "contém texto como texto" in browser.get(REVIEW).text
    page = upload(browser, "logo", WRITTEN % "Nova Эра".encode(), htmx=True)
    assert page.status == 422 and "texto convertido em curvas" in page.by_id("picture-logo-error").text_content()
    page = upload(browser, "logo", WRITTEN.replace(b"text", b"path") % b"", htmx=True)
    assert not page.select("//*[@id='picture-logo-notes']") and "texto como texto" not in browser.get(REVIEW).text


def test_pictures_that_a_new_logo_leaves_behind_are_told_there_and_before_it_is_published(browse, ana):
    browser = browse(ana)
    page = upload(browser, "icon", picture(colour="#b23a18"), htmx=True)
    assert "continua a antiga" not in page.text and "Continuam como estavam" not in browser.get(REVIEW).text
    page = upload(browser, "logo", picture(), htmx=True)
    assert "continua a antiga" in page.by_id("picture-logo-on-dark-notes").text_content()
    assert not page.select("//*[@id='picture-icon-notes']"), "it is new, too"
    review = browser.get(REVIEW)
    assert review.has("O logotipo da entrada é novo", "Continuam como estavam: Logotipo em fundo escuro")
    upload(browser, "logo-on-dark", picture(colour="#f4f1e6"), htmx=True)
    assert "Logotipo em fundo escuro," not in browser.get(REVIEW).text


def test_the_last_look_does_not_promise_a_before_and_after(browse, ana):
    browser = browse(ana)
    upload(browser, "icon", picture(), htmx=True)
    assert browser.get(REVIEW).by_id("seen").text_content() == "Como vai ficar"


def test_all_that_a_file_may_be_is_said_before_it_is_chosen(browse, ana):
    page = browse(ana).get(INDEX)
    assert "5 MB (um SVG, 512 KB), 6.000 pixels por lado e 16 milhões" in page.by_id("pictures-rule").text_content()
    assert "GIF, ICO." in page.by_id("picture-favicon-hint").text_content()
    assert "ICO" not in page.by_id("picture-logo-hint").text_content()
    (form,) = page.select("//*[@id='picture-logo']//form[@data-pixels]")
    assert (form.get("data-side"), form.get("data-pixels")) == ("6000", "16777216")


def test_who_drafted_is_shown_by_the_name_he_has_now(browse, ana):
    save(browse(ana), NAMES, name="Aurora Digital")
    for name, email, shown in (
        ("Ana Souza", "ana@aurora.example", "Ana Souza"),
        ("", "x@erased.invalid", "Alguém cujo nome foi apagado"),
    ):
        Person.update(name=name, email=email).where(Person.id == ana.person.id).execute()
        page = browse(ana).get(REVIEW)
        assert page.has(shown) and not page.has("Ana Ribeiro,")
