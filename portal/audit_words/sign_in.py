"""How people prove who they are: sessions, passwords, second factors, providers of sign-in."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.languages import N_, Text, gettext

_FACTORS: dict[str, Text] = {"authenticator": N_("authenticator app"), "passkey": N_("passkey")}
_REASONS: dict[str, Text] = {
    "right": N_("the right for it is missing"),
    "absent": N_("there is no such thing for this person"),
}
_UNKNOWN = "–"


def _factor(entry: Entry, _currency: str) -> dict[str, str]:
    """The kind of factor, and what its owner calls it."""
    kind, name = str(entry.details.get("factor", "")), entry.details.get("name")
    words = gettext(_FACTORS[kind]) if kind in _FACTORS else kind
    return {"factor": f"{words}, {name}" if name else words}


def _demand(entry: Entry, _currency: str) -> dict[str, str]:
    """Of whom a second factor is asked."""
    asked = {name: bool(entry.details.get(name)) for name in ("staff", "contributors")}
    return {name: gettext("on") if on else gettext("off") for name, on in asked.items()}


def _refusal(entry: Entry, _currency: str) -> dict[str, str]:
    """Why somebody was turned away."""
    reason = entry.details.get("why", "")
    return {"why": gettext(_REASONS[reason]) if reason in _REASONS else _UNKNOWN}


_WANTED = N_("%(who)s asked to sign in with %(new)s instead of %(what)s")
_DEMANDED = N_("%(who)s changed who needs a second factor: staff %(staff)s, people of clients %(contributors)s")
_GUESSED = N_("Somebody was guessing the second factor of %(what)s")
_DENIED = N_("%(who)s was refused a change (%(what)s): %(why)s")
_CODE = N_("%(who)s signed in with a recovery code; %(left)s left")

WORDS = {
    "session.started": Words("login-2", "sign_in", N_("%(who)s signed in")),
    "session.ended": Words("logout", "sign_in", N_("%(who)s ended a session of %(what)s")),
    "sessions.ended": Words("logout", "sign_in", N_("%(who)s signed %(what)s out everywhere")),
    "sign_in.attacked": Words("shield-lock", "sign_in", N_("Somebody was guessing the password of %(what)s")),
    "sign_in.factor_guessed": Words("shield-lock", "sign_in", _GUESSED),
    "person.password_changed": Words("key", "sign_in", N_("%(what)s chose a new password")),
    "person.password_reset": Words("key", "sign_in", N_("%(what)s chose a new password by a link from a mail")),
    "person.email_wanted": Words("mail", "sign_in", _WANTED),
    "person.email_changed": Words("mail", "sign_in", N_("%(who)s signs in with %(new)s instead of %(old)s")),
    "factor.added": Words("fingerprint", "sign_in", N_("%(who)s added a second factor: %(factor)s"), more=_factor),
    "factor.removed": Words("fingerprint", "sign_in", N_("%(who)s removed a second factor: %(factor)s"), more=_factor),
    "factors.taken": Words("fingerprint", "sign_in", N_("%(who)s took the second factors of %(what)s away")),
    "factors.demanded": Words("fingerprint", "sign_in", _DEMANDED, more=_demand),
    "codes.made": Words("key", "sign_in", N_("%(who)s made new recovery codes")),
    "access.denied": Words("ban", "sign_in", _DENIED, more=_refusal),
    "code.used": Words("key", "sign_in", _CODE),
}
