"""Sizes of a brand are drawn when it is published, or once; whoever asks for one is sent bytes."""

import io
import os
import time

import pytest
from PIL import Image

from portal.domain import branding
from portal.domain.audit import Actor
from portal.domain.branding import DrawingLate, DrawingRefused, kept, late, making, sizes
from portal.gateways import drawing
from portal.gateways.size_store import LocalSizes
from tests.factories import NOW, make_agency

HOW = {"now": NOW, "by": Actor("operator", "Ana", None)}
NAMES = ("favicon.ico", "favicon-32.png", "icon-180.png", "icon-192.png", "icon-512.png", "icon-maskable-512.png")


@pytest.fixture
def folder(app, tmp_path):
    """Where sizes are kept for this test alone."""
    before, fresh = list(making._stores), LocalSizes(tmp_path / "sizes")
    branding.keep_sizes_in(fresh)
    yield fresh
    making._stores[:] = before


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """Call it to be a process that has just started: it remembers nothing."""

    def forget():
        monkeypatch.setattr(making, "_kept", kept.Kept(200))
        monkeypatch.setattr(sizes, "_drawings", kept.Kept(8))
        late._late.clear()

    forget()
    yield forget
    late._late.clear()


@pytest.fixture
def drawn():
    """Every drawing from now on; `fail` is raised instead for what is not made from the name."""

    class Drawn(list):
        fail = None

        def __call__(self, svg, width, seconds):
            self.append(svg)
            if self.fail and b"<text" not in svg:
                raise self.fail
            return drawing.draw(svg, width, seconds)

    drawer = Drawn()
    branding.draw_with(drawer)
    yield drawer
    branding.draw_with(drawing.draw)


def brand_of(themes):
    return branding.load_brand(themes, "aurora", "Aurora")


def icon(colour):
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "PNG")
    return out.getvalue()


def middle(picture):
    image = Image.open(io.BytesIO(picture.data)).convert("RGB")
    return image.getpixel((image.width // 2, image.height // 2))


def test_what_is_published_is_drawn_before_anybody_asks(at, themes, folder, started, drawn, app):
    shop, aurora = app.extensions["theme_store"], make_agency("aurora", "Aurora")
    door = at("aurora.localhost")
    branding.save_draft(aurora, {"radius": "3", "primary": "#123456"}, shop, expected=0, **HOW)
    for act in (
        lambda: branding.publish(aurora, shop, **HOW),
        lambda: branding.reset(aurora, shop, **HOW),
        lambda: branding.restore(aurora, 1, shop, **HOW),
    ):
        act()
        started()
        drawn.clear()
        base = door.get("/sign-in").select("//img/@src")[0].rpartition("/")[0]
        assert all(door.get(f"{base}/{name}").status == 200 for name in NAMES)
        assert branding.load_brand(themes, "aurora", "Aurora").mail_pictures is not None and drawn == []


def test_a_folder_made_by_hand_is_drawn_once_and_kept_over_a_start(themes, folder, started, drawn):
    first = {name: brand_of(themes).picture(name).data for name in NAMES}
    assert drawn
    started()
    drawn.clear()
    assert {name: brand_of(themes).picture(name).data for name in NAMES} == first and drawn == []


def test_a_picture_changed_by_hand_shows_in_every_size(themes, folder, started):
    for name in ("icon.svg", "favicon.svg"):
        (themes / "aurora" / name).unlink()
    for colour in ((200, 0, 0), (0, 200, 0)):
        (themes / "aurora" / "icon.png").write_bytes(icon(colour))
        started()
        assert {middle(brand_of(themes).picture(name)) for name in NAMES} == {colour}


def test_only_what_a_size_is_made_from_has_it_made_anew(themes, folder, started, drawn):
    brand_of(themes).picture("icon-192.png")
    (themes / "aurora" / "theme.toml").write_text('name = "Aurora"\nprimary = "#b23a18"\nradius = 2\n')
    started()
    drawn.clear()
    assert brand_of(themes).picture("icon-192.png") and drawn == []
    (themes / "aurora" / "icon.svg").unlink()
    (themes / "aurora" / "theme.toml").write_text('name = "Sol"\nprimary = "#b23a18"\n')
    assert brand_of(themes).picture("icon-192.png") and len(drawn) == 1, "the mark is made from the name"


def test_a_drawing_that_is_late_is_tried_again_later_and_kept_by_nobody_meanwhile(
    at, themes, folder, world, drawn, monkeypatch
):
    clock = [1000.0]
    monkeypatch.setattr(late.time, "monotonic", lambda: clock[0])
    door = at("aurora.localhost")
    base = door.get("/sign-in").select("//img/@src")[0].rpartition("/")[0]

    def asked(name="icon-192.png"):
        answer, before = door.get(f"{base}/{name}"), len(drawn)
        return answer.headers["Cache-Control"], answer.body, before

    drawn.fail = DrawingLate("brand_drawing_heavy")
    caching, mark, _ = asked()
    assert caching == "public, max-age=300" and len(drawn) == 2, "the drawing, then the mark that stands in"
    assert asked()[1] == mark and asked("icon-512.png")[0] == "public, max-age=300"
    assert len(drawn) == 2, "nobody waits for it again before its time"
    for pause, tries in ((late.FIRST_PAUSE, 3), (late.FIRST_PAUSE, 3), (late.FIRST_PAUSE, 4)):
        clock[0] += pause
        asked()
        assert len(drawn) == tries, "twice as long each time"
    drawn.fail = None
    clock[0] += late.LONGEST_PAUSE
    caching, body, _ = asked()
    assert caching.endswith("immutable") and body != mark


def test_what_can_not_be_drawn_at_all_is_kept_as_the_mark(themes, folder, started, drawn):
    drawn.fail = DrawingRefused("brand_drawing_heavy")
    made = brand_of(themes).picture("icon-192.png")
    assert not made.is_passing
    started()
    drawn.clear()
    assert brand_of(themes).picture("icon-192.png").data == made.data and drawn == []


def test_a_folder_that_can_not_be_written_makes_sizes_for_each_process(tmp_path, themes, started, drawn):
    (tmp_path / "file").write_text("")
    before = list(making._stores)
    branding.keep_sizes_in(LocalSizes(tmp_path / "file" / "sizes"))
    try:
        assert brand_of(themes).picture("icon-192.png")
    finally:
        making._stores[:] = before


def test_sizes_that_nobody_asks_for_go(folder):
    for key, days in (("a" * 64, 100), ("b" * 64, 100), ("c" * 64, 1)):
        folder.put(key, b"png")
        os.utime(folder.folder / key, (time.time() - days * 86400,) * 2)
    assert folder.get("b" * 64) == b"png" and folder.sweep() == 1
    assert [folder.get(key * 64) for key in "abc"] == [None, b"png", b"png"]


def test_half_a_size_is_never_read(folder):
    folder.folder.mkdir()
    (folder.folder / ("d" * 64)).touch()
    assert folder.get("d" * 64) is None
