"""Theme folders: read strictly, completed from the neutral one, never from the vendor's."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from portal.domain import branding
from portal.domain.branding import BrandError, Shelf, freeze, load_all, load_brand, load_vendor

THEMES = Path(__file__).parents[2] / "brand_themes"


@pytest.fixture
def themes(tmp_path):
    folder = tmp_path / "brand_themes"
    shutil.copytree(THEMES, folder)
    return folder


def theme(themes, text, slug="sol"):
    folder = themes / slug
    folder.mkdir(exist_ok=True)
    (folder / "theme.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(themes, slug="sol"):
    with pytest.raises(BrandError) as refused:
        load_brand(themes, slug, "Sol")
    return refused.value


def test_every_theme_of_the_source_can_be_used():
    assert {"_vendor", "_default", "aurora", "northwind"} <= {brand.slug for brand in load_all(THEMES)}


def test_the_demo_themes_have_the_colours_of_the_art_direction():
    aurora, northwind = load_brand(THEMES, "aurora", "Aurora"), load_brand(THEMES, "northwind", "Northwind")
    assert (aurora.light["brand"], aurora.dark["brand"], aurora.light["tint"]) == ("#b23a18", "#d55b3a", "#fcefdf")
    assert (northwind.light["bg"], northwind.dark["link"], northwind.light["muted"]) == (
        "#f5fafc", "#619fb5", "#4a5f66",
    )  # fmt: skip
    assert (load_vendor(THEMES).dark["brand"], load_vendor(THEMES).light["bg"]) == ("#f2b13c", "#f8f6f2")


def test_the_vendor_says_where_its_support_is():
    assert load_vendor(THEMES).region == {"pt-BR": "Estados Unidos", "en": "United States"}


def test_an_agency_without_a_folder_is_shown_by_its_name_and_never_by_the_vendor(themes):
    brand = load_brand(themes, "sol", "Sol & Mar")
    assert (brand.name, brand.sender_name, brand.contact, brand.radius) == ("Sol & Mar", "Sol & Mar", None, 8)
    assert b"Sol &amp; Mar" in brand.logo.data
    seen = brand.css().encode() + b"".join(picture.data for picture in brand.pictures.values())
    assert b"ribalta" not in seen.lower()
    assert brand.sign_in["pt-BR"].headline == "Entrar"


def test_a_name_in_a_drawn_mark_stays_text(themes):
    brand = load_brand(themes, "sol", '</text><script>alert(1)</script>"')
    assert b"<script" not in brand.logo.data and b"<script" not in brand.icon.data


def test_what_a_theme_sets_wins_and_the_rest_is_neutral(themes):
    theme(themes, 'primary = "#0A7F5A"\n[sign-in.en]\nheadline = "Hello"\n')
    brand = load_brand(themes, "sol", "Sol")
    assert (brand.primary, brand.accent, brand.layout) == ("#0a7f5a", "#0a7f5a", "centre")
    assert brand.sign_in["en"].headline == "Hello"
    assert brand.sign_in["en"].text == load_brand(themes, "none", "None").sign_in["en"].text


def test_a_logo_of_the_neutral_folder_is_nobodys_and_is_not_taken(themes):
    shutil.copy(themes / "_vendor" / "logo.svg", themes / "_default" / "logo.svg")
    assert load_brand(themes, "sol", "Sol").logo.made_from_name


def test_missing_pictures_are_made_from_those_there_are(themes):
    folder = theme(themes, "")
    shutil.copy(THEMES / "aurora" / "icon.svg", folder)
    shutil.copy(THEMES / "aurora" / "logo.svg", folder)
    brand = load_brand(themes, "sol", "Sol")
    assert brand.favicon.data == brand.icon.data and brand.logo_on_dark.data == brand.logo.data
    assert brand.favicon.file_name == "favicon.svg" and brand.login is None


def test_pictures_are_found_by_their_file_name_and_by_nothing_else(themes):
    brand = load_brand(themes, "aurora", "Aurora")
    assert brand.picture("logo.svg").content_type == "image/svg+xml"
    assert brand.picture("../theme.toml") is None and brand.picture("theme.toml") is None


def test_mails_get_the_png_beside_the_drawing():
    brand = load_brand(THEMES, "aurora", "Aurora")
    assert brand.mail_pictures["logo"].data.startswith(b"\x89PNG") and brand.logo.extension == "svg"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('name = "Sol"\nprimary = "red"\n', 2, "primary is a colour"),
        ('name = "Sol"\n\nprimary = "#12345"\n', 3, "primary is a colour"),
        ('primary = "#123456"; }</style>"\n', 1, "not valid TOML"),
        ('primary = "#12345g"\n', 1, "primary is a colour"),
        ("radius = -1\n", 1, "radius is a whole number"),
        ("radius = true\n", 1, "radius is a whole number"),
        ('radius = "8px"\n', 1, "radius is a whole number"),
        ('\nlayout = "left"\n', 2, "layout is one of side, centre"),
        ('contact = "nobody"\n', 1, "contact is an e-mail address"),
        ('contact = "a@b.example\\nBcc: c@d.example"\n', 1, "line break"),
        ('sender_name = "Sol\\u202e"\n', 1, "invisible"),
        ('name = ""\n', 1, "name is a text"),
        (f'name = "{"x" * 61}"\n', 1, "longer than 60"),
        ('colour = "#123456"\n', 1, "colour is not known here"),
        ('region = { en = "Mars" }\n', 1, "region is not known here"),
        ("[sign-in]\nheadline = 'Hi'\n", 2, "sign-in.headline is not known"),
        ('name = "Sol"\n\n[sign-in.en]\ntext = 3\n', 4, "sign-in.en.text is a text"),
        ("[sign-in.fr]\ntext = 'Salut'\n", 1, "sign-in.fr is not known"),
        ('sign-in = "Hi"\n', 1, "sign-in is a table"),
        ('name = "Sol\nprimary = "#123456"\n', 1, "not valid TOML"),
        ('name = "Sol"\nprimary = #123456\n', 2, "not valid TOML"),
        ('name = "a"\nname = "b"\n', 2, "not valid TOML"),
        ('[light]\ntext = "#eeeeee"\n', 2, "light.text on bg has a contrast of"),
        ('primary = "#123456"\n[dark]\nink = "#000000"\n', 3, "dark.ink is not known"),
    ],
)
def test_a_broken_theme_is_refused_with_file_and_line(themes, text, line, words):
    theme(themes, text)
    error = refusal(themes)
    assert error.path == "brand_themes/sol/theme.toml"
    assert error.line == line and words in error.reason
    assert str(error).startswith(f"brand_themes/sol/theme.toml, line {line}: ")
    with pytest.raises(BrandError):
        load_all(themes)


def test_a_theme_that_is_not_text_is_refused(themes):
    (theme(themes, "") / "theme.toml").write_bytes(b'name = "Sol"\nsender_name = "\xff\xfe"\n')
    error = refusal(themes)
    assert (error.line, error.reason) == (2, "is not UTF-8 text")


def test_a_vendor_without_a_name_is_refused(themes):
    (themes / "_vendor" / "theme.toml").write_text('primary = "#123456"\n')
    with pytest.raises(BrandError, match="name is missing"):
        load_all(themes)


def test_a_missing_themes_folder_is_said_so(tmp_path):
    with pytest.raises(BrandError, match="there is no themes folder"):
        load_all(tmp_path / "nowhere")


@pytest.mark.parametrize("slug", ["../aurora", "a/../aurora", "Aurora", "_vendor", "_default", "", ".", "a\x00"])
def test_only_a_slug_names_a_theme_of_an_agency(themes, slug):
    with pytest.raises(BrandError):
        load_brand(themes, slug, "Sol")


@pytest.mark.parametrize(
    "drawing",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/x"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="file:///etc/passwd#a"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><style>@import "http://127.0.0.1:9"</style></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><style>@im<g>x</g>port "http://127.0.0.1:9"</style></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect style="fill:url(http://127.0.0.1:9/x)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/svg+xml,x"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
        "<html></html>",
        "no drawing at all",
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(themes, drawing):
    (theme(themes, "") / "logo.svg").write_text(drawing)
    assert refusal(themes).path == "brand_themes/sol/logo.svg"


def test_pictures_are_judged_by_their_content(themes):
    folder = theme(themes, "")
    for content in (b"", b"<svg/>", b"%PDF-1.7", picture("GIF"), picture("PNG")[:60]):
        (folder / "logo.png").write_bytes(content)
        assert "PNG picture" in refusal(themes).reason
    (folder / "logo.png").write_bytes(picture("PNG", (5000, 2)))
    assert "4096" in refusal(themes).reason
    (folder / "logo.png").write_bytes(picture("PNG"))
    assert load_brand(themes, "sol", "Sol").logo.content_type == "image/png"


def test_the_version_changes_with_what_is_seen_and_with_nothing_else(themes):
    first = load_brand(themes, "aurora", "Aurora")
    os.utime(themes / "aurora" / "theme.toml", (1, 1))
    assert load_brand(themes, "aurora", "Aurora").version == first.version
    assert load_brand(themes, "aurora", "Other").version == first.version  # the theme names itself
    shutil.copy(THEMES / "northwind" / "login.svg", themes / "aurora" / "login.svg")
    assert load_brand(themes, "aurora", "Aurora").version != first.version


def test_the_style_sheet_serves_light_dark_and_a_reader_without_script():
    brand = load_brand(THEMES, "aurora", "Aurora")
    css = brand.css("/brand/")
    assert css.startswith(":root {") and "[data-bs-theme=dark] {" in css
    assert "@media (prefers-color-scheme: dark) {\n:root:not([data-bs-theme=light]) {" in css
    assert f"--login: url(/brand/{brand.version}/login.svg);" in css
    assert "--login: none;" in load_brand(THEMES, "nobody", "Nobody").css()
    assert css.count("{") == css.count("}")


def test_a_changed_folder_is_seen_without_a_restart(themes, monkeypatch):
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 0)
    shelf = Shelf(themes)
    assert shelf.brand("sol", "Sol").radius == 8
    theme(themes, "radius = 3\n")
    assert shelf.brand("sol", "Sol").radius == 3


def test_a_folder_that_breaks_while_people_work_keeps_its_last_good_brand(themes, monkeypatch, caplog):
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 0)
    shelf = Shelf(themes)
    theme(themes, "radius = 3\n")
    assert shelf.brand("sol", "Sol").radius == 3
    theme(themes, "radius = ?\n")
    assert shelf.brand("sol", "Sol").radius == 3
    assert "brand_themes/sol/theme.toml, line 1" in caplog.text


def test_a_folder_that_was_never_good_still_shows_a_page_in_the_agencys_name(themes):
    theme(themes, "radius = ?\n")
    brand = Shelf(themes).brand("sol", "Sol")
    assert (brand.name, brand.radius) == ("Sol", 8)


def test_a_frozen_brand_is_plain_and_brings_its_logo_along():
    kept, assets = freeze(load_brand(THEMES, "aurora", "Aurora"))
    assert assets[kept["logo"]["sha256"]].startswith(b"<svg")
    assert kept["colours"]["brand"] == "#b23a18" and kept["name"] == "Aurora"
    assert freeze(load_brand(THEMES, "nobody", "Nobody"))[0]["logo"] is None


def test_the_face_names_everything_it_offers():
    assert all(hasattr(branding, name) for name in branding.__all__)


def picture(kind, size=(8, 8)):
    out = io.BytesIO()
    Image.new("RGB", size, "#b23a18").save(out, kind)
    return out.getvalue()
