"""Documents as PDF: to the cent, in the agency's name alone, and out of nothing but what was given."""

from __future__ import annotations

import io
import socket
import threading
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal import rendering
from portal.domain import branding
from portal.gateways import pdf

THEMES = Path(__file__).parents[2] / "brand_themes"


def line(kind, label, amount, **more):
    return {"kind": kind, "label": label, "amount": amount, **more}


def metered(label, unit, limit, used, price, amount, block=1, blocks=None, **more):
    excess = max(0, used - limit)
    counted = {"limit": limit, "used": used, "excess": excess, "block": block, "blocks": blocks or excess}
    return line("excess", label, amount, service="a_service", unit=unit, unit_price=price, **counted, **more)


WORKED_EXAMPLE = [
    line("licence", "Licença", 19900, unit_price=19900),
    metered("Teste de Litmus", "teste", 10, 13, 900, 2700),
    metered("Shutterstock", "imagem", 5, 5, 1200, 0),
    metered("Sincronização de e-mail", "caixa", 2, 4, 4900, 9800, gauge=True),
    metered("Notificações push", "mensagem", 10000, 12345, 250, 750, block=1000, blocks=3),
    line("sold_service", "Serviço de design", 150000, unit_price=150000, every_months=12, next_on="2027-06-15"),
]


def statement(**changes):
    brand, assets = branding.freeze(branding.load_brand(THEMES, "aurora", "Aurora"))
    frozen = {
        "audience": "client",
        "number": "AUR-2026-000004",
        "language": "pt-BR",
        "currency": "BRL",
        "period": {"key": "2026-06", "starts_on": "2026-06-01", "ends_on": "2026-06-30", "zone": "America/Sao_Paulo"},
        "issued_on": "2026-07-04",
        "state": "due",
        "issuer": {"name": "Aurora", "address": ["Rua das Laranjeiras, 240"], "contact": "oi@aurora.example"},
        "client": {"name": "Cantina da Praça", "address": []},
        "payer": "client",
        "payee": {"kind": "operator", "name": "Palco Pagamentos Ltda.", "address": []},
        "lines": WORKED_EXAMPLE,
        "net": 183150,
        "tax_label": "ISS",
        "tax_rate": 500,
        "tax": 9158,
        "total": 192308,
        "due": 192308,
        "brand": brand,
    }
    return frozen | changes, assets


def printed(frozen, assets):
    return PdfReader(io.BytesIO(pdf.render(rendering.render_statement_html(frozen), assets)))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\xa0", " ").split())


@pytest.fixture(scope="module")
def worked_example():
    return printed(*statement())


def test_the_worked_example_is_right_to_the_cent(worked_example):
    said = text_of(worked_example)
    for words in (
        "Extrato AUR-2026-000004",
        "A pagar por Cantina da Praça a Palco Pagamentos Ltda.",
        "Licença do aplicativo, no mês 199,00 199,00",
        "Teste de Litmus por teste 10 13 3 9,00 27,00",
        "Shutterstock por imagem 5 5 0 12,00 0,00",
        "Sincronização de e-mail por caixa, pico do mês 2 4 2 49,00 98,00",
        "Notificações push por bloco de 1.000 começado: 3 blocos 10.000 12.345 2.345 2,50 7,50",
        "Serviço de design a cada 12 meses, próximo em junho de 2027 1.500,00 1.500,00",
        "Subtotal 1.831,50 ISS 5 % sobre 1.831,50 91,58 Total R$ 1.923,08",
        "1 a 30 de junho de 2026 Horário de São Paulo",
        "1 de 1",
    ):
        assert words in said


def test_the_paper_names_its_sender_and_neither_tool_nor_vendor(worked_example):
    assert dict(worked_example.metadata) == {
        "/Title": "Extrato AUR-2026-000004, junho de 2026",
        "/Author": "Aurora",
    }
    raw = worked_example.stream.getvalue().lower()
    assert b"weasyprint" not in raw and b"ribalta" not in raw
    assert "ribalta" not in text_of(worked_example).lower() and worked_example.attachments == {}


def test_a_paper_stands_as_the_sign_in_page_of_its_brand_and_one_without_a_choice_at_the_side():
    frozen, _ = statement()
    northwind, _ = branding.freeze(branding.load_brand(THEMES, "northwind", "Northwind"))
    side, centre = (rendering.render_statement_html({**frozen, "brand": one}) for one in (frozen["brand"], northwind))
    old = rendering.render_statement_html({**frozen, "brand": {**northwind, "layout": "side"}})
    unchosen = {name: value for name, value in northwind.items() if name != "layout"}

    assert "height: 297mm" in side and "height: 297mm" not in centre and "width: 210mm" in centre
    assert rendering.render_statement_html({**frozen, "brand": unchosen}) == old


def test_the_paper_can_be_read_aloud(worked_example):
    catalogue = worked_example.trailer["/Root"]
    assert catalogue["/Lang"] == "pt-BR" and catalogue["/MarkInfo"]["/Marked"]
    fonts = {str(font.get_object()["/BaseFont"]) for font in worked_example.pages[0]["/Resources"]["/Font"].values()}
    assert fonts and all("Inter" in name for name in fonts)
    assert [round(side) for side in worked_example.pages[0].mediabox[2:]] == [595, 842]


def test_the_same_statement_gives_the_same_bytes():
    html, assets = rendering.render_statement_html(statement()[0]), statement()[1]
    first, second = pdf.render_many([(html, assets)] * 2)
    assert first == second


def test_a_long_statement_repeats_its_head_and_numbers_its_pages():
    lines = [line("sold_service", f"Item {n:03}", 100, unit_price=100) for n in range(60)]
    reader = printed(*statement(lines=lines, language="en", currency="EUR", net=6000, tax=300, total=6300))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(pages) > 2
    assert all("What Limit Used Excess Price €" in page for page in pages if "Item" in page)
    assert all(f"{at} of {len(pages)}" in page for at, page in enumerate(pages, start=1))
    assert all(sum(f"Item {n:03} once" in page for page in pages) == 1 for n in range(60))
    assert sum("Total €63.00" in page for page in pages) == 1


def test_an_agency_statement_has_both_parts():
    brand, assets = branding.freeze(branding.load_vendor(THEMES))
    cantina = {"id": "1", "name": "Cantina da Praça"}
    frozen, _ = statement(
        audience="agency",
        number="AUR-A-2026-000002",
        brand=brand,
        issuer={"name": "Palco Pagamentos Ltda."},
        client={"name": "Aurora"},
        payer="operator",
        payee=None,
        due=0,
        collected=192308,
        collected_cost=-19800,
        adjustment=0,
        remitted=172508,
        lines=[
            line("collected", "Extrato", 192308, client=cantina, statement="AUR-2026-000004"),
            line("collected_cost", "Licença", -12000, client=cantina, unit_price=12000),
            line("collected_cost", "Outras", -7800, client=cantina),
        ],
    )
    said = text_of(printed(frozen, assets))
    assert "Devido por você R$ 0,00 Repassado a você R$ 1.725,08" in said
    assert "Nada é devido por você neste mês." in said
    assert "Cantina da Praça AUR-2026-000004 1.923,08 -198,00 1.725,08" in said


def test_the_state_is_said_in_words():
    wanted = {"agency_invoiced": "Faturado por Aurora. Nada é cobrado por este extrato.", "settled": "Nada a pagar."}
    for state, words in wanted.items():
        assert words in rendering.render_statement_html(statement(state=state, payee=None)[0])


def test_names_are_printed_as_the_characters_they_are(canary):
    hostile = (
        f'<img src="http://127.0.0.1:{canary.port}/x"><link rel=attachment href="file:///etc/passwd">'
        f"<style>@import url(http://127.0.0.1:{canary.port}/y)</style>{{{{ 7*7 }}}}\u202e99,99"
    )
    frozen, assets = statement(client={"name": hostile, "address": [hostile]}, notes=[hostile])
    frozen["lines"] = [line("excess", hostile, 100, note=hostile)]
    reader = printed(frozen, assets)
    said = text_of(reader).replace(" ", "")
    assert f'<imgsrc="http://127.0.0.1:{canary.port}/x">' in said and "{{7*7}}" in said and "99,99" in said
    assert reader.attachments == {} and canary.hits == 0
    assert "/Annots" not in reader.pages[0]


REFERENCES = (
    '<img src="{far}">',
    '<img src="file:///etc/passwd">',
    '<img src="/etc/passwd">',
    '<img src="data:image/png;base64,iVBORw0KGgo=">',
    '<img src="asset:not-given">',
    '<img src="asset:../../etc/passwd">',
    '<img src="asset:drawing">',
    '<link rel="stylesheet" href="{far}">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/passwd">x</a>',
    "<style>@import url({far})</style>",
    "<style>body{{background:url({far})}}</style>",
    "<style>@font-face{{font-family:x;src:url({far})}}p{{font-family:x}}</style><p>x</p>",
    '<object data="{far}"></object>',
    '<embed src="{far}">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{far}" width="1" height="1"/></svg>',
)


def test_nothing_is_fetched_that_was_not_given(canary):
    far = f"http://127.0.0.1:{canary.port}/x"
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{far}" width="9" height="9"/></svg>'.encode()
    documents = [(f"<p>ok</p>{html.format(far=far)}", {"drawing": drawing}) for html in REFERENCES]
    for html, result in zip(REFERENCES, pdf.render_many(documents), strict=True):
        if not isinstance(result, pdf.RenderRefused):  # what the printer does not even try to load
            reader = PdfReader(io.BytesIO(result))
            assert reader.attachments == {} and text_of(reader) in ("ok", "ok x"), html
    assert canary.hits == 0


def test_a_document_that_asks_for_what_it_was_not_given_is_refused():
    with pytest.raises(pdf.RenderRefused, match="asset:nothing"):
        pdf.render('<img src="asset:nothing">')


def test_a_document_without_end_is_stopped_and_those_after_it_are_printed():
    endless = "<table>" + "<tr><td>x</td></tr>" * 60000 + "</table>"
    slow, good = pdf.render_many([(endless, {}), ("<p>good</p>", {})], seconds=6)
    assert isinstance(slow, pdf.RenderFailed) and "too long" in str(slow)
    assert isinstance(good, bytes)


def test_a_document_that_eats_memory_ends_without_harm():
    hungry = "<p>" + "<b>x</b>" * 40000 + "</p>"
    (result,) = pdf.render_many([(hungry, {})], memory=280 * 1024 * 1024)
    assert isinstance(result, pdf.RenderFailed) and "too long" not in str(result)


def test_a_document_too_large_to_hand_over_is_refused():
    with pytest.raises(pdf.RenderRefused, match="larger than"):
        pdf.render("<p>" + "x" * pdf.INPUT_BYTES + "</p>")


def test_the_process_that_prints_knows_no_secret(monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "do not tell")
    seen = {}
    real = pdf.subprocess.Popen

    def watched(command, **options):
        seen.update(options["env"])
        return real(command, **options)

    monkeypatch.setattr(pdf.subprocess, "Popen", watched)
    pdf.render("<p>x</p>")
    assert not [name for name in seen if name.startswith("PORTAL_")] and "PATH" in seen


def test_a_missing_font_is_said_so(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "_FONTS", tmp_path)
    pdf.fonts.cache_clear()
    with pytest.raises(pdf.RenderRefused, match=r"inter-latin-400-normal\.woff2 is missing"):
        pdf.render("<p>x</p>")
    pdf.fonts.cache_clear()


class Canary:
    """A listener on this machine that counts who comes."""

    def __init__(self):
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    def close(self):
        self._socket.close()


@pytest.fixture
def canary():
    listener = Canary()
    yield listener
    listener.close()
