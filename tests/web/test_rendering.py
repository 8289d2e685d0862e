"""Letters: complete, in the brand and language asked for, and inert whatever people are called."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from lxml import html as lxml_html

from portal import rendering
from portal.domain import branding

THEMES = Path(__file__).parents[2] / "brand_themes"
LETTERS = Path(rendering.__file__).with_name("templates") / "mail"
AURORA = branding.load_brand(THEMES, "aurora", "Aurora")
LINK = "http://aurora.localhost:8000/setup/token"
MOMENT = {"zone": "America/Sao_Paulo", "expires": datetime(2026, 7, 12, 17, 2, tzinfo=UTC)}
LIMIT = {
    "audience": "client", "client": "Cantina da Praça", "service": "Teste de Litmus", "unit": "teste",
    "month": "2026-06", "used": 10, "limit": 10, "excess": 0, "block": 1, "price": 900, "currency": "BRL",
    "projected": 2700, "at_limit": "bill", "ceiling": None, "link": LINK,
}  # fmt: skip
STATEMENT = {
    "audience": "client", "number": "AUR-2026-000004", "currency": "BRL", "state": "due", "total": 192308,
    "due": 192308, "payer": "client", "issuer": {"name": "Aurora"}, "client": {"name": "Cantina da Praça"},
    "payee": {"kind": "operator", "name": "Palco Pagamentos Ltda."},
    "period": {"key": "2026-06", "starts_on": "2026-06-01", "ends_on": "2026-06-30", "zone": "America/Sao_Paulo"},
}  # fmt: skip
VALUES = {
    "invitation": {"inviter": "Ana Ribeiro", "app": "Cantina da Praça", "link": LINK, **MOMENT},
    "limit_reached": LIMIT,
    "limit_approaching": LIMIT | {"used": 8},
    "limit_resolved": LIMIT | {"used": 13, "limit": 20},
    "statement_issued": {"statement": STATEMENT, "link": LINK},
}
HOSTILE = '<script>alert(1)</script><a href="javascript:x">x</a> {{ 7*7 }} \u202e\r\nBcc: eve@evil.example'


def letter(name, language="pt-BR", brand=AURORA, **changes):
    return rendering.render_letter(name, brand, language, VALUES[name] | changes)


def test_every_letter_has_its_values_here():
    assert {path.name for path in LETTERS.iterdir() if path.is_dir()} == set(VALUES)


@pytest.mark.parametrize("language", ["pt-BR", "en"])
@pytest.mark.parametrize("name", VALUES)
def test_a_letter_says_the_same_in_both_of_its_bodies(name, language):
    made = letter(name, language)
    page = lxml_html.fromstring(made.html)
    assert page.get("lang") == language and made.subject == page.findtext("head/title")
    assert made.subject and "\n" not in made.subject
    assert LINK in made.text and LINK in page.xpath("//a/@href")
    assert "oi@aurora.example" in made.text and "oi@aurora.example" in page.text_content()
    assert page.xpath("//img/@src")[0] == "cid:logo@letter" and made.images["logo@letter"].startswith(b"\x89PNG")
    assert AURORA.light["brand"] in made.html and AURORA.dark["brand"] in made.html


@pytest.mark.parametrize("name", VALUES)
def test_a_letter_of_an_agency_names_no_vendor_and_loads_nothing(name):
    made = letter(name)
    everything = (made.subject + made.html + made.text).lower()
    assert "ribalta" not in everything
    page = lxml_html.fromstring(made.html)
    assert all(source.startswith("cid:") for source in page.xpath("//@src"))
    assert "url(" not in made.html and "@import" not in made.html and "var(" not in made.html
    assert not page.xpath("//script|//link|//form")


@pytest.mark.parametrize("name", VALUES)
def test_a_letter_speaks_the_language_asked_for(name):
    assert letter(name, "pt-BR").subject != letter(name, "en").subject
    assert "%(" not in letter(name, "pt-BR").html + letter(name, "en").text


@pytest.mark.parametrize("name", VALUES)
def test_a_letter_with_a_value_missing_is_not_written(name):
    values = dict(VALUES[name])
    values.pop(next(key for key in values if key != "link"))
    with pytest.raises((UndefinedError, KeyError, TypeError)):
        rendering.render_letter(name, AURORA, "en", values)


def test_names_stay_names():
    made = letter("invitation", inviter=HOSTILE, app=HOSTILE)
    page = lxml_html.fromstring(made.html)
    assert not page.xpath("//script") and set(page.xpath("//a/@href")) == {LINK}
    assert "<script>alert(1)</script>" in page.text_content() and "{{ 7*7 }}" in made.text
    for part in (made.subject, made.text, made.html):
        assert "\u202e" not in part and "\nBcc" not in part


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "file:///etc/passwd", ""])
def test_a_letter_links_to_web_addresses_alone(link):
    with pytest.raises(ValueError, match="not an address"):
        letter("invitation", link=link)


def test_an_agency_without_a_logo_signs_with_its_name():
    made = letter("invitation", brand=branding.load_brand(THEMES, "nobody", "Sol & Mar"))
    assert not made.images and "<img" not in made.html and "Sol &amp; Mar" in made.html and "Sol & Mar" in made.text


def test_subjects_are_plain_text():
    assert letter("invitation", app="Sol & Mar", inviter="O'Neil").subject == "O'Neil convidou você para Sol & Mar"


def test_a_letter_about_a_limit_says_what_happens_next():
    assert "Além do limite, cada teste custa R$\xa09,00." in letter("limit_reached").text
    assert "Sobram 2 neste mês." in letter("limit_approaching").text
    assert "No limite o serviço para" in letter("limit_reached", at_limit="stop").text
    assert "Em 50 o serviço para." in letter("limit_reached", at_limit="ceiling", ceiling=50).text
    assert "cada bloco de 1.000 começado custa R$\xa02,50" in letter("limit_reached", block=1000, price=250).text
    assert "R$" not in letter("limit_reached", price=None, projected=None).text


def test_a_limit_that_was_taken_away_ends_an_alert_too():
    assert "Usado: 13 de 20" in letter("limit_resolved").text
    assert "Usado: 13, sem limite" in letter("limit_resolved", limit=None).text


def test_a_moment_may_arrive_as_text():
    assert letter("invitation", expires="2026-07-12T17:02:00+00:00").text == letter("invitation").text


def test_the_agency_is_told_which_client_it_is():
    made = letter("limit_reached", brand=branding.load_vendor(THEMES), audience="agency")
    assert made.subject.startswith("Cantina da Praça: ") and "Abrir Configurações do Cliente" in made.html
    assert "Cliente: Cantina da Praça" in made.text and "Cliente: " not in letter("limit_reached").text


def test_a_letter_about_a_statement_asks_for_what_the_statement_asks():
    assert "A pagar por Cantina da Praça a Palco Pagamentos Ltda." in letter("statement_issued").text
    agency = STATEMENT | {"audience": "agency", "due": 0, "remitted": 172508}
    made = letter("statement_issued", statement=agency)
    assert "Nada é devido por você." in made.text and "Repassado a você: R$\xa01.725,08" in made.text
