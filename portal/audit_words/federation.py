"""Sign-in with a provider (OpenID Connect)."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.languages import N_, gettext

_USES = {"off": N_("off"), "offered": N_("offered"), "only": N_("the only way")}
_REASONS = {
    "domain": N_("a domain that is not let in"),
    "group": N_("none of the groups that are let in"),
    "unverified": N_("the provider has not verified the address"),
    "unknown": N_("no account with this address"),
    "disabled": N_("the account is switched off"),
    "own_provider_only": N_("the agency's own provider is the only way"),
    "unproved": N_("the account with this address has to be proved by its password"),
    "by_password": N_("the place has to be taken with a password"),
    "other_subject": N_("the account is connected with somebody else at the provider"),
    "other_person": N_("somebody else here is connected with it"),
}


def _used(entry: Entry, _currency: str) -> dict[str, str]:
    """How clients' people and staff may come in by it, and how it was before where that changed."""
    before = entry.details.get("before") or {}
    said = {}
    for kind in ("contributors", "staff"):
        new, old = str(entry.details.get(kind, "off")), str(before.get(kind, entry.details.get(kind, "off")))
        words = gettext(_USES.get(new, new))
        said[f"for_{kind}"] = words if old == new else gettext("%(old)s → %(new)s", old=gettext(_USES[old]), new=words)
    return said


def _refused(entry: Entry, _currency: str) -> dict[str, str]:
    """Whose word it was, and why it did not count; entries of before name the provider as their doer."""
    reason, provider = str(entry.details.get("reason", "")), entry.details.get("provider") or entry.actor_name
    return {"provider": str(provider), "reason": gettext(_REASONS.get(reason, _REASONS["unknown"]))}


WORDS: dict[str, Words] = {
    "sso.set_up": Words(
        "shield-lock",
        "sign_in",
        N_(
            "%(who)s set up sign-in by %(what)s at %(issuer)s (clients' people: %(for_contributors)s; "
            "staff: %(for_staff)s)"
        ),
        more=_used,
    ),
    "sso.changed": Words(
        "shield-lock",
        "sign_in",
        N_(
            "%(who)s changed sign-in by %(what)s at %(issuer)s (clients' people: %(for_contributors)s; "
            "staff: %(for_staff)s)"
        ),
        more=_used,
    ),
    "sso.removed": Words("shield-lock", "sign_in", N_("%(who)s removed sign-in by %(what)s")),
    "sso.connected": Words("shield-lock", "sign_in", N_("%(what)s was connected with an account at %(provider)s")),
    "sso.disconnected": Words(
        "shield-lock", "sign_in", N_("%(who)s disconnected %(what)s from the account at %(provider)s")
    ),
    "sso.refused": Words(
        "shield-lock", "sign_in", N_("%(provider)s vouched for %(what)s, who was not let in: %(reason)s"), more=_refused
    ),
    "sso.bypassed": Words(
        "key", "sign_in", N_("%(who)s signed in with a password although a provider is the only way for the staff")
    ),
}
