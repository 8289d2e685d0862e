"""How people prove who they are: sessions, passwords, second factors, providers of sign-in."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

WORDS = {
    "session.started": Words("login-2", "sign_in", N_("%(who)s signed in")),
    "person.password_changed": Words("key", "sign_in", N_("%(what)s chose a new password")),
}
