"""The words that a drawing holds as text, not as shapes: drawn in the one typeface that lies here, Inter."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element  # nosec B405

from portal.domain.branding.drawing_tree import DrawingRefused, local, parsed, text_of
from portal.domain.branding.picture import Picture

_KNOWN = re.compile(
    "[\\s !-~\u00a1-\u00ac\u00ae-\u0148\u014a-\u01c3\u01c5-\u0254\u1e00-\u1e9b\u1ef2-\u1eff\u2002\u2009\u200b"
    "\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020\u2022\u2026\u2032\u2033\u2039\u203a\u2044\u20ac\u2113\u2122\u2191\u2193\u2212]"
)
"""What the two files in `fonts` have between them: Latin, as far as Europe and the Americas write it."""
_SILENT = {"style", "title", "desc", "metadata"}


def words_in(root: Element) -> str:
    """What is written in a drawing, white space evened out; "" where all of it is shapes."""
    return " ".join(" ".join(_said(element) for element in root.iter() if local(element.tag) == "text").split())


def check_letters(root: Element) -> None:
    """Raises DrawingRefused for a letter that nothing here can draw: boxes would stand in its place."""
    if _KNOWN.sub("", words_in(root)):
        raise DrawingRefused("brand_drawing_letters")


def is_written(picture: Picture) -> bool:
    """Whether a picture that somebody made holds words as text."""
    if picture.extension != "svg" or picture.made_from_name:
        return False
    try:
        return bool(words_in(parsed(text_of(picture.data))))
    except DrawingRefused:
        return False


def _said(element: Element) -> str:
    inside = "".join(_said(child) + (child.tail or "") for child in element)
    return "" if local(element.tag) in _SILENT else (element.text or "") + inside
