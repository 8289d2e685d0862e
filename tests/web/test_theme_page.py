"""`login.html`: five values and nothing else, whatever a theme tries; its form goes nowhere but here."""

import time

import pytest

from portal.web import theme_page
from portal.web.theme_page import ThemeRefused

FORM = "<form id=f></form>"
VALUES = {"name": "A <b>", "headline": "Hi", "text": "", "logo": "<img src=l>", "form": FORM}
PLAIN = '<h1>{{ headline }}</h1>{% if text %}<p>{{ text }}</p>{% endif %}{{ logo }}<p title="{{ name }}">{{ form }}'

ATTACKS = [
    "{{ config }}{{ form }}",
    "{{ config.SECRET_KEY }}{{ form }}",
    "{{ request.environ }}{{ form }}",
    "{{ g }}{{ session }}{{ form }}",
    "{{ url_for.__globals__ }}{{ form }}",
    "{{ self }}{{ form }}",
    "{{ self.__init__.__globals__ }}{{ form }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ form }}",
    "{{ name.__class__ }}{{ form }}",
    "{{ name['__class__'] }}{{ form }}",
    "{{ name|attr('__class__') }}{{ form }}",
    "{{ form|safe }}{{ name|safe }}",
    "{{ name|map(attribute='x') }}{{ form }}",
    "{{ form.format(form) }}",
    "{{ '{0.__class__}'.format(name) }}{{ form }}",
    "{{ name.upper() }}{{ form }}",
    "{{ lipsum.__globals__.os.popen('id').read() }}{{ form }}",
    "{{ cycler }}{{ form }}",
    "{{ range(999999999) }}{{ form }}",
    "{{ 'a' * 999999999 }}{{ form }}",
    "{{ 9 ** 9 ** 9 ** 9 }}{{ form }}",
    "{{ name ~ name }}{{ form }}",
    "{{ name % name }}{{ form }}",
    "{% for a in text %}{% for b in text %}x{% endfor %}{% endfor %}{{ form }}",
    "{% for a in range(10**9) %}x{% endfor %}{{ form }}",
    "{% set form = name %}{{ form }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}{{ form }}",
    "{% include 'account/sign_in/show.html' %}{{ form }}",
    "{% include '/etc/passwd' %}{{ form }}",
    "{% extends 'layouts/office.html' %}{{ form }}",
    "{% import 'os' as os %}{{ form }}",
    "{% from 'shared/components/field.html' import csrf %}{{ form }}",
    "{% call name() %}{% endcall %}{{ form }}",
    "{% filter upper %}{{ form }}{% endfilter %}",
    "{% autoescape false %}{{ name }}{% endautoescape %}{{ form }}",
    "{% with a = name %}{{ a }}{% endwith %}{{ form }}",
    "{% block x %}{{ form }}{% endblock %}",
    "{{ name is defined }}{{ form }}",
    "{{ [name, name] }}{{ form }}",
    "{{ {'a': name} }}{{ form }}",
    "{{ unknown }}{{ form }}",
    "{% if unknown %}{% endif %}{{ form }}",
    "{{ form }}{{ form }}",
    "no form at all",
    "{% if name == 'x' %}{{ form }}{% endif %}",
    "{{ form",
    "{% if %}{{ form }}",
    "{{ " + "(" * 5000 + "name" + ")" * 5000 + " }}{{ form }}",
]


def rendered(source):
    return theme_page.render(theme_page.compiled(source), VALUES)


def test_a_theme_says_where_the_five_values_stand():
    assert str(rendered(PLAIN)) == f'<h1>Hi</h1><img src=l><p title="A &lt;b&gt;">{FORM}'


@pytest.mark.parametrize("source", ATTACKS)
def test_anything_else_is_refused(source):
    began = time.monotonic()
    with pytest.raises(ThemeRefused):
        rendered(source)
    assert time.monotonic() - began < 2


def test_a_page_that_becomes_too_long_is_refused():
    with pytest.raises(ThemeRefused, match="too long"):
        theme_page.render(theme_page.compiled("{{ text }}" * 2000 + "{{ form }}"), VALUES | {"text": "x" * 1000})


@pytest.fixture
def own(themes, world, at):
    """Aurora's sign-in page with a page of its own."""

    def with_page(source, encoding="utf-8"):
        (themes / "aurora" / "login.html").write_bytes(source.encode(encoding) if isinstance(source, str) else source)
        return at("aurora.localhost").get("/sign-in")

    return with_page


def test_the_page_of_a_theme_is_shown_with_our_form_in_it(own, world):
    page = own('<section class="mine">{{ logo }}<h1>{{ headline }}</h1>{{ form }}</section>')
    assert len(page.select("//section[@class='mine']/img[@alt='Aurora']")) == 2, "for light and for dark"
    assert page.select("//section[@class='mine']//form[@id='sign-in']//input[@name='csrf_token']")
    assert page.select("//footer//button[@name='language']"), "people still choose their language"
    rules = dict(rule.strip().split(" ", 1) for rule in page.headers["Content-Security-Policy"].split(";"))
    assert rules["form-action"] == "'self'" and rules["base-uri"] == "'none'" and rules["default-src"] == "'none'"
    assert rules["script-src"].endswith(".js") and "unsafe" not in rules["script-src"]
    refused = page.form("account.sign_in.submit").submit(email="x@example.com", password="wrong wrong wrong")
    assert refused.status == 422 and refused.select("//section[@class='mine']//*[@role='alert']")


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in text %}{{ form }}{% endfor %}",
        "{{ config.SECRET_KEY }}{{ form }}",
        b"\xff\xfe{{ form }}",
        "x" * 70_000 + "{{ form }}",
    ],
)
def test_a_page_that_can_not_be_shown_gives_way_to_the_usual_one_and_is_logged(own, caplog, source):
    page = own(source)
    assert page.status == 200 and page.select("//div[contains(@class, 'door')]//form[@id='sign-in']")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "aurora/login.html" in caplog.text


def test_only_the_host_of_the_agency_shows_it(own, platform, at):
    own('<section class="mine"><h1>Mine</h1>{{ form }}</section>')
    for elsewhere in (platform, at("northwind.localhost")):
        assert not elsewhere.get("/sign-in").select("//section[@class='mine']")


def test_the_file_itself_is_served_to_nobody(own, at):
    aurora = at("aurora.localhost")
    css = own("<h1>x</h1>{{ form }}").select("//link[starts-with(@href, '/brand/')]/@href")[0]
    for path in (css.replace(".css", "/login.html"), "/brand/login.html", "/login.html"):
        assert aurora.get(path).status == 404
