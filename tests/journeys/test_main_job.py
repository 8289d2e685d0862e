"""The main job in a real browser, step by step as a newcomer does it: from the first sign-in to a statement in PDF."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.live import PASSWORD, Live

pytestmark = pytest.mark.timeout(300)

INVITED, OWN_PASSWORD = "lia@cantina.example", "tres gatos na janela 7"


@pytest.fixture(scope="module")
def june(live: Live) -> Live:
    """An installation as of 30 June 2026, running."""
    live.demo("2026-06-30")
    live.start()
    return live


def sign_in(page: Page, address: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Senha").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()


def to_manage_clients(page: Page) -> None:
    """Two clicks from any page, as the seed has it."""
    page.get_by_text("Configurações de Usuário").click()
    page.get_by_role("link", name="Configurações", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Gerenciar Clientes").click()


def options_of(page: Page, client: str, entry: str) -> None:
    row = page.get_by_role("row").filter(has_text=client)
    row.get_by_text("Opções").click()
    row.get_by_text(entry, exact=True).click()


def eventually(found: Callable[[], object], seconds: float = 20) -> object:
    """The first true answer; the worker looks into the outbox every second."""
    end = time.monotonic() + seconds
    while True:
        if answer := found():
            return answer
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.3)


def open_letter(page: Page, live: Live, to: str, subject: str) -> str:
    """The text of the newest letter to somebody, read where letters are shown on a machine without SMTP."""

    def find() -> bool:
        page.goto(f"{live.url}/dev/mail/")
        row = page.get_by_role("row").filter(has_text=to).filter(has_text=subject)
        if row.count():
            row.first.get_by_role("link").first.click()
            return True
        return False

    eventually(find)
    return page.locator("main").inner_text()


def call(address: str, body: bytes, headers: dict[str, str]) -> dict[str, object]:
    request = urllib.request.Request(address, data=body, headers=headers)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def test_from_the_first_sign_in_to_a_statement_in_pdf(june: Live, screen: Callable[..., Page], tmp_path: Path):
    # 1. An agency's owner signs in and is greeted by what waits for her.
    page = screen()
    sign_in(page, june.url, "ana@aurora.example")
    expect(page).to_have_url(re.compile(r"/agency/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana")
    expect(page.locator("main")).to_contain_text("Cantina da Praça")

    # 2. A client is added and lands on its settings.
    to_manage_clients(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Gerenciar Clientes")
    page.get_by_role("link", name="Novo cliente").first.click()
    page.get_by_label("Nome").first.fill("Padaria do Largo")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Configurações do Cliente")

    # 3. One form, one Save; a bad field saves nothing and keeps what was typed.
    to_manage_clients(page)
    options_of(page, "Cantina da Praça", "Configurações do Cliente")
    limit = page.locator("#f-shutterstock-limit, [name='shutterstock.limit']").first
    licence = page.get_by_label("Preço de Licença", exact=True)
    limit.fill("8")
    licence.fill("muito")
    page.get_by_role("button", name="Salvar").last.click()
    expect(page.locator("main")).to_contain_text("Nada foi salvo")
    expect(limit).to_have_value("8")
    expect(licence).to_have_value("muito")
    page.get_by_role("link", name="Descartar").click()
    expect(limit).to_have_value("5")
    expect(page.get_by_role("button", name="Salvar").last).to_be_in_viewport()
    limit.fill("6")
    page.get_by_role("button", name="Salvar").last.click()
    expect(page.locator("#toasts")).to_contain_text("Salvo")
    page.wait_for_function("window.scrollY > 0")  # saved, one is where one was
    expect(limit).to_have_value("6")
    limit.fill("5")
    page.get_by_role("button", name="Salvar").last.click()
    expect(limit).to_have_value("5")

    # 4. She enters the client's back office and invites somebody to the menus.
    to_manage_clients(page)
    options_of(page, "Cantina da Praça", "Entrar no back office")
    expect(page).to_have_url(re.compile(r"http://aurora\.localhost:\d+/office/cantina-da-praca/"))
    expect(page.locator("body")).to_contain_text("Voltar ao painel")
    page.goto(f"{june.at('aurora')}/office/cantina-da-praca/home/")
    page.get_by_role("link", name="Outras Configurações").first.click()
    page.locator("main").get_by_role("link", name="Equipe").click()
    expect(page.locator("main")).to_contain_text("Administrador – Proprietário")
    page.get_by_role("link", name="Novo Contribuidor").first.click()
    page.get_by_label("E-mail").fill(f"  {INVITED.title()} ")
    page.get_by_role("button", name="Desmarcar tudo").click()
    publish = page.get_by_label(re.compile(r"^Publicar.*Cardápios"))
    expect(publish).not_to_be_checked()
    publish.check()
    expect(page.get_by_label(re.compile(r"^Acesso.*Cardápios"))).to_be_checked()
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.get_by_role("button", name="Enviar convite").click()
    expect(page.locator("main")).to_contain_text(INVITED)

    # 5. The invited person sets a password of her own and finds her sections, in the agency's brand.
    letters = screen()
    text = open_letter(letters, june, INVITED, "Cantina da Praça")
    link = re.search(r"http://aurora\.localhost:\d+/setup/[\w-]+", text or letters.content())
    if link is None:
        link = re.search(r"http://aurora\.localhost:\d+/setup/[\w-]+", letters.content())
    assert link is not None
    lia = screen()
    lia.goto(link[0])
    lia.get_by_label("Seu nome").fill("Lia Braga")
    lia.get_by_label("Senha", exact=False).first.fill(OWN_PASSWORD)
    lia.locator("main form button[type=submit], form#setup button[type=submit]").first.click()
    expect(lia).to_have_url(re.compile(r"/office/cantina-da-praca/menus/"))
    menu = lia.get_by_role("navigation").first
    expect(menu).to_contain_text("Cardápios")
    expect(menu).not_to_contain_text("Serviços")
    assert "ribalta" not in lia.content().lower()
    refused = lia.goto(f"{june.at('aurora')}/office/cantina-da-praca/services/")
    assert refused is not None
    assert refused.status == 403

    page.goto(f"{june.at('aurora')}/office/cantina-da-praca/team/")
    page.get_by_role("link", name="Lia Braga").first.click()
    page.get_by_role("switch", name="Cardápios: Acesso").click()
    expect(page.get_by_role("switch", name="Cardápios: Acesso")).to_have_attribute("aria-checked", "false")
    expect(page.get_by_role("switch", name="Cardápios: Publicar")).to_have_attribute("aria-checked", "false")
    refused = lia.goto(f"{june.at('aurora')}/office/cantina-da-praca/menus/")
    assert refused is not None
    assert refused.status == 403

    # 6. A machine reports use; the event that reaches the limit is told once.
    key = json.loads(
        june.portal("create-credential", "--agency", "aurora", "--scope", "usage:write").strip().splitlines()[-1]
    )
    basic = b64encode(f"{key['client_id']}:{key['client_secret']}".encode()).decode()
    token = call(
        f"{june.url}/api/v1/oauth/token",
        b"grant_type=client_credentials",
        {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
    )["access_token"]
    event = {
        "id": "journey-1",
        "client": "padaria-do-largo",
        "service": "litmus_test",
        "quantity": 2,
        "at": "2026-06-30T12:00:00-03:00",
    }
    batch = json.dumps({"events": [event]}).encode()
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    first = call(f"{june.url}/api/v1/usage", batch, bearer)
    again = call(f"{june.url}/api/v1/usage", batch, bearer)
    assert (first["accepted"], again["accepted"], again["duplicates"]) == (1, 0, 1)
    open_letter(letters, june, "ana@aurora.example", "Teste de Litmus")
    page = screen()
    sign_in(page, june.url, "ana@aurora.example")
    expect(page.locator("main")).to_contain_text("Padaria do Largo")
    letters.goto(f"{june.url}/dev/mail/")
    assert letters.get_by_role("row").filter(has_text="ana@aurora.example").filter(has_text="Litmus").count() == 1

    # 7. The month is closed; the statement shows the worked example and downloads from the dashboard.
    june.portal("clock", "2026-07-05")
    issued = june.portal("close-month", "--period", "2026-06")
    assert "AUR-2026-000004" in issued
    assert june.portal("close-month", "--period", "2026-06") == issued
    sign_in(page, june.url, "ana@aurora.example")  # five days later, nobody is signed in any more
    page.get_by_role("navigation").get_by_role("link", name="Extratos").click()
    page.get_by_role("link", name="Junho de 2026").click()
    row = page.locator("tr, li").filter(has_text="AUR-2026-000004").first
    with page.expect_download() as download:
        row.get_by_role("link", name="PDF").first.click()
    file = tmp_path / "statement.pdf"
    download.value.save_as(file)
    assert download.value.suggested_filename == "AUR-2026-000004.pdf"
    paper = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(file.read_bytes())).pages)
    paper = paper.replace("\u00a0", " ")
    for figure in ("199,00", "27,00", "98,00", "7,50", "1.500,00", "1.831,50", "91,58", "R$ 1.923,08"):
        assert figure in paper


def test_before_the_first_client_there_is_nothing_but_the_way_to_add_one(june: Live, screen: Callable[..., Page]):
    june.portal(
        "create-agency",
        *("--slug", "terceira", "--name", "Terceira", "--prefix", "TER"),
        *("--owner", "olga@terceira.example", "--owner-name", "Olga Reis", "--password", PASSWORD),
    )
    page = screen()
    sign_in(page, june.url, "olga@terceira.example")
    to_manage_clients(page)
    expect(page.get_by_text("Opções")).to_have_count(0)
    expect(page.get_by_text("Configurações do Cliente")).to_have_count(0)
    page.get_by_role("link", name="Adicionar o primeiro cliente").click()
    page.get_by_label("Nome").first.fill("Primeira Loja")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Configurações do Cliente")
    to_manage_clients(page)
    expect(page.get_by_text("Opções").first).to_be_visible()


def test_the_main_pages_work_on_a_phone_without_script(june: Live, screen: Callable[..., Page]):
    page = screen((390, 844), javascript=False)
    sign_in(page, june.url, "ana@aurora.example")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana")
    page.goto(f"{june.url}/agency/clients/")
    options_of(page, "Clínica Horizonte", "Configurações do Cliente")
    page.get_by_label("Preço de Licença", exact=True).fill("250,00")
    page.get_by_role("button", name="Salvar").last.click()
    expect(page.get_by_label("Preço de Licença", exact=True)).to_have_value("250,00")
