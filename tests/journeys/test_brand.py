"""A logo dropped, a part of it cut, a colour typed, all of it seen and published: as an owner does it in Chromium."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server

from portal.domain.accounts import Role
from portal.domain.branding import Shelf
from portal.gateways.theme_store import LocalThemes
from tests.databases import free_port
from tests.factories import PASSWORD, ROOT, make_agency, make_staff
from tests.live import OpenScreen

DROP = """([selector, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], "sun.png", { type: "image/png" }));
  const place = document.querySelector(selector);
  for (const name of ["dragenter", "dragover", "drop"])
    place.dispatchEvent(new DragEvent(name, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def served(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The application of the tests behind a real port, with a themes folder of its own."""
    port, folder = free_port(), tmp_path / "themes"
    for name in ("_default", "_vendor", "aurora"):
        shutil.copytree(ROOT / "brand_themes" / name, folder / name)
    update = {"port": port, "public_url": f"http://localhost:{port}"}
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=update))
    monkeypatch.setitem(app.extensions, "shelf", Shelf(folder))
    monkeypatch.setitem(app.extensions, "theme_store", LocalThemes(folder))
    monkeypatch.setattr("portal.domain.branding.shelf._FRESH_SECONDS", 0.0)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield port
    server.shutdown()
    thread.join()


def sun() -> list[int]:
    """Green at the left, yellow at the right."""
    data = io.BytesIO()
    image = Image.new("RGB", (400, 200), "#156f43")
    image.paste("#ffcc00", (200, 0, 400, 200))
    image.save(data, "PNG")
    return list(data.getvalue())


def frame(page: Page, place: int = 0):
    return page.frame_locator("iframe").nth(place)


def test_a_brand_is_made_seen_and_published(served: int, screen: OpenScreen, app: Flask):
    make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example", name="Ana Ribeiro")
    page = screen()
    page.goto(f"http://localhost:{served}/sign-in")
    page.fill("#f-email", "ana@aurora.example")
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url(re.compile("/agency/$|/$"))
    page.goto(f"http://localhost:{served}/agency/brand/")
    expect(frame(page).locator("h1")).to_have_text("Que bom ver você")

    # a colour that is typed is kept by itself; what can't be read is said, and the frame follows
    page.fill("#f-primary", "#ffe14d")
    page.press("#f-primary", "Tab")
    expect(page.locator("#colours-shown")).to_contain_text("No lugar entra")
    expect(page.locator("#brand-bar")).to_contain_text("1 alteração no rascunho")
    assert page.locator("[data-colour-of=f-primary]").input_value() == "#ffe14d"

    # what is wrong with one field leaves the three in their row
    page.fill("#f-accent", "azul")
    page.press("#f-accent", "Tab")
    expect(page.locator("#f-accent-error")).to_be_visible()
    assert len({page.locator(f"#f-{name}").bounding_box()["y"] for name in ("primary", "accent", "radius")}) == 1
    page.fill("#f-accent", "#f4a52c")
    page.press("#f-accent", "Tab")
    expect(page.locator("#f-accent-error")).to_have_count(0)
    page.fill("[name='headline.pt-BR']", "Bom dia")
    page.press("[name='headline.pt-BR']", "Tab")
    expect(frame(page).locator("h1")).to_have_text("Bom dia")

    # what a browser's extension (or a picture taken of the page) leaves at a field is not put on its successor
    page.locator("[type=file]").evaluate_all("fields => fields.forEach(field => { field.style.color = 'red'; })")

    # a file is dropped, and its right half is chosen with the keyboard alone
    page.evaluate(DROP, ["#picture-icon", sun()])
    crop = page.locator("#picture-icon .crop")
    crop.get_by_label("Da esquerda para a direita").press("End")
    crop.get_by_role("button", name="Usar esta parte").click()
    expect(page.locator("#brand-bar")).to_contain_text("3 alterações no rascunho")
    expect(page.locator("#picture-icon .crop")).to_have_count(0)

    # what follows on the same page is nobody else's change, however fast it comes; and though the bar is still
    # asking when the next one is kept, it shows the last
    late: list[Route] = []
    page.route("**/agency/brand/bar", lambda route: route.continue_() if late else late.append(route))
    page.fill("#f-radius", "7")
    page.fill("#f-sender_name", "Aurora e equipe")
    page.fill("#f-contact", "equipe@aurora.example")
    page.press("#f-contact", "Tab")
    expect(page.locator("#brand-bar")).to_contain_text("6 alterações no rascunho")
    expect(page.locator("main")).not_to_contain_text("enquanto isso")

    # all of it side by side, then for everybody
    page.click("#brand-bar a")
    expect(frame(page, 0).locator("h1")).to_have_text("Bom dia")
    expect(frame(page, 1).locator("h1")).to_contain_text("Clara")
    expect(frame(page, 2).locator("h1")).to_contain_text("Padaria do Largo")
    expect(frame(page, 3).locator("body")).to_contain_text("Amostra")
    page.click("#publish button")
    page.wait_for_url(re.compile("/agency/brand/$"))
    expect(page.locator("#brand-bar")).to_be_hidden()
    door = page.goto(f"http://aurora.localhost:{served}/sign-in")
    assert door is not None and "Bom dia" in door.text()
    icon = page.locator("link[rel='apple-touch-icon']").get_attribute("href")
    answer = app.test_client().get(icon, base_url=f"http://aurora.localhost:{served}")
    assert Image.open(io.BytesIO(answer.data)).convert("RGB").getpixel((20, 20)) == (0xFF, 0xCC, 0x00)
