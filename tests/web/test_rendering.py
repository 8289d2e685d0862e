"""Letters: complete, in the brand and language asked for, and inert whatever people are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from lxml import html as lxml_html

from portal import languages, limit_words, rendering, staff_words
from portal.domain import branding
from portal.domain.metering import Standing

THEMES = Path(__file__).parents[2] / "brand_themes"
LETTERS = Path(rendering.__file__).with_name("templates") / "mail"
AURORA = branding.load_brand(THEMES, "aurora", "Aurora")
LINK = "http://aurora.localhost:8000/setup/token"
MOMENT = {"zone": "America/Sao_Paulo", "expires": datetime(2026, 7, 12, 17, 2, tzinfo=UTC)}
ENDS = {"ends": date(2026, 7, 12), "ends_on": "2026-07-12"}
JOINED = {"zone": "America/Sao_Paulo", "moment": datetime(2026, 7, 12, 17, 2, tzinfo=UTC)}
STANDING = Standing(
    client="Cantina da Praça", service="litmus_test", period="2026-06", gauge=False, used=13, limit=10, excess=3,
    blocks=3, amount=2700, price=900, block=1, expected=27, expected_amount=15300, currency="BRL", at_limit="bill",
    ceiling=None, ends_on="2026-06-30", passes_on=None,
)  # fmt: skip
STATEMENT = {
    "audience": "client", "number": "AUR-2026-000004", "currency": "BRL", "state": "due", "total": 192308,
    "due": 192308, "payer": "client", "issuer": {"name": "Aurora"}, "client": {"name": "Cantina da Praça"},
    "payee": {"kind": "operator", "name": "Palco Pagamentos Ltda."},
    "period": {"key": "2026-06", "starts_on": "2026-06-01", "ends_on": "2026-06-30", "zone": "America/Sao_Paulo"},
}  # fmt: skip
PLACE = {
    "agency_name": "Aurora", "role": "manager", "subject_name": "Lia", "subject_email": "lia@aurora.example",
    "giver": "Ana Ribeiro", "taker": "Lia", "afterwards": "billing", "day": "2026-07-12",
    "expires_at": "2026-07-12T17:02:00+00:00", "zone": "America/Sao_Paulo",
}  # fmt: skip
OFFERED = {"offer": {"text": "We do it.", "price": 90_000, "every_months": 12, "currency": "BRL"}, "link": LINK}


def limit(kind, audience="client", **changes):
    said = limit_words.letter(replace(STANDING, **changes), kind, audience=audience)
    return {**said, "link": LINK, "notices_link": LINK}


def staff(name, **changes):
    return staff_words.letter(name, {**PLACE, **changes}) | {"link": LINK}


VALUES = {
    "invitation": lambda: {"inviter": "Ana Ribeiro", "app": "Cantina da Praça", "link": LINK, **MOMENT},
    "access_ending": lambda: {"app": "Cantina", "person": "Lia", "is_own": True, "days": 7, **ENDS, "link": LINK},
    "joined": lambda: {"app": "Cantina da Praça", "inviter": "Ana Ribeiro", "link": LINK, **JOINED},
    "limit_reached": lambda: limit("reached"),
    "limit_approaching": lambda: limit("approaching", used=8, excess=0, amount=0),
    "limit_foreseen": lambda: limit("foreseen", used=6, excess=0, amount=0, passes_on="2026-06-21"),
    "limit_resolved": lambda: limit("resolved", limit=20, excess=0, amount=0),
    "limit_digest": lambda: {"day": "2026-06-15", "items": [limit("reached")] * 2, "link": LINK, "notices_link": LINK},
    "statement_issued": lambda: {"statement": STATEMENT, "link": LINK},
    "address_confirm": lambda: {"link": LINK, **MOMENT},
    "password_reset": lambda: {"link": LINK, **MOMENT},
    "sign_in_news": lambda: {
        "what": "address_wanted",
        "values": {"new": "lia@cantina.example"},
        "link": LINK,
        **JOINED,
    },
    "sso_connection": lambda: {"provider": "Palco ID", "connected": True, "cleared": True, "link": LINK},
    "sso_bypassed": lambda: {
        "who": "Ana Ribeiro",
        "at": "2026-06-15T12:00:00+00:00",
        "zone": "America/Sao_Paulo",
        "link": LINK,
    },
    "new_address": lambda: {
        "what": "planned",
        "old": "aurora.portal.example",
        "new": "clientes.aurora.example",
        "passkey": True,
        "link": LINK,
        **JOINED,
    },
    "own_host": lambda: {"what": "lost", "host": "clientes.aurora.example", "link": LINK},
    "request_answered": lambda: {"section": "Menus", "state": "declined", "answer": "Not now", "link": LINK},
    "request_created": lambda: {"client": "Cantina", "person": "Carla", "section": "Menus", "text": "", **OFFERED},
    "staff_invitation": lambda: staff("staff_invitation", inviter="Ana Ribeiro"),
    "staff_news": lambda: staff("staff_news", kind="joined", you=True),
    "ownership": lambda: staff("ownership", kind="offered", you="taker"),
    "sender_failing": lambda: {"because": "login_refused", "server": "smtp.aurora.example", "link": LINK},
    "sender_test": lambda: {"server": "smtp.aurora.example"},
    "support_answered": lambda: {"subject": "The PDF", "code": "K7M2-9QXD", "link": LINK},
    "support_written": lambda: {
        "client": "Cantina",
        "agency": "Aurora",
        "person": "Carla",
        "subject": "The PDF",
        "code": "K7M2-9QXD",
        "lines": ["It does not open.", "", f"Since {LINK}"],
    },
    "webhook_failing": lambda: {"trouble": "gone", "address": "https://hooks.aurora.example/portal", "link": LINK},
}
LINKLESS = {"sender_test", "support_written"}
"""Letters that are read and lead nowhere."""
HOSTILE = '<script>alert(1)</script><a href="javascript:x">x</a> {{ 7*7 }} \u202e\r\nBcc: eve@evil.example'


def letter(name, language="pt-BR", brand=AURORA, **changes):
    with languages.speaking(language):
        values = VALUES[name]()
    return rendering.render_letter(name, brand, language, values | changes)


def about(kind, audience="client", **changes):
    return rendering.render_letter(f"limit_{kind}", AURORA, "pt-BR", limit(kind, audience, **changes))


def test_every_letter_has_its_values_here():
    assert {path.name for path in LETTERS.iterdir() if path.is_dir()} == set(VALUES)


@pytest.mark.parametrize("language", ["pt-BR", "en"])
@pytest.mark.parametrize("name", VALUES)
def test_a_letter_says_the_same_in_both_of_its_bodies(name, language):
    made = letter(name, language)
    page = lxml_html.fromstring(made.html)
    assert page.get("lang") == language and made.subject == page.findtext("head/title")
    assert made.subject and "\n" not in made.subject
    if name not in LINKLESS:
        assert LINK in made.text and LINK in page.xpath("//a/@href") and AURORA.light["brand"] in made.html
    assert "oi@aurora.example" in made.text and "oi@aurora.example" in page.text_content()
    assert page.xpath("//img/@src")[0] == "cid:logo@letter" and made.images["logo@letter"].startswith(b"\x89PNG")
    assert AURORA.dark["brand"] in made.html


def test_a_brand_in_the_centre_has_its_letters_there_with_the_one_picture_they_show():
    northwind = branding.load_brand(THEMES, "northwind", "Northwind")
    side, centre = letter("invitation"), letter("invitation", brand=northwind)

    assert set(side.images) == {"logo@letter", "logo-on-dark@letter"} and set(centre.images) == {"logo-on-dark@letter"}
    assert lxml_html.fromstring(centre.html).xpath("//img/@src") == ["cid:logo-on-dark@letter"]
    assert northwind.dark["tint"] in centre.html and AURORA.dark["tint"] not in side.html


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
    values = VALUES[name]()
    values.pop(next(key for key in values if key != "link"))
    with pytest.raises((UndefinedError, KeyError, TypeError)):
        rendering.render_letter(name, AURORA, "en", values)


def test_an_answer_of_support_is_announced_by_what_one_asked_and_says_where_it_stands():
    made = letter("support_answered")
    for body in (lxml_html.fromstring(made.html).text_content(), made.text):
        assert "Sua conversa “The PDF” (K7M2-9QXD)" in " ".join(body.split()) and "Leia no back office" in body
    assert made.subject == "Há uma resposta: The PDF"


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


def test_a_letter_about_a_limit_says_what_it_costs_now_and_by_the_months_end():
    made = about("reached")
    assert made.subject == "Teste de Litmus passou do limite: 13 de 10"
    for part in (made.text, lxml_html.fromstring(made.html).text_content()):
        assert "3 testes acima do limite: R$\xa027,00." in part
        assert "Neste ritmo chega a 27 testes até 30 de junho: R$\xa0153,00 de excesso." in part
        assert "Além do limite, cada teste custa R$\xa09,00." in part
    assert "Previsto em 30 de junho de 2026: 27 testes, R$\xa0153,00" in made.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"used": 8, "excess": 0, "amount": 0}, "Sobram 2 testes."),
        ({"at_limit": "stop", "used": 10, "excess": 0, "amount": 0}, "O que passar é recusado até o limite subir"),
        ({"at_limit": "ceiling", "ceiling": 50}, "Em 50 o serviço para."),
        ({"at_limit": "ceiling", "ceiling": 13}, "Teste de Litmus parou: 13 de 10"),
        (
            {
                "service": "push_notification",
                "used": 12345,
                "limit": 10000,
                "excess": 2345,
                "block": 1000,
                "amount": 750,
            },
            "2.345 mensagens acima do limite formam 3 blocos começados de 1.000: R$\xa07,50.",
        ),
        ({"service": "email_sync", "gauge": True, "used": 4, "limit": 2}, "Vale o pico do mês"),
        ({"price": 0, "amount": 0}, "O uso além do limite continua e não custa nada."),
        ({"expected": 13}, "Previsto em 30 de junho de 2026: 13 testes"),
        ({"limit": None}, "Não há mais limite."),
    ],
)
def test_a_letter_about_a_limit_fits_its_rule(changes, words):
    assert words in about("reached", **changes).text


def test_who_may_not_raise_a_limit_is_told_whom_to_ask():
    assert "Fale com Aurora" in about("reached").text
    assert "Fale com" not in about("reached", "agency").text


def test_a_forecast_names_the_day():
    assert about("foreseen", passes_on="2026-06-21").subject == "Teste de Litmus deve passar do limite em 21 de junho"
    stop = about("foreseen", passes_on="2026-06-21", at_limit="stop", excess=0, used=6, amount=0, expected_amount=0)
    assert (
        stop.subject == "Teste de Litmus deve parar em 21 de junho" and "Neste ritmo para em 21 de junho." in stop.text
    )


NEWS = [(kind, you) for kind in ("ends_soon", "ended") for you in (True, False)]


@pytest.mark.parametrize("language", ["pt-BR", "en"])
def test_every_news_of_the_staff_has_its_words_and_names_stay_names(language):
    kinds = [("joined", True), ("accepted", False), ("role_changed", True), ("removed", True), ("left", False), *NEWS]
    hostile = dict.fromkeys(("agency_name", "subject_name", "giver", "taker"), HOSTILE)
    outcomes = [(kind, you) for kind in ("offered", "accepted", "declined", "expired") for you in ("giver", "taker")]
    with languages.speaking(language):
        said = [("staff_news", staff("staff_news", kind=kind, you=you, **hostile)) for kind, you in kinds]
        said += [("ownership", staff("ownership", kind=kind, you=you, **hostile)) for kind, you in outcomes]
        left = {"kind": "accepted", "you": "taker", "afterwards": "leave"}
        said.append(("ownership", staff("ownership", **{**hostile, **left})))
    for name, values in said:
        made = rendering.render_letter(name, AURORA, language, values)
        assert not lxml_html.fromstring(made.html).xpath("//script")
        assert "\nBcc" not in made.subject + made.text + made.html


def test_a_moment_may_arrive_as_text():
    assert letter("invitation", expires="2026-07-12T17:02:00+00:00").text == letter("invitation").text


def test_the_agency_is_told_which_client_it_is():
    made = about("reached", "agency")
    assert made.subject.startswith("Cantina da Praça: ") and "Rever o limite" in made.html
    assert "Cliente: Cantina da Praça" in made.text and "Cliente: " not in letter("limit_reached").text


def test_a_letter_about_a_statement_asks_for_what_the_statement_asks():
    assert "A pagar por Cantina da Praça a Palco Pagamentos Ltda." in letter("statement_issued").text
    agency = STATEMENT | {"audience": "agency", "due": 0, "remitted": 172508}
    made = letter("statement_issued", statement=agency)
    assert "Nada é devido por você." in made.text and "Repassado a você: R$\xa01.725,08" in made.text


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("pt-BR", "America/Sao_Paulo", "até 12 jul. 2026, 14:02 (horário de São Paulo)."),
        ("pt-BR", "America/Argentina/Buenos_Aires", "até 12 jul. 2026, 14:02 (horário de Buenos Aires)."),
        ("en", "UTC", "until 12 Jul 2026, 17:02 (UTC)."),
    ],
)
def test_a_moment_in_a_letter_says_whose_clock_it_is(language, zone, said):
    values = VALUES["invitation"]() | {"zone": zone}
    with languages.speaking(language):
        assert said in rendering.render_letter("invitation", AURORA, language, values).text
