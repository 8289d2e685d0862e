"""The themes folder: changed whole or not at all, whoever dies or hurries meanwhile (UP-12)."""

import errno
import os
import signal
import sys
import threading
import time

import pytest

from portal.domain import branding
from portal.domain.branding import BrandError, Shelf
from portal.domain.branding.shelf import steadily
from portal.gateways import theme_store
from portal.gateways.theme_store import LocalThemes

RED, BLUE = "#aa0000", "#0000aa"


def theme(colour):
    """A theme whose every file names its colour: a mixture of two would show."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="{colour}"/></svg>'
    )
    files = {f"{role}.svg": svg.encode() for role in ("logo", "icon", "favicon", "login")}
    return files | {"theme.toml": f'name = "Sol"\nprimary = "{colour}"\n'.encode()}


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "themes"
    (folder / "_default").mkdir(parents=True)
    (folder / "_default" / "theme.toml").write_text('primary = "#40566b"\n')
    return LocalThemes(folder)


@pytest.fixture(params=["exchanged", "renamed twice"])
def way(request, monkeypatch):
    """Both ways of a swap: in one step, and where the kernel has none."""
    if request.param == "renamed twice":
        monkeypatch.setattr(theme_store, "_exchange", lambda *_: False)
    return request.param


def left_over(store):
    return sorted(entry.name for entry in store.folder.iterdir() if entry.name.startswith("."))


def is_whole(brand):
    seen = {picture.data.split(b'fill="')[1][:7].decode() for picture in brand.pictures.values()}
    return seen == {brand.primary}


def test_a_theme_is_written_and_what_the_portal_does_not_know_stays(store, way):
    store.write("sol", theme(RED) | {"logo.png": b"old"})
    (store.folder / "sol" / "login.html").write_text("{{ form }}")
    (store.folder / "sol" / "README").write_text("by hand")
    store.write("sol", theme(BLUE), without={"logo.png", "favicon.ico"})
    names = sorted(entry.name for entry in (store.folder / "sol").iterdir())
    assert names == ["README", "favicon.svg", "icon.svg", "login.html", "login.svg", "logo.svg", "theme.toml"]
    assert is_whole(branding.load_brand(store.folder, "sol", "Sol")) and not left_over(store)


@pytest.mark.parametrize("slug", ["../sol", "a/../b", "/etc", "", ".", "..", ".sol", "sol/x"])
def test_no_name_leads_out_of_the_folder(store, slug):
    with pytest.raises(OSError, match="not a name"):
        store.write(slug, theme(RED))
    assert sorted(entry.name for entry in store.folder.iterdir()) == ["_default"]


@pytest.mark.parametrize("name", ["../x", "a/b", "/x", ".htaccess", ""])
def test_no_file_lies_anywhere_else_in_it(store, name):
    with pytest.raises(OSError, match="not a name"):
        store.write("sol", {name: b"x"})
    assert not left_over(store) and not (store.folder / "sol").exists()


def test_a_full_disk_leaves_the_theme_as_it_was(store, monkeypatch):
    store.write("sol", theme(RED))

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write("sol", theme(BLUE))
    brand = branding.load_brand(store.folder, "sol", "Sol")
    assert brand.primary == RED and is_whole(brand) and not left_over(store)


STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.dlsym")


def killed_at(step, store):
    """A process of its own writes the blue theme and is killed before its step of that number; how it ended."""
    child = os.fork()
    if child == 0:  # pragma: no cover (killed)
        taken = 0

        def trace(event, _arguments):
            nonlocal taken
            if event in STEPS:
                taken += 1
                if taken == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        files = theme(BLUE)
        sys.addaudithook(trace)
        store.write("sol", files)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def test_a_process_killed_before_any_of_its_steps_leaves_the_old_or_the_new_theme(store, way):
    seen, step = [], 0
    while True:
        step += 1
        store.write("sol", theme(RED))
        status = killed_at(step, store)
        store.recover()
        brand = branding.load_brand(store.folder, "sol", "Sol")
        assert is_whole(brand) and not left_over(store), step
        if status == 0:
            break
        assert status == signal.SIGKILL
        seen.append(brand.primary)
    assert len(seen) > 10 and seen == sorted(seen, reverse=True), "the old one up to some step, the new one after it"
    assert set(seen) == {RED, BLUE} and brand.primary == BLUE


def test_readers_never_meet_a_mixture_or_nothing_while_two_write(store, way, monkeypatch):
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 0)
    store.write("sol", theme(RED))
    other, shelf, until = LocalThemes(store.folder), Shelf(store.folder), time.monotonic() + 1
    wrong = []

    def write(by, colours):
        while time.monotonic() < until:
            for colour in colours:
                by.write("sol", theme(colour))

    writers = [threading.Thread(target=write, args=each) for each in ((store, (RED, BLUE)), (other, (BLUE, RED)))]
    for writer in writers:
        writer.start()
    seen = set()
    while time.monotonic() < until:
        brand = shelf.brand("sol", "nobody")
        seen.add(brand.primary)
        if brand.name != "Sol" or not is_whole(brand):
            wrong.append(brand)
    for writer in writers:
        writer.join()
    assert not wrong and seen == {RED, BLUE} and not left_over(store)


def test_a_reader_waits_for_a_theme_that_is_just_being_renamed(store):
    store.write("sol", theme(RED))
    aside = store.folder / ".sol.old-1234"
    (store.folder / "sol").rename(aside)
    threading.Timer(0.03, lambda: aside.rename(store.folder / "sol")).start()
    folder = store.folder / "sol"
    assert steadily([folder], lambda: branding.load_brand(store.folder, "sol", "nobody")).name == "Sol"


def test_a_folder_that_never_rests_is_not_believed(store, monkeypatch):
    store.write("sol", theme(RED))
    monkeypatch.setattr("portal.domain.branding.shelf._PAUSE", 0)
    folder = store.folder / "sol"
    with pytest.raises(OSError, match="being changed"):
        steadily([folder], lambda: (folder / "theme.toml").write_text(f"radius = {time.monotonic_ns() % 30}"))


def test_a_mistake_in_a_folder_at_rest_is_said_at_once(store):
    store.write("sol", {"theme.toml": b"radius = 99"})
    with pytest.raises(BrandError):
        steadily([store.folder / "sol"], lambda: branding.load_brand(store.folder, "sol", "Sol"))


def test_a_folder_that_may_not_be_written_is_no_obstacle_to_a_start(store, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    store.recover()
