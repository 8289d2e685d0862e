"""Whatever colour an agency chooses, its pages can be read."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.branding import contrast, palette, text_on
from portal.domain.branding.calculations import to_hex, to_oklch, too_faint
from portal.domain.branding.catalogue import TOKENS

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(colours, st.none() | colours, st.booleans())
@example("#000000", None, False)
@example("#ffffff", None, True)
@example("#ffff00", "#0000ff", False)
@example("#767676", "#00ff00", True)
def test_every_pair_of_colours_that_meets_on_a_page_can_be_told_apart(primary, accent, dark):
    tokens = palette(primary, accent, dark=dark)
    assert set(tokens) == set(TOKENS)
    assert list(too_faint(tokens)) == []


@given(colours)
def test_black_or_white_is_always_readable(colour):
    assert contrast(text_on(colour), colour) >= 4.3


@given(colours)
def test_a_colour_survives_the_way_to_oklch_and_back(colour):
    there = to_oklch(colour)
    back = to_hex(*there)
    assert all(abs(int(colour[i : i + 2], 16) - int(back[i : i + 2], 16)) <= 2 for i in (1, 3, 5))


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(-math.pi, math.pi))
def test_every_oklch_value_becomes_a_colour_that_a_screen_has(lightness, chroma, hue):
    assert len(bytes.fromhex(to_hex(lightness, chroma, hue)[1:])) == 3


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
