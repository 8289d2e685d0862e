"""Drawings are drawn in a process of their own: whatever one needs or trips over, ours goes on (UP-04)."""

import io
import threading
import time
from itertools import pairwise

import pytest
from PIL import Image

from portal.domain.branding import DrawingLate, DrawingRefused
from portal.gateways import drawing
from portal.scan.pictures import look_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" {}>{}</svg>'
SHAPE = '<rect width="50" height="100" fill="red"/>'
LINE = '<text y="60" font-family="Inter" font-size="90" stroke="red" stroke-width=".3">' + "@W%" * 80 + "</text>"


def test_a_drawing_becomes_pixels_with_its_letters():
    plain, written = (
        Image.open(io.BytesIO(drawing.draw(SVG.format("", inside).encode(), 64)))
        for inside in (SHAPE, SHAPE + '<text x="50" y="90" font-size="80" font-family="Inter">A</text>')
    )
    assert plain.size == (64, 64) and plain.tobytes() != written.tobytes()


@pytest.mark.parametrize(
    "family", ["", 'font-family="Arial"', 'font-family="Georgia, serif"', 'style="font: 700 80px X"']
)
def test_words_in_a_typeface_that_is_not_here_are_drawn_all_the_same(family):
    written = f'<text x="10" y="90" font-size="80" fill="red" {family}>A</text>'
    drawn = Image.open(io.BytesIO(drawing.draw(SVG.format("", written).encode(), 64)))
    assert drawn.getbbox() is not None, "an empty picture"


def test_a_drawing_without_measure_ends_its_own_process_alone():
    for height in (300, 1_000_000):  # a gigabyte, and more than there is
        endless = SVG.format(f'width="1" height="{height}"', SHAPE).encode()
        with pytest.raises(DrawingRefused, match="brand_drawing_heavy") as refused:
            drawing.draw(endless, 960)
        assert not isinstance(refused.value, DrawingLate), "another time it takes as much"
    assert look_of(endless) is None, "the scan draws what it finds there, too"


def test_a_drawing_gets_little_memory(monkeypatch):
    monkeypatch.setattr(drawing, "MEMORY_BYTES", 50 * 1024 * 1024)
    assert drawing.draw(SVG.format("", SHAPE).encode(), 64)
    with pytest.raises(DrawingRefused):
        drawing.draw(SVG.format("", SHAPE).encode(), 4000)


def test_a_drawing_that_takes_long_is_stopped_and_nobody_waits_for_it():
    beats, over = [], threading.Event()

    def beat():
        while not over.wait(0.02):
            beats.append(time.monotonic())

    heart = threading.Thread(target=beat)
    heart.start()
    began = time.monotonic()
    try:
        with pytest.raises(DrawingLate, match="brand_drawing_heavy"):
            drawing.draw(SVG.format("", LINE * 400).encode(), 960, seconds=1)
    finally:
        over.set()
        heart.join()
    assert time.monotonic() - began < 4
    assert max(later - sooner for sooner, later in pairwise(beats)) < 0.5


@pytest.mark.parametrize("data", [b"", b"<svg", b"\xff", b"<p/>"])
def test_what_is_no_drawing_is_refused(data):
    with pytest.raises(DrawingRefused, match="brand_drawing_broken"):
        drawing.draw(data, 64)
