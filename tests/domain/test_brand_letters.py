"""Words that a drawing holds as text: known, and drawn whole or not at all."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from portal.domain import branding
from portal.domain.branding import letters
from portal.domain.branding.picture import Picture, made

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'


def drawing(inside):
    return Picture("logo", "svg", "image/svg+xml", SVG.format(inside).encode(), "")


def test_every_letter_that_is_taken_is_in_the_typeface():
    folder = Path(branding.__file__).with_name("fonts")
    there = {sign for file in folder.glob("*.ttf") for sign in TTFont(file).getBestCmap()}
    taken = {sign for sign in range(0x21, 0x20000) if letters._KNOWN.fullmatch(chr(sign)) and not chr(sign).isspace()}
    assert taken and taken <= there, [hex(sign) for sign in sorted(taken - there)]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<text>Nova <tspan>Era</tspan> 2</text>", "Nova Era 2"),
        ("<g><text>Nova</text></g><text> Era </text>", "Nova Era"),
        ("<title>Nova</title><style>.a{}</style><desc>Era</desc><path d='M0 0'/>", ""),
        ("<text><title>Nova</title></text>", ""),
    ],
)
def test_what_is_written_is_what_stands_in_text(inside, words):
    assert letters.words_in(ElementTree.fromstring(SVG.format(inside))) == words
    assert branding.is_written(drawing(inside)) is bool(words)


def test_a_mark_made_from_the_name_is_nobodys_text():
    assert not branding.is_written(made("logo", drawing("<text>A</text>").data))
    assert not branding.is_written(Picture("logo", "svg", "image/svg+xml", b"<svg", ""))
    assert not branding.is_written(Picture("logo", "png", "image/png", b"", ""))
