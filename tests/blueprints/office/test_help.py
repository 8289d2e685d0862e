"""The online help: articles for what one has, found without accents, under a mark that stays (R53-R55, R78)."""

from __future__ import annotations

import pytest

from portal.domain import rights
from portal.domain.rights import Offer
from portal.languages import LANGUAGES, speaking
from portal.web import articles
from tests.factories import NOW, TESTER, make_contributor


@pytest.fixture
def rui(cantina):
    """The menu and the help."""
    return make_contributor(cantina, ["menus", "help"], email="rui@cantina.example", name="Rui Paz")


def titles(page):
    return [item.strip() for item in page.select("//ul[@class='doors']//b/text()")]


def test_it_holds_the_articles_about_what_one_has(browse, rui, cantina, ana):
    page = browse(rui).get("office.help.index", app=cantina.slug)
    assert titles(page) == ["Primeiros passos", "Cardápios", "Pedidos e ofertas", "Entrar", "Minha conta"]
    assert browse(rui).get("office.help.show", app=cantina.slug, article="team").status == 404
    assert len(titles(browse(ana, inside=cantina).get("office.help.index", app=cantina.slug))) == len(articles.ARTICLES)


def test_every_section_that_exists_has_its_article_in_every_language():
    about = set(articles.ARTICLES.values())
    assert {s.key for s in rights.SECTIONS} - {"home", "help"} <= about
    assert set(articles.BESIDE.values()) <= set(articles.ARTICLES)
    for tongue in LANGUAGES:
        files = {file.stem for file in (articles.FOLDER / tongue).glob("*.txt")}
        assert files == set(articles.ARTICLES)
        for article in articles._read(tongue):
            assert article.title and article.summary and len(article.blocks) > 3, article.key
            assert any(block.kind in ("steps", "list") for block in article.blocks), article.key
            assert "ribalta" not in article.text.lower(), "the name is the theme's"


def test_an_article_is_read_step_by_step(browse, rui, cantina):
    page = browse(rui).get("office.help.show", app=cantina.slug, article="menus")
    assert page.select("//article//ol/li") and page.select("//article//li/b[.='Cardápios']")
    assert page.has("Abrir a seção", "Não achou a resposta? Aurora conhece o seu aplicativo")
    make_contributor(cantina, [])
    english = make_contributor(cantina, ["menus", "help"], language="en")
    assert browse(english).get("office.help.show", app=cantina.slug, article="menus").has("Add a dish")


@pytest.mark.parametrize("query", ["cardapio", "CARDÁPIO", "prévia publicar", "preço"])
def test_it_is_found_whatever_the_accents(browse, rui, cantina, query):
    page = browse(rui).get("office.help.index", app=cantina.slug, q=query)
    assert page.is_whole and page.select("//ol//a/text()")[0] == "Cardápios" and page.select("//mark")
    page = browse(rui).get("office.help.index", htmx=True, app=cantina.slug, q=query)
    assert not page.is_whole and page.has("Cardápios")


@pytest.mark.parametrize("query", ["xyzzy", "cardapio xyzzy", "<script>", "\x00%", "a" * 300])
def test_what_is_nowhere_is_said(browse, rui, cantina, query):
    page = browse(rui).get("office.help.index", app=cantina.slug, q=query)
    assert page.status == 200 and page.has("Nada encontrado", "Mostrar todos os artigos")


def test_a_search_finds_nothing_about_what_one_does_not_have(browse, rui, cantina):
    assert browse(rui).get("office.help.index", app=cantina.slug, q="novo contribuidor").has("Nada encontrado")


def test_the_mark_stands_on_every_page_of_it_whatever_is_set(browse, rui, cantina, ana, client):
    for who in (browse(rui), browse(ana, inside=cantina)):
        for endpoint, values in (("office.help.index", {}), ("office.help.show", {"article": "sign-in"})):
            page = who.get(endpoint, app=cantina.slug, **values)
            assert page.select("//img[@alt='Ribalta'][contains(@src, '/marks/logo')]")
            assert page.has("Esta seção é oferecida por Ribalta.")


def test_pages_link_to_their_article_for_who_holds_the_help_alone(browse, rui, fabio, cantina):
    page = browse(rui).get("office.menus.index", app=cantina.slug)
    assert page.select("//main//a[contains(@href, '/help/menus/')]")
    assert not browse(fabio).get("office.menus.index", app=cantina.slug).select("//a[contains(@href, '/help/')]")


def test_without_the_box_there_is_neither_page_nor_entry(browse, fabio, stranger, neighbour, cantina, client):
    for endpoint, values in (("office.help.index", {}), ("office.help.show", {"article": "sign-in"})):
        for htmx in (False, True):
            assert browse(fabio).get(endpoint, htmx=htmx, app=cantina.slug, **values).status == 403
            assert browse(stranger).get(endpoint, htmx=htmx, app=cantina.slug, **values).status == 404
            assert browse(neighbour).get(endpoint, htmx=htmx, app=cantina.slug, **values).status == 404
    page = browse(fabio).get("office.menus.index", app=cantina.slug)
    assert not page.has("Ajuda") and b"ribalta" not in page.body.lower()


def test_locked_it_shows_the_offer_in_the_agencys_brand(browse, rui, cantina, client):
    rights.lock(client, "help", Offer("Courses at our place"), by=TESTER, now=NOW)
    page = browse(rui).get("office.help.index", app=cantina.slug)
    assert page.has("Courses at our place") and not page.has("Ribalta")


def test_folding_keeps_the_length():
    assert articles.folded("Ação é ÇÑ ﬁß") == "acao e cn fß" and len(articles.folded("x" * 50)) == 50
    with speaking("en"):
        assert articles._read("en")[0].title == "First steps"
