"""What is served of a brand: its pictures in every size and its manifests; nothing else of its folder (UP-15)."""

import io

import pytest
from PIL import Image

from portal.domain import branding
from portal.domain.branding import kept, making, sizes
from portal.gateways import drawing
from tests.factories import make_app, make_client


@pytest.fixture
def aurora(at, themes, world):
    return at("aurora.localhost")


@pytest.fixture
def base(aurora):
    """Where the pictures of the brand are, as its pages say."""
    return aurora.get("/sign-in").select("//img/@src")[0].rpartition("/")[0]


SIZES = {
    "favicon-32.png": (32, 32),
    "icon-180.png": (180, 180),
    "icon-192.png": (192, 192),
    "icon-512.png": (512, 512),
    "icon-maskable-512.png": (512, 512),
}


def opened(answer):
    return Image.open(io.BytesIO(answer.body))


def test_every_size_is_made_from_the_one_icon(aurora, base):
    for name, size in SIZES.items():
        answer = aurora.get(f"{base}/{name}")
        assert answer.headers["Content-Type"] == "image/png" and opened(answer).size == size, name
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    touch, maskable = (opened(aurora.get(f"{base}/{name}")) for name in ("icon-180.png", "icon-maskable-512.png"))
    assert touch.mode == maskable.mode == "RGB", "phones show no transparency"
    assert touch.getpixel((0, 0)) == touch.getpixel((90, 2)), "on the icon's own ground"


def test_the_back_office_is_installed_from_an_agencys_host_alone(aurora, base, platform):
    assert aurora.get(f"{base}/office.webmanifest").status == 200
    [vendor] = {href.rpartition("/")[0] for href in platform.get("/sign-in").select("//link[@rel='icon']/@href")}
    assert platform.get(f"{vendor}/favicon-32.png").status == 200
    assert platform.get(f"{vendor}/office.webmanifest").status == 404


def test_the_favicon_is_an_icon_file_of_three_sizes(aurora, base, platform):
    for answer in (aurora.get("/favicon.ico"), aurora.get(f"{base}/favicon.ico"), platform.get("/favicon.ico")):
        assert answer.headers["Content-Type"] == "image/x-icon"
        assert opened(answer).info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_who_has_no_picture_has_every_size_made_from_the_name(themes):
    brand = branding.load_brand(themes, "sol", "Šol")
    for name, size in SIZES.items():
        picture = brand.picture(name)
        assert picture and Image.open(io.BytesIO(picture.data)).size == size
    assert not brand.mail_pictures, "letters write the name instead"


def test_letters_carry_the_logo_as_png_without_one_made_by_hand(themes):
    for name in ("logo.png", "logo-on-dark.png"):
        (themes / "aurora" / name).unlink()
    brand = branding.load_brand(themes, "aurora", "Aurora")
    for role in ("logo", "logo-on-dark"):
        assert Image.open(io.BytesIO(brand.mail_pictures[role].data)).height == 96
    assert brand.mail_pictures["logo"].sha256 != brand.mail_pictures["logo-on-dark"].sha256


def test_a_drawing_that_can_not_be_drawn_gives_way_to_the_name(themes):
    (themes / "aurora" / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert branding.load_brand(themes, "aurora", "Aurora").picture("icon-192.png")


def test_what_can_not_be_drawn_is_tried_once(themes, monkeypatch):
    real, tried = drawing.draw, []
    monkeypatch.setattr(making, "_stores", [])
    monkeypatch.setattr(making, "_kept", kept.Kept(200))
    monkeypatch.setattr(sizes, "_drawings", kept.Kept(8))

    def drawer(svg, width, seconds):
        tried.append(svg)
        if len(tried) == 1:
            raise branding.DrawingRefused("brand_drawing_heavy")
        return real(svg, width, seconds)

    branding.draw_with(drawer)
    (themes / "aurora" / "theme.toml").write_text("radius = 5")
    brand = branding.load_brand(themes, "aurora", "Aurora")
    try:
        assert brand.picture("icon-192.png") and brand.picture("icon-512.png") and len(tried) == 2
    finally:
        branding.draw_with(real)


def test_a_picture_that_breaks_off_gives_way_to_the_name(themes):
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(out, "JPEG")
    for name in ("logo.svg", "logo.png"):
        (themes / "aurora" / name).unlink()
    (themes / "aurora" / "logo.jpg").write_bytes(out.getvalue()[:-900])
    brand = branding.load_brand(themes, "aurora", "Aurora")
    assert brand.logo.extension == "jpg"
    assert Image.open(io.BytesIO(brand.mail_pictures["logo"].data)).size[0] > 96, "the name"


FOLDER = [
    "theme.toml", "login.html", "README", ".htaccess", ".git/config", "x.py", "", ".", "..", "../x", "%2e%2e/x",
    "..%2f",
    "logo.svg/", "LOGO.SVG", "logo.svg%00.png", "logo", "badge.svg", "../_vendor/logo.svg", "%2e%2e%5c", "logo.svg;a",
    "icon-9999.png", "icon-192.svg", "con", "office.webmanifest.map",
]  # fmt: skip


def test_nothing_else_of_the_folder_is_served(aurora, base, themes):
    for made in ("login.html", "README", ".htaccess", "x.py"):
        (themes / "aurora" / made).write_text("{{ form }} secret")
    for name in FOLDER:
        answer = aurora.get(f"{base}/{name}")
        assert answer.status == 404 and b"secret" not in answer.body, name
    assert aurora.get("/brand/").status == aurora.get("/brand").status == 404, "no listing"


def test_pictures_have_their_type_fixed_and_are_opened_by_no_script(aurora, base):
    for name in ("logo.svg", "icon.svg", "icon-192.png", "favicon.ico", "login.svg"):
        headers = aurora.get(f"{base}/{name}").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"] and "script" not in headers["Content-Security-Policy"]


def test_a_flood_of_ranges_is_answered_once(aurora, base):
    ranges = "bytes=" + ",".join(f"{at}-{at}" for at in range(2000))
    answer = aurora.get(f"{base}/icon-512.png", headers={"Range": ranges})
    assert answer.status == 200 and opened(answer).size == (512, 512)


def test_pages_of_before_still_find_their_pictures_and_older_ones_do_not(aurora, base, themes):
    for radius, status in ((1, 200), (2, 404)):
        text = (themes / "aurora" / "theme.toml").read_text()
        (themes / "aurora" / "theme.toml").write_text(
            text.replace(text.split("radius = ")[1].split("\n")[0], str(radius))
        )
        assert aurora.get("/sign-in").status == 200
        assert aurora.get(f"{base}/logo.svg").status == status


def test_a_change_that_another_process_saw_first_is_found(aurora, base, themes, monkeypatch):
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 3600)
    theme = themes / "aurora" / "theme.toml"
    theme.write_text(theme.read_text().replace("radius = 14", "radius = 3"))
    elsewhere = branding.load_brand(themes, "aurora", "Aurora").version
    assert elsewhere not in base and aurora.get(f"/brand/{elsewhere}/logo.svg").status == 200


def test_the_back_office_is_installed_in_the_brand_of_the_agency(aurora, platform):
    page = aurora.get("/sign-in")
    [address] = page.select("//link[@rel='manifest']/@href")
    answer = aurora.get(address)
    assert answer.headers["Content-Type"] == "application/manifest+json; charset=utf-8"
    told = answer.json
    assert (told["name"], told["start_url"], told["theme_color"]) == ("Aurora", "/", "#b23a18")
    assert all(aurora.get(icon["src"]).status == 200 for icon in told["icons"])
    assert {icon.get("purpose") for icon in told["icons"]} == {None, "maskable"}
    assert page.select("//link[@rel='apple-touch-icon']") and len(page.select("//meta[@name='theme-color']")) == 2
    assert platform.get(address).status == 404 and not platform.get("/sign-in").select("//link[@rel='manifest']")


def test_an_app_is_installed_under_its_own_name_within_its_own_paths(aurora, at, world):
    agency = world.ana.agency
    app = make_app(make_client(agency, "Cantina"), "Cantina “da” Praça")
    [address] = aurora.get(f"/app/{app.slug}/").select("//link[@rel='manifest']/@href")
    told = aurora.get(address).json
    assert told["name"] == app.name and {told["scope"], told["start_url"], told["id"]} == {f"/app/{app.slug}/"}
    assert at("northwind.localhost").get(address).status == 404
    assert "ribalta" not in aurora.get(address).text.lower()
