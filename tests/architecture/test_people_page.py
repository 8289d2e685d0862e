"""What docs/people.md says of sections is what the catalogue holds: the page is what the tests are written from."""

from __future__ import annotations

import re

from portal.domain.rights import SECTIONS
from tests.factories import ROOT

_ROW = re.compile(r"^\| `(?P<key>[a-z-]+)` \| (?P<boxes>[^|]*) \| (?P<ticked>[^|]*)\| (?P<vendor>[^|]*)\|$", re.M)


def test_the_page_lists_every_section_with_its_boxes():
    page = (ROOT / "docs" / "people.md").read_text()
    said = {
        row["key"]: (re.split(r"[;,] ?", row["boxes"].partition(";")[0]), row["ticked"].strip(), row["vendor"].strip())
        for row in _ROW.finditer(page)
    }
    assert list(said) == [section.key for section in SECTIONS]
    for section in SECTIONS:
        boxes, ticked, vendor = said[section.key]
        if section.always:
            assert boxes[0] == "none" and not ticked
            continue
        assert boxes == [box.verb for box in section.boxes]
        assert (ticked == "yes", vendor == "yes") == (section.ticked, section.vendor_branded)
