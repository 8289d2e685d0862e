"""Logos that are hard to see where they stand."""

import io

import pytest
from PIL import Image

from portal.domain.branding.faint import FAINT, mean_contrast

WHITE, NIGHT, NAVY = "#ffffff", "#15181d", "#1b2340"


def png(colour, plate=None):
    """A bar of a colour in the middle of nothing, or of a plate."""
    whole = Image.new("RGBA", (200, 50), plate or (0, 0, 0, 0))
    whole.paste(Image.new("RGBA", (100, 20), colour), (50, 15))
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("logo", "ground", "is_faint"),
    [
        (png(NAVY), NIGHT, True),
        (png(NAVY), WHITE, False),
        (png("#f4f1e6"), WHITE, True),
        (png("#f4f1e6"), NIGHT, False),
        (png(NAVY, plate=WHITE), WHITE, False),
        (png("#f4f1e6", plate=NIGHT), NIGHT, False),
    ],
)
def test_a_logo_is_faint_where_its_pixels_hardly_differ_from_the_ground(logo, ground, is_faint):
    assert (mean_contrast(logo, ground) < FAINT) is is_faint


def test_a_picture_that_nothing_is_seen_of_has_no_contrast():
    assert mean_contrast(png((0, 0, 0, 10)), WHITE) is None
