"""The agency's own people."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

WORDS = {
    "staff.added": Words("user-shield", "staff", N_("%(who)s added %(what)s to the agency's staff as %(role)s")),
    "staff.assigned": Words("user-shield", "staff", N_("%(who)s assigned a client to %(what)s")),
}
