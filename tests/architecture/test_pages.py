"""The check that every page goes through in the tests sees what it is there to see."""

from __future__ import annotations

import pytest

from tests.pages import faults

PAGE = """<!doctype html>
<html lang="pt-BR"><head><title>Clientes</title></head>
<body><main><h1>Clientes</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">
<label for="name">Nome</label><input id="name" name="name"><button>Salvar</button></form>
<a href="/x">Cantina</a><img src="/logo.svg" alt=""></main></body></html>"""


def test_a_good_page_has_no_faults():
    assert faults(PAGE) == []


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("<title>Clientes</title>", "<title> </title>"),
        ('lang="pt-BR"', ""),
        ("<h1>Clientes</h1>", "<h2>Clientes</h2>"),
        ("<h1>Clientes</h1>", "<h1>a</h1><h1>b</h1>"),
        ("<main>", '<main><p id="name"></p>'),
        ('for="name"', 'for="other"'),
        ('<label for="name">Nome</label>', ""),
        ("<h1>", '<h1 style="color: red">'),
        ("<h1>", '<h1 onclick="x()">'),
        ("<h1>", '<h1 hx-on:click="x()">'),
        ("</main>", "<style>p {}</style></main>"),
        ("</main>", "<script>x()</script></main>"),
        ('alt=""', ""),
        ("Salvar", ""),
        ('href="/x"', 'href="javascript:x()"'),
        ('<input type="hidden" name="csrf_token" value="t">', ""),
        ('method="post"', ""),
        ("Cantina", "{{ client.name }}"),
    ],
)
def test_every_fault_is_seen(there, instead):
    assert there in PAGE
    assert faults(PAGE.replace(there, instead, 1))


def test_a_fragment_is_one_element_with_an_id():
    assert faults('<p id="a">b</p>') == []
    assert faults("<p>b</p>")
    assert faults('<p id="a">b</p><p id="c">d</p>')
    assert faults('<p id="a">b</p> and more')
