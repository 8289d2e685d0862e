"""What the pages are made of: one set of files a world, under names made from their content."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode

import brotli
import pytest

from portal.web.assets import FONTS, STATIC, STYLES, WEIGHTS, Assets

OUTSIDE = ("office", "app")
KIB = 1024


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def served_by(assets: Assets, world: str) -> list[str]:
    kinds = ["css"] if world == "app" else ["css", "js"]
    fonts = [assets.font_url(world, name) for name in FONTS]
    return [*(assets.url(world, kind) for kind in kinds), assets.icons(world), *fonts]


def test_no_two_worlds_share_an_address(assets):
    urls = [url for world in STYLES for url in served_by(assets, world)]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize("world", OUTSIDE)
def test_nothing_served_on_an_agencys_host_names_the_house_behind_it(assets, world):
    for url in served_by(assets, world):
        body = assets.serve({world}, url, {}).get_data()
        assert not re.search(rb"ribalta|vendor", body, re.IGNORECASE), url
        assert not re.search("ribalta|vendor", url, re.IGNORECASE), url


@pytest.mark.parametrize("world", STYLES)
def test_the_styles_of_a_world_weigh_less_than_25_kib(assets, world):
    response = assets.serve({world}, assets.url(world, "css"), {"Accept-Encoding": "br, gzip"})
    assert response.headers["Content-Encoding"] == "br"
    assert len(response.get_data()) < 25 * KIB


def test_every_stylesheet_is_served_somewhere_and_the_help_where_it_is_read():
    assert {path.stem for path in (STATIC / "css").glob("*.css")} <= {
        name for names in STYLES.values() for name in names
    }
    assert "help" in STYLES["office"]


def test_a_world_is_not_found_on_the_host_of_another(assets):
    for world in STYLES:
        for url in served_by(assets, world):
            assert assets.serve(set(STYLES) - {world}, url, {}) is None


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/dashboard.css",
        "/assets/dashboard-0000000000000000.css",
        "/assets/../portal/config.py",
        "/assets/css/tokens.css",
        "/assets/vendor/manifest.json",
        "/assets/dashboard/%2e%2e/icons.svg",
    ],
)
def test_anything_else_is_not_found(assets, path):
    assert assets.serve(set(STYLES), path, {}) is None


@pytest.mark.parametrize(
    ("accepted", "coding", "read"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_the_coding_is_the_best_that_the_browser_takes(assets, accepted, coding, read):
    url = assets.url("office", "js")
    plain = assets.serve({"office"}, url, {}).get_data()
    response = assets.serve({"office"}, url, {"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert read(response.get_data()) == plain


def test_what_was_fetched_once_is_kept_for_ever(assets):
    response = assets.serve({"office"}, assets.icons("office"), {})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "image/svg+xml"
    again = assets.serve({"office"}, assets.icons("office"), {"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_address_changes_with_the_content(tmp_path, assets):
    copy = tmp_path / "static"
    copy.mkdir()
    for path in STATIC.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(STATIC)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert Assets(copy).url("office", "css") == assets.url("office", "css")
    with (copy / "css/pill.css").open("a", encoding="utf-8") as handle:
        handle.write(".pill { opacity: .5; }\n")
    assert Assets(copy).url("office", "css") != assets.url("office", "css")
    assert Assets(copy).url("office", "js") == assets.url("office", "js")


@pytest.mark.parametrize("world", STYLES)
def test_styles_name_only_files_of_their_own_world(assets, world):
    css = assets.serve({world}, assets.url(world, "css"), {}).get_data(as_text=True)
    names = re.findall(r"url\(\"([^\"]+)\"\)", css)
    assert {name for name in names if not name.startswith("data:")} == {assets.font_url(world, name) for name in FONTS}


def test_documents_get_every_weight_of_the_font(assets):
    for weight in WEIGHTS:
        for subset in ("latin", "latin-ext"):
            assert assets.font_path(weight, subset).read_bytes().startswith(b"wOF2")
    with pytest.raises(KeyError):
        assets.font_path(700)


def test_files_from_elsewhere_are_the_ones_of_the_manifest_with_their_licences():
    folder = STATIC / "vendor"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, digest in manifest["files"].items():
        found = hashlib.sha384((folder / name).read_bytes()).digest()
        assert digest == f"sha384-{b64encode(found).decode()}", name
    kept = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    assert kept == {name for name in manifest["files"] if not name.startswith("..")}
    assert all((path / "LICENSE").is_file() for path in folder.iterdir() if path.is_dir())


def test_every_icon_that_a_page_names_is_in_the_sprite():
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    templates = (STATIC.parent / "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'\bicon\("([^"]+)"', path.read_text(encoding="utf-8"))}
    assert named
    assert named <= drawn
