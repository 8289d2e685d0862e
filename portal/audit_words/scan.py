"""Looking through the brand."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

WORDS = {
    "brand.scanned": Words(
        "eye", "agency", N_("%(who)s looked through everything that clients meet: %(found)s foreign things found")
    ),
}
