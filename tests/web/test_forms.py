"""Fields as people type them, in their notation, shown again as they were typed."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.languages import speaking
from portal.web.forms import FormState


def _form(value: str) -> FormState:
    return FormState.typed({"x": value}, "x")


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("pt-BR", "1.923,08", 192308),
        ("pt-BR", "1923,08", 192308),
        ("pt-BR", "9", 900),
        ("pt-BR", "0", 0),
        ("pt-BR", " 9,5 ", 950),
        ("pt-BR", "1.049,9", 104990),
        ("pt-BR", "R$ 1.049,90", 104990),
        ("pt-BR", "r$\u00a01.049,90", 104990),
        ("en", "BRL 9.50", 950),
        ("pt-BR", "", None),
        ("en", "1,923.08", 192308),
        ("en", "1923.08", 192308),
        ("en", "9.5", 950),
    ],
)
def test_amounts_are_read_in_the_readers_notation(language, typed, read):
    with speaking(language):
        form = _form(typed)
        assert form.money("x", "BRL") == read
        assert form.is_good


@pytest.mark.parametrize(
    "typed", ["-1", "1.5", "1,234", "US$ 9", "R$", "R$ R$ 9", "1e9", "nove", "9,999", "٣", "9" * 30, "--1", "1..000,00"]
)
def test_what_is_no_amount_is_said_at_the_field_and_stays_typed(typed):
    with speaking("pt-BR"):
        form = _form(typed)
        assert form.money("x", "BRL") is None
        assert "1.234,50" in form.errors["x"]
        assert form.values["x"] == typed
        assert form.summary == [("f-x", form.errors["x"])]
        with pytest.raises(Invalid):
            form.check()


@pytest.mark.parametrize(
    ("typed", "said"), [("nove", "em números"), ("9,999", "no máximo 2 casas"), ("-9", "não seja negativo")]
)
def test_an_amount_is_refused_with_its_own_reason(typed, said):
    with speaking("pt-BR"):
        form = _form(typed)
        assert form.money("x", "BRL") is None
        assert said in form.errors["x"]


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [("pt-BR", "10.000", 10000), ("en", "10,000", 10000), ("en", "0", 0), ("pt-BR", "", None), ("pt-BR", "007", 7)],
)
def test_whole_numbers_are_read_in_the_readers_notation(language, typed, read):
    with speaking(language):
        form = _form(typed)
        assert form.whole("x", most=10**9) == read
        assert form.is_good


@pytest.mark.parametrize(
    "typed", ["1.5", "-1", "1,000", "ten", "1e3", "٣", "9" * 19, "1" + ".000" * 2000, "1.00", "1 00"]
)
def test_what_is_no_whole_number_is_said(typed):
    with speaking("pt-BR"):
        form = _form(typed)
        assert form.whole("x", most=10**9) is None
        assert form.errors["x"]


def test_a_number_out_of_bounds_is_said():
    form = _form("11")
    assert form.whole("x", most=10) is None
    assert "10" in form.errors["x"]


def test_days_are_read_as_fields_send_them_and_as_people_write_them():
    assert _form("2026-06-30").day("x") == _form("30/06/2026").day("x") == date(2026, 6, 30)
    assert _form("").day("x") is None
    for wrong in ("30/02/2026", "2026-13-01", "tomorrow", "06/2026"):
        form = _form(wrong)
        assert form.day("x") is None
        assert form.errors["x"]


def test_only_named_fields_are_read_and_missing_ones_are_empty():
    form = FormState.typed({"name": "A\x00na", "is_operator": "yes"}, "name", "flag")
    assert form.values == {"name": "Ana", "flag": ""}
    assert not form.flag("flag")
    assert form.choice("name", ["Bia"]) is None


def test_what_the_domain_refuses_stands_at_its_field():
    form = FormState().take(Invalid({"name": ("name_missing", {})})).take(Conflict("order_changed"))
    assert set(form.errors) == {"name", ""}
    assert form.problem
    assert form.summary[1][0] is None
