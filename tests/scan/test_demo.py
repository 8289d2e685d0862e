"""What the people of both demo agencies meet: nothing of the vendor, of the other agency or of anybody else."""

from __future__ import annotations

import pytest

from portal.scan import as_text
from tests.scan.conftest import Scan


@pytest.mark.parametrize("slug", ["aurora", "northwind"])
def test_nobody_without_badged_sections_meets_anything_foreign(scanned: Scan, slug):
    report = scanned(slug)

    assert report.is_clean, as_text(report)
    holes = [route for route, reason in report.unseen if not reason]
    assert not holes, "pages that nobody came to; say why in portal/scan/routes.py, or let a reader come there"
    assert not report.notes, as_text(report)
